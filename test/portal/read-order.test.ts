import fc from 'fast-check';
import { parse } from 'lossless-json';
import { readLines } from '../../portal/order-lines';
import { PortalError } from '../../portal/portal-error';
import { success, Vendor } from './vendor';

const LIST = '/order/openapi/order/v1/page';
const DETAILS = '/order/openapi/order/v1/get/ZC1';
const PLAN = '3049041101760282625';
const SERVICE = '3129372068699893761';

let vendor: Vendor;
beforeAll(async () => {
  vendor = await Vendor.start();
});
afterAll(() => vendor.stop());

const detailsOf = (result: string) => {
  vendor.on(DETAILS, () => success(result));
  return vendor.client().readOrder('ZC1');
};

describe('details', () => {
  const fields = `"orderNo":"ZC1","orderStatus":"pending","productNo":"3651E1292455","partnerId":3076915454489739265,
    "poNumber":"PO-1","transactionNo":"AK3206258126833573889","instanceId":"1282391"`;
  const own = '"id":3206258125675945985,"createTime":1739717926';
  const found = {
    orderNo: 'ZC1',
    orderStatus: 'pending',
    productNo: '3651E1292455',
    partnerId: '3076915454489739265',
    poNumber: 'PO-1',
    transactionNo: 'AK3206258126833573889',
    instanceId: '1282391',
  };
  const ownFound = { id: '3206258125675945985', createdAt: 1_739_717_926_000 };

  it.each(['orderInformation', 'basicInformation', 'billingInformation', 'whatever'])(
    'are found under %s',
    async (section) => {
      expect(await detailsOf(`{"${section}":{${fields}}}`)).toEqual(found);
    },
  );

  it('are found at the top', async () => {
    expect(await detailsOf(`{${fields},${own},"billingId":3197218168379846218}`)).toEqual({
      ...found,
      ...ownFound,
      billingContactId: '3197218168379846218',
    });
  });

  it('that are the order’s own go before those of its PBX and its contact', async () => {
    const result = `{"basicInformation":{"id":"5","createTime":1500000000,"orderStatus":"invalid"},
      "billingInformation":{"id":"6","createTime":1500000000,"billingContactId":3197218168379846218},
      "orderInformation":{${fields},${own}}}`;
    const all = { ...found, ...ownFound, billingContactId: '3197218168379846218' };
    expect(await detailsOf(result)).toEqual(all);
  });

  it('do not take the time and the id of a PBX or a contact for the order’s', async () => {
    const others = '"id":"5","createTime":1500000000';
    expect(await detailsOf(`{"basicInformation":{${others}},"billingInformation":{${others}}}`)).toEqual({
      orderNo: 'ZC1',
    });
  });

  it.each(['null', '[]', 'true', '"text"', '{}', '{"orderInformation":null,"basicInformation":[7]}'])(
    'of which nothing is shown (%s) keep the number that was asked for',
    async (result) => {
      expect(await detailsOf(result)).toEqual({ orderNo: 'ZC1' });
    },
  );

  it('what no number looks like is none', async () => {
    const tooLong = 'x'.repeat(201);
    expect(
      await detailsOf(`{"orderNo":"${tooLong}","productNo":"a\\u0000b","orderStatus":"","poNumber":{}}`),
    ).toEqual({ orderNo: 'ZC1' });
  });
});

