import axios, { type AxiosInstance } from 'axios';
import { BENCH_REQUEST } from './request';

/** What a script does that has no durability: the calls of the vendor's tutorial in plain axios. */
export class PlainCalls {
  private constructor(private readonly http: AxiosInstance) {}

  /** Asks for a token. */
  static async logIn(portalUrl: string): Promise<PlainCalls> {
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
    return new PlainCalls(http);
  }

  findSerialNumber(): Promise<unknown> {
    return this.http.get('/product/openapi/instance_product/v1/client/instance_product_list', {
      params: { productId: 12, pageSize: 25 },
    });
  }

  findPlan(): Promise<unknown> {
    return this.http.get('/pricing/openapi/purchase/v1/purchase_product_info', {
      params: { productId: 12, productNo: BENCH_REQUEST.license.serialNumber },
    });
  }

  findBillingContact(): Promise<unknown> {
    return this.http.get('/user/openapi/user/v1/client/billing_contact_list');
  }

  /** The body as text: its ids do not survive JSON.stringify. */
  order(): Promise<unknown> {
    const { serialNumber } = BENCH_REQUEST.license;
    const terms =
      '"purchaseType":"purchase","billingModel":"recurring","billingCycle":"annually","multiCycle":2';
    return this.http.post(
      '/order/openapi/order/v1/save',
      `{"operationType":"purchase_plan","productId":12,"productNo":"${serialNumber}","billingId":3197218168379846218,"serviceList":[` +
        `{"serviceType":"plan","serviceId":3049041101760282624,"quantity":100,${terms}},` +
        `{"connectionPlanId":3049041101760282624,"serviceType":"service","serviceId":3129372068699893760,${terms}}]}`,
      { headers: { 'Content-Type': 'application/json' } },
    );
  }

  /** What a worker asks of the vendor, which keeps its token: the lookups all at once, then the order. */
  async twoWaves(): Promise<void> {
    await Promise.all([this.findSerialNumber(), this.findPlan(), this.findBillingContact()]);
    await this.order();
  }
}

/** The tutorial's five calls one after the other: token, serial number, plans and services, billing contact, order. */
export async function fiveCalls(portalUrl: string): Promise<void> {
  const calls = await PlainCalls.logIn(portalUrl);
  await calls.findSerialNumber();
  await calls.findPlan();
  await calls.findBillingContact();
  await calls.order();
}
