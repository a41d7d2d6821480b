import { Caller } from './caller';

let caller: Caller;
beforeAll(async () => void (caller = await Caller.start()));
afterAll(() => caller.portal.close());

type Entry = Record<string, string>;

const PRODUCTS = '/product/openapi/instance_product/v1/client/instance_product_list';
const DETAIL = '/product/openapi/instance_product/v1/detail';
const ACTIVATION_CODE = '/product/openapi/instance_product/v1/activation_code';
const PLANS = '/pricing/openapi/purchase/v1/purchase_product_info';
const PARTNERS = '/user/openapi/user/v1/client/partner_list';
const CONTACTS = '/user/openapi/user/v1/client/billing_contact_list';

const survivesFloat64 = (id: string) => BigInt(Number(id)) === BigInt(id);

it('there are four subordinate users and more, two of one company, no id that survives a float64', async () => {
  const partners = (await caller.get(PARTNERS)).result as unknown as Entry[];
  expect(partners.length).toBeGreaterThanOrEqual(4);
  expect(new Set(partners.map(({ company }) => company)).size).toBe(partners.length - 1);
  expect(partners.filter(({ partnerId }) => survivesFloat64(partnerId!))).toEqual([]);
  expect(Object.keys(partners[0]!).sort().join()).toBe(
    'city,company,country,email,firstName,lastName,partnerId,phoneNumber,remark,stateProvince,street,taxNum,userType,zipCode',
  );
});

it('there are several billing contacts, the tutorial’s first', async () => {
  const contacts = (await caller.get(CONTACTS)).result as unknown as Entry[];
  expect(contacts.length).toBeGreaterThan(1);
  expect(contacts[0]).toMatchObject({
    billingContactId: '3197218168379846218',
    emailAddress: 'accounts@reseller.example',
  });
});

it('a list of one comes as an object or as a list, as set', async () => {
  await caller.switched('settings', { singleBillingContact: true, singlePartner: true });
  expect((await caller.get(CONTACTS)).result).toMatchObject({ billingContactId: '3197218168379846218' });
  expect((await caller.get(PARTNERS)).result).toMatchObject({ company: 'Harbour Hotels' });
  await caller.switched('settings', { listOfOneAs: 'array' });
  expect((await caller.get(CONTACTS)).result).toHaveLength(1);
  expect((await caller.get(PARTNERS)).result).toHaveLength(1);
  await caller.switched('settings', { singleBillingContact: false, singlePartner: false });
});

describe('the product list', () => {
  it('comes in pages of 25, the tutorial’s PBX not on the first', async () => {
    const first = (await caller.get(`${PRODUCTS}?productId=12`)).result;
    expect(first).toMatchObject({ count: 60, total: 60, pageNo: 1, pageSize: 25, totalPage: 3 });
    const numbers = (result: Record<string, unknown>) =>
      (result.results as Entry[]).map(({ productNo }) => productNo);
    expect(numbers(first)).toHaveLength(25);
    expect(numbers(first)).not.toContain('3651E1292455');
    const second = (await caller.get(`${PRODUCTS}?productId=12&pageNo=2`)).result;
    expect(numbers(second)).toContain('3651E1292455');
    const all = (await caller.get(`${PRODUCTS}?productId=12&pageSize=100`)).result;
    expect(new Set(numbers(all)).size).toBe(60);
  });

  it('has an empty page behind the last', async () => {
    expect((await caller.get(`${PRODUCTS}?productId=12&pageNo=4`)).result).toMatchObject({
      pageNo: 4,
      results: [],
    });
  });

  it.each([
    'pageNo=0',
    'pageNo=-1',
    'pageNo=1.5',
    'pageNo=',
    'pageNo=1&pageNo=2',
    'pageSize=0',
    'pageSize=101',
  ])('refuses %s', async (query) => {
    expect(await caller.get(`${PRODUCTS}?productId=12&${query}`)).toMatchObject({
      httpStatus: 400,
      code: 'parameter_validation_failed',
      detailMessage: expect.stringMatching(/^page(No|Size): expected/) as string,
    });
  });

  it('gets serial numbers added in bulk, each once', async () => {
    await caller.switched('products', { serialNumbers: ['BENCH0000001', 'BENCH0000002', 'BENCH0000001'] });
    expect((await caller.get(`${PRODUCTS}?productId=12`)).result).toMatchObject({ total: 62 });
    expect((await caller.get(`${DETAIL}?productId=12&productNo=BENCH0000001`)).code).toBe('success');
  });
});