describe('lines are found', () => {
  const plan = `"quantity":100.0,"multiCycle":2`;
  const bought = [
    { kind: 'plan', id: PLAN, quantity: 100, years: 2 },
    { kind: 'service', id: SERVICE, years: 2 },
  ];
  const planLine = `{"serviceType":"plan","serviceId":"${PLAN}",${plan},"billingCycle":"annually"}`;
  const serviceLine = `{"serviceType":"Service","serviceId":${SERVICE},"connectionPlanId":${PLAN},"multiCycle":"2"}`;

  it.each([
    ['as Create an Order wrote them', `{"orderSummary":[${planLine},${serviceLine}]}`],
    ['below another part', `{"orderInformation":{"orderSummary":[${planLine},${serviceLine}]}}`],
    ['in lists of their kind', `{"orderSummary":{"planList":[${planLine}],"serviceList":[${serviceLine}]}}`],
    [
      'by the names of the catalogue',
      `{"orderSummary":{"plans":[{"planId":${PLAN},${plan}}],"addOns":[{"serviceId":"${SERVICE}","multiCycle":2}]}}`,
    ],
    [
      'by the names of their lists',
      `{"orderSummary":{"planInfo":{"serviceId":${PLAN},${plan}},"serviceInfo":{"serviceId":"${SERVICE}","multiCycle":2}}}`,
    ],
    [
      'services under their plan',
      `{"orderSummary":{"planId":"${PLAN}",${plan},"price":{"quantity":1},"services":[{"serviceId":"${SERVICE}","planId":"${PLAN}","multiCycle":2}]}}`,
    ],
    [
      'once, where they stand twice',
      `{"orderSummary":{"plan":{"planId":"${PLAN}"},"all":[${planLine},${serviceLine}],"services":[${serviceLine}]}}`,
    ],
  ])('%s', async (_what, result) => {
    expect((await detailsOf(result)).lines).toEqual(bought);
  });

  it('alone: a service that names its plan is no order of the plan', async () => {
    const result = `{"orderSummary":{"serviceId":${SERVICE},"quantity":5,"plan":{"planId":"${PLAN}","name":"Ultimate"}}}`;
    expect((await detailsOf(result)).lines).toEqual([{ kind: 'service', id: SERVICE, quantity: 5 }]);
  });

  it('twice, where two say different things', async () => {
    const more = `{"serviceType":"service","serviceId":${SERVICE},"quantity":`;
    const { lines } = await detailsOf(`{"orderSummary":[${more}5},${more}7}]}`);
    expect(lines?.map(({ quantity }) => quantity)).toEqual([5, 7]);
  });

  it.each([
    ['monthly', '"billingCycle":"monthly","multiCycle":2'],
    ['once', '"billingCycle":"once","multiCycle":0'],
    ['for no years', '"multiCycle":0'],
    ['for half a year', '"multiCycle":0.5'],
  ])('without years, when the line is %s', async (_what, terms) => {
    expect((await detailsOf(`{"orderSummary":{"planId":"1",${terms}}}`)).lines).toEqual([
      { kind: 'plan', id: '1' },
    ]);
  });
});

describe('lines are not known: part of them would look like another order', () => {
  const plan = `{"planId":"${PLAN}"}`;
  it.each([
    ['there is no summary', `{"basicInformation":${plan}}`],
    ['it is empty', '{"orderSummary":[]}'],
    ['it is nothing', '{"orderSummary":null}'],
    ['it has no id', '{"orderSummary":[{"name":"Ultimate"}]}'],
    [
      'one has a type that is not known',
      `{"orderSummary":[${plan},{"serviceType":"bundle","serviceId":"9"}]}`,
    ],
    ['one has a type and no id', `{"orderSummary":[${plan},{"serviceType":"service","id":"9"}]}`],
    ['one has a quantity and no id', `{"orderSummary":[${plan},{"name":"Fax","quantity":3}]}`],
    ['one has a term and no id', `{"orderSummary":{"plan":${plan},"more":{"multiCycle":3}}}`],
    ['there are more than any order has', `{"orderSummary":[${'{"serviceId":7},'.repeat(1_000)}${plan}]}`],
    ['it is too deep', `{"orderSummary":[${plan},${'{"a":'.repeat(20)}${plan}${'}'.repeat(20)}]}`],
  ])('when %s', async (_what, result) => {
    expect(await detailsOf(result)).not.toHaveProperty('lines');
  });
});

