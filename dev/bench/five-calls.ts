import axios, { type AxiosInstance } from 'axios';
import { BENCH_REQUEST } from './request';

/**
 * The tutorial's calls one after the other, as a script without durability makes them: the serial number, plans and
 * services, the billing contact, the order; and the token before them all. The ids are looked for as a script would.
 */
export async function fiveCalls(portalUrl: string): Promise<void> {
  const http = axios.create({ baseURL: portalUrl, headers: { 'User-Agent': 'OpenAPI' }, proxy: false });
  const form = {
    client_id: 'fake-portal-client',
    client_secret: 'fake-portal-secret',
    grant_type: 'pp_credentials',
  };
  const { data } = await http.post<{ result: { token: string } }>(
    '/auth/openapi/v1/oauth/token',
    new URLSearchParams(form),
  );
  http.defaults.headers.common.Authorization = `Bearer ${data.result.token}`;
  await order(http);
}

async function order(http: AxiosInstance): Promise<void> {
  await http.get('/product/openapi/instance_product/v1/client/instance_product_list', {
    params: { productId: 12, pageSize: 100 },
  });
  const { serialNumber } = BENCH_REQUEST.license;
  await http.get('/pricing/openapi/purchase/v1/purchase_product_info', {
    params: { productId: 12, productNo: serialNumber },
  });
  await http.get('/user/openapi/user/v1/client/billing_contact_list');
  // As text: the ids do not survive JSON.stringify.
  const terms =
    '"purchaseType":"purchase","billingModel":"recurring","billingCycle":"annually","multiCycle":2';
  await http.post(
    '/order/openapi/order/v1/save',
    `{"operationType":"purchase_plan","productId":12,"productNo":"${serialNumber}","billingId":3197218168379846218,"serviceList":[` +
      `{"serviceType":"plan","serviceId":3049041101760282624,"quantity":100,${terms}},` +
      `{"connectionPlanId":3049041101760282624,"serviceType":"service","serviceId":3129372068699893760,${terms}}]}`,
    { headers: { 'Content-Type': 'application/json' } },
  );
}
