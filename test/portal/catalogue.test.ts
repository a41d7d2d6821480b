import fc from 'fast-check';
import { parse } from 'lossless-json';
import { readCatalogue, type Plan, type Service } from '../../portal/catalogue';
import { PortalError } from '../../portal/portal-error';
import { CATALOGUE_PATH, success, Vendor } from './vendor';

const PLAN = '3049041101760282624';
const SERVICE = '3129372068699893760';
const BOTH = {
  plans: [{ planId: PLAN, name: 'Ultimate' }],
  services: [{ serviceId: SERVICE, name: 'Disaster Recovery', planId: PLAN }],
};

const read = (json: string) => readCatalogue(parse(json));

describe('plans and services are found', () => {
  const plan = `"planId":${PLAN},"planName":"Ultimate"`;
  const service = `"serviceId":"${SERVICE}","serviceName":"Disaster Recovery"`;

  it.each([
    ['nested under the plan', `{"offeringId":"1","productPlans":[{${plan},"services":[{${service}}]}]}`],
    ['as single objects', `{"product":{${plan},"addOn":{${service}}}}`],
    ['side by side', `{"a":[{${plan}}],"b":[{${service},"connectionPlanId":${PLAN}}]}`],
    ['in one list', `[{${plan}},{${service},"planId":"${PLAN}"}]`],
    ['deep below', `{"x":{"y":[[{"z":{${plan},"q":{"r":[{${service}}]}}}]]}}`],
    [
      'under pricing ids and other names',
      `[{"pricingPlanId":"${PLAN}","name":"Ultimate"},{"pricingServiceId":${SERVICE},"title":"Disaster Recovery","pricingPlanId":${PLAN}}]`,
    ],
  ])('%s', (_what, json) => {
    expect(read(json)).toEqual(BOTH);
  });

  it('flat services without a plan have none', () => {
    expect(read(`{"plans":[{${plan}}],"services":[{${service}}]}`).services).toEqual([
      { serviceId: SERVICE, name: 'Disaster Recovery' },
    ]);
  });

  it.each(['name', 'planName', 'displayName', 'title', 'label', 'productName'])('named under %s', (key) => {
    expect(read(`[{"planId":"1","${key}":" Ultimate "}]`).plans).toEqual([{ planId: '1', name: 'Ultimate' }]);
  });

  it('without a name, by their ids', () => {
    expect(read('[{"planId":1,"items":[{"serviceId":2}]}]')).toEqual({
      plans: [{ planId: '1', name: '1' }],
      services: [{ serviceId: '2', name: '2', planId: '1' }],
    });
  });
});

describe('trial', () => {
  it('is kept and marked, and its services with it', () => {
    expect(
      read(
        '[{"planId":1,"name":"U","purchaseType":"TRIAL","s":[{"serviceId":2,"name":"D"},{"serviceId":3,"name":"E","purchaseType":"purchase"}]}]',
      ),
    ).toEqual({
      plans: [{ planId: '1', name: 'U', purchaseType: 'trial' }],
      services: [
        { serviceId: '2', name: 'D', purchaseType: 'trial', planId: '1' },
        { serviceId: '3', name: 'E', purchaseType: 'purchase', planId: '1' },
      ],
    });
  });

  it('does not hide what is sold under the same id', () => {
    const { plans } = read(
      '{"trial":[{"planId":1,"name":"U","purchaseType":"trial"}],"sold":[{"planId":1,"name":"U"}]}',
    );
    expect(plans).toEqual([
      { planId: '1', name: 'U', purchaseType: 'trial' },
      { planId: '1', name: 'U' },
    ]);
  });
});

it('a bare mention makes no plan for sale out of one that is for trial', () => {
  const { plans } = read(
    '{"trial":[{"planId":1,"name":"U","purchaseType":"trial"}],"currentPlan":{"planId":"1"}}',
  );
  expect(plans).toEqual([{ planId: '1', name: 'U', purchaseType: 'trial' }]);
});

describe('each is told once', () => {
  it('when it is repeated', () => {
    const plan = `{"planId":"1","name":"U","purchaseType":"purchase"}`;
    expect(read(`[${plan},${plan},${plan}]`).plans).toHaveLength(1);
  });

  it('when it is mentioned elsewhere with less', () => {
    const plans = '"plans":[{"planId":"1","name":"U","purchaseType":"purchase","s":[{"serviceId":"2"}]}]';
    const mention = '"current":{"planId":"1"},"all":[{"serviceId":"2","name":"D"}]';
    const expected = {
      plans: [{ planId: '1', name: 'U', purchaseType: 'purchase' }],
      services: [{ serviceId: '2', name: 'D', purchaseType: 'purchase', planId: '1' }],
    };
    expect(read(`{${plans},${mention}}`)).toEqual(expected);
    expect(read(`{${mention},${plans}}`)).toEqual(expected);
  });

  it('but once for every plan it is sold with', () => {
    const nested = (plan: number) => `{"planId":${plan},"name":"P${plan}","s":[{"serviceId":9,"name":"D"}]}`;
    expect(read(`[${nested(1)},${nested(2)}]`).services.map((service) => service.planId)).toEqual(['1', '2']);
  });
});