describe('whatever the vendor sends', () => {
  const bigId = fc.stringMatching(/^[1-9][0-9]{18,40}$/);
  const key = fc.constantFrom(
    ...['results', 'total', 'totalPage', 'count', 'pageSize', 'orderNo', 'id', 'orderStatus', 'createTime'],
    ...['poNumber', 'orderInformation', 'basicInformation', 'billingInformation', 'orderSummary', 'planId'],
    ...[
      'serviceId',
      'serviceType',
      'quantity',
      'multiCycle',
      'billingCycle',
      '__proto__',
      'constructor',
      'x',
    ],
  );
  /** JSON text with the vendor's names in all the wrong places. */
  const { json } = fc.letrec<{ json: string }>((tie) => ({
    json: fc.oneof(
      { maxDepth: 5, depthIdentifier: 'json' },
      fc.constantFrom('null', 'true', '""', '"plan"', '"service"', '0', '7', '-1', '1e999', '"\\ud800"'),
      bigId,
      fc.string().map((text) => JSON.stringify(text)),
      fc.array(tie('json'), { maxLength: 4 }).map((entries) => `[${entries.join(',')}]`),
      fc.dictionary(key, tie('json'), { maxKeys: 6 }).map(
        (fields) =>
          `{${Object.entries(fields)
            .map(([name, value]) => `"${name}":${value}`)
            .join(',')}}`,
      ),
    ),
  }));

  const givenOrTyped = async (read: Promise<unknown>) => {
    try {
      return await read;
    } catch (error) {
      expect(error).toBeInstanceOf(PortalError);
      return undefined;
    }
  };

  it('gives a list and details, or a typed failure', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(json, fc.json()), async (result) => {
        vendor.on(LIST, () => success(result));
        vendor.on(DETAILS, () => success(result));
        const client = vendor.client({ pageSize: 3 });
        const list = await givenOrTyped(client.listOrders());
        if (list !== undefined) expect(list).toMatchObject({ orders: expect.any(Array) as unknown });
        const details = await givenOrTyped(client.readOrder('ZC1'));
        if (details !== undefined) expect(details).toMatchObject({ orderNo: expect.any(String) as unknown });
        client.close();
      }),
      { numRuns: 200 },
    );
  });

  it('an id comes out digit for digit, as text or as a number', async () => {
    const ids = fc.record({ id: bigId, orderNo: bigId, partnerId: bigId, planId: bigId, serviceId: bigId });
    await fc.assert(
      fc.asyncProperty(ids, fc.boolean(), async (given, isQuoted) => {
        const { id, orderNo, partnerId, planId, serviceId } = given;
        const v = (text: string) => (isQuoted ? `"${text}"` : text);
        const order = `{"id":${v(id)},"orderNo":${v(orderNo)},"billingId":${v(id)}}`;
        const lines = `[{"serviceType":"plan","serviceId":${v(planId)}},{"serviceType":"service","serviceId":${v(serviceId)}}]`;
        vendor.on(LIST, () => success(`{"total":1,"results":[${order}]}`));
        vendor.on(DETAILS, () =>
          success(
            `{"orderInformation":${order},"basicInformation":{"partnerId":${v(partnerId)}},"orderSummary":${lines}}`,
          ),
        );
        const client = vendor.client();
        expect(await client.listOrders()).toMatchObject({ orders: [{ orderNo, id }], isComplete: true });
        expect(await client.readOrder('ZC1')).toEqual({
          orderNo,
          id,
          partnerId,
          billingContactId: id,
          lines: [
            { kind: 'plan', id: planId },
            { kind: 'service', id: serviceId },
          ],
        });
        client.close();
      }),
      { numRuns: 50 },
    );
  });

  it('lines are all that were bought, however deep and under whatever keys they stand', () => {
    const keys = fc.array(fc.stringMatching(/^x[a-z]{0,8}$/), { maxLength: 2 });
    const wrapped = (text: string, names: string[]) =>
      names.reduce((inner, name) => `{"${name}":[${inner}]}`, text);
    const services = fc.uniqueArray(bigId, { maxLength: 4 });
    fc.assert(
      fc.property(bigId, services, keys, fc.boolean(), (planId, serviceIds, names, isNested) => {
        const below = serviceIds.map((id) => wrapped(`{"serviceId":${id}}`, names));
        const plan = (more: string) => wrapped(`{"planId":"${planId}","quantity":7${more}}`, names);
        const entries = isNested ? [plan(`,"under":[${below.join(',')}]`)] : [plan(''), ...below];
        expect(readLines(parse(`{"orderSummary":[${entries.join(',')}]}`))).toEqual([
          { kind: 'plan', id: planId, quantity: 7 },
          ...serviceIds.map((id) => ({ kind: 'service', id })),
        ]);
      }),
    );
  });
});