it.each([
  PRODUCTS,
  `${PLANS}`,
  `${DETAIL}?productNo=3651E1292455`,
  `${ACTIVATION_CODE}?productNo=3651E1292455`,
])('%s wants productId=12, and another is refused', async (path) => {
  const join = path.includes('?') ? '&' : '?';
  for (const wrong of ['', `${join}productId=13`, `${join}productId=12&productId=12`]) {
    expect(await caller.get(path + wrong)).toMatchObject({
      httpStatus: 400,
      detailMessage: expect.stringMatching(/^productId: required/) as string,
    });
  }
  expect(await caller.get(`${path}${join}productId=12`)).toMatchObject({ code: 'success' });
});

it('an activation code is for product 12 alone', async () => {
  expect(await caller.get(`${ACTIVATION_CODE}?productId=11&productNo=3670A1000001`)).toMatchObject({
    httpStatus: 400,
    detailMessage: expect.stringMatching(/^productId: required; expected 12/) as string,
  });
});

it.each([DETAIL, ACTIVATION_CODE, PLANS])('%s refuses a serial number that is not known', async (path) => {
  expect(await caller.get(`${path}?productId=12&productNo=0000000000`)).toMatchObject({
    httpStatus: 400,
    detailMessage: expect.stringMatching(/^productNo/) as string,
  });
});

it.each([DETAIL, ACTIVATION_CODE])('%s wants a serial number', async (path) => {
  expect(await caller.get(`${path}?productId=12`)).toMatchObject({ httpStatus: 400 });
});

it('an activation code has a time and stays the same', async () => {
  const ask = async () => (await caller.get(`${ACTIVATION_CODE}?productId=12&productNo=3651E1292455`)).result;
  const first = await ask();
  expect(first).toEqual({ code: expect.any(String) as string, generateTime: expect.any(Number) as number });
  expect(await ask()).toEqual(first);
});

it('plans hold their services, Disaster Recovery with Ultimate alone, every id as text', async () => {
  const { result } = await caller.get(`${PLANS}?productId=12&productNo=3651E1292455`);
  expect(JSON.stringify(result)).not.toMatch(/"(renew|switch|trial)"/);
  const plans = result.productPlanList as { planId: string; planName: string; serviceInfoList: Entry[] }[];
  expect(plans.map(({ planName }) => planName)).toEqual(['Enterprise', 'Ultimate']);
  const names = plans.map(({ serviceInfoList }) => serviceInfoList.map(({ serviceName }) => serviceName));
  expect(names[0]).toEqual([
    'Hotel PMS',
    'Hot Standby',
    'Outbound Call Center',
    'Extension Expansion',
    'Concurrent Call Expansion',
  ]);
  expect(names[1]).toContain('Disaster Recovery');
  expect(plans[1]!.planId).toBe('3049041101760282624');
});

it('plans and services come side by side when set', async () => {
  await caller.switched('settings', { catalogueShape: 'flat' });
  const { result } = await caller.get(`${PLANS}?productId=12&productNo=3651E1292455`);
  expect(result.plans).toHaveLength(2);
  expect(result.addOns).toHaveLength(6);
  await caller.switched('settings', { catalogueShape: 'nested' });
});

it('the products that may be bought are the Software and the Appliance Edition', async () => {
  const { result } = await caller.get('/pricing/openapi/purchase/v1/product_list');
  const name = expect.any(String) as string;
  expect(result).toEqual([
    { name, productId: 12 },
    { name, productId: 11 },
  ]);
});