describe('what is not understood', () => {
  const failureOf = (json: string, secrets: string[] = []): PortalError => {
    try {
      readCatalogue(parse(json), secrets);
    } catch (error) {
      return error as PortalError;
    }
    throw new Error('Expected a failure.');
  };

  it('shows the keys seen and no values', () => {
    const error = failureOf(
      '{"offeringId":"77","list":[{"code":"ULT","price":{"amount":12.5}}],"a@b.example":1,"881":2}',
    );
    expect(error).toMatchObject({ code: 'PortalCatalogueNotUnderstood', retryable: true });
    expect(error.message).toContain('offeringId, list, ');
    expect(error.message).toContain('amount');
    for (const value of ['77', 'ULT', '12.5', 'a@b.example', '881']) {
      expect(error.message).not.toContain(value);
    }
  });

  it('shows no secret, even as a key', () => {
    expect(failureOf('{"planted_token":1}', ['planted_token']).message).not.toContain('planted_token');
  });

  it.each(['null', '[]', '{}', '"text"', '12', '[{"serviceId":1}]', '[{"planId":null},{"planId":{}}]'])(
    '%s',
    (json) => {
      expect(failureOf(json).code).toBe('PortalCatalogueNotUnderstood');
    },
  );

  it('is bounded in depth and size', () => {
    const deep = `${'{"a":'.repeat(200)}{"planId":1}${'}'.repeat(200)}`;
    expect(failureOf(deep).code).toBe('PortalCatalogueNotUnderstood');
    const wide = `[${'{"x":1},'.repeat(60_000)}{"planId":1}]`;
    expect(failureOf(wide).code).toBe('PortalCatalogueNotUnderstood');
  });
});

it('any nesting under any keys gives the same plans and services', () => {
  const id = fc.stringMatching(/^[1-9][0-9]{0,29}$/);
  const key = fc.stringMatching(/^x[a-z]{0,8}$/);
  const catalogue = fc.uniqueArray(fc.tuple(id, fc.uniqueArray(id, { maxLength: 4 })), {
    minLength: 1,
    maxLength: 5,
    selector: ([planId]) => planId,
  });
  const wrapped = (json: string, keys: string[]) => keys.reduce((inner, k) => `{"${k}":[${inner}]}`, json);
  fc.assert(
    fc.property(
      catalogue,
      fc.array(key, { maxLength: 2 }),
      fc.boolean(),
      fc.boolean(),
      (plans, keys, isNested, isQuoted) => {
        const value = (text: string) => (isQuoted ? `"${text}"` : text);
        const services = (planId: string, ids: string[]) =>
          ids.map((serviceId) =>
            wrapped(
              `{"serviceId":${value(serviceId)},"name":"S"${isNested ? '' : `,"planId":${value(planId)}`}}`,
              keys,
            ),
          );
        const entries = plans.flatMap(([planId, ids]) => {
          const plan = `"planId":${value(planId)},"name":"P"`;
          return isNested
            ? [`{${plan},"under":[${services(planId, ids).join(',')}]}`]
            : [`{${plan}}`, ...services(planId, ids)];
        });
        const found = read(wrapped(`[${entries.join(',')}]`, keys));
        const expectedPlans: Plan[] = plans.map(([planId]) => ({ planId, name: 'P' }));
        const expectedServices: Service[] = plans.flatMap(([planId, ids]) =>
          ids.map((serviceId) => ({ serviceId, name: 'S', planId })),
        );
        expect(found.plans).toEqual(expectedPlans);
        expect(
          new Set(found.services.map((entry) => JSON.stringify(entry, ['serviceId', 'planId']))),
        ).toEqual(new Set(expectedServices.map((entry) => JSON.stringify(entry, ['serviceId', 'planId']))));
      },
    ),
  );
});

it('whatever the vendor sends gives a catalogue or a typed failure', () => {
  fc.assert(
    fc.property(fc.json(), (json) => {
      try {
        readCatalogue(parse(json));
      } catch (error) {
        // Keys may be repeated in the text; lossless-json refuses those.
        if (!(error instanceof SyntaxError)) expect(error).toBeInstanceOf(PortalError);
      }
    }),
  );
});

it('is asked for product 12, with the serial number of an existing PBX only', async () => {
  const vendor = await Vendor.start();
  try {
    vendor.on(CATALOGUE_PATH, () => success('{"plans":{"planId":1,"name":"U"}}'));
    const client = vendor.client();
    await client.getCatalogue();
    await client.getCatalogue('3651E1292455');
    expect(vendor.callsOf(CATALOGUE_PATH).map((seen) => seen.query.toString())).toEqual([
      'productId=12',
      'productId=12&productNo=3651E1292455',
    ]);
  } finally {
    await vendor.stop();
  }
});
