import type { ApplicationFailure } from '@temporalio/activity';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { chooseBillingContact, resolvePartner } from '../../activities/lookup/people';
import type { ActivityDeps } from '../../activities/dependencies';
import { asActivity } from '../../activities/failures';
import { fetchPlan } from '../../activities/lookup/plan';
import { fetchSerialNumber } from '../../activities/lookup/serial-number';
import type { Candidate } from '../../domain/decision';
import {
  CATALOGUE_PATH,
  CONTACTS_PATH,
  PARTNERS_PATH,
  PRODUCTS_PATH,
  rejection,
  success,
  Vendor,
} from '../portal/vendor';

let vendor: Vendor;
beforeEach(async () => {
  vendor = await Vendor.start();
});
afterEach(() => vendor.stop());

/** Does a step as Temporal does, which gives it the heartbeat of the attempt before. */
function run<Input, Output>(
  step: (deps: ActivityDeps) => (input: Input) => Promise<Output>,
  input: Input,
  heartbeatDetails?: unknown,
): { result: Promise<Output>; heartbeats: unknown[] } {
  const env = new MockActivityEnvironment({ heartbeatDetails }, { logger: new DefaultLogger('ERROR') });
  const heartbeats: unknown[] = [];
  env.on('heartbeat', (details: unknown) => heartbeats.push(details));
  const deps = { portal: vendor.client({ pageSize: 10 }) } as unknown as ActivityDeps;
  return {
    result: env.run<[Input], Output, (input: Input) => Promise<Output>>(asActivity(step(deps)), input),
    heartbeats,
  };
}

async function ambiguity(
  promise: Promise<unknown>,
): Promise<{ failure: ApplicationFailure; candidates: Candidate[] }> {
  const failure = (await rejection(promise)) as ApplicationFailure;
  const [details] = failure.details as [{ candidates: Candidate[] }];
  return { failure, candidates: details.candidates };
}

describe('twins are told apart for the person who has to choose', () => {
  const lagoon = { company: 'Blue Lagoon Ltd', country: 'Norway' };
  const ada = { ...lagoon, email: 'ada.moe@blue.example', firstName: 'Ada', lastName: 'Moe', city: 'Bergen' };
  const jon = { ...lagoon, email: 'jon.vik@blue.example', firstName: 'Jon', lastName: 'Vik', city: 'Oslo' };
  /** What is a person's own, and may stand in no history. */
  const PERSONAL = /ada\.moe@|jon\.vik@|\bAda\b|\bJon\b|\bMoe\b|\bVik\b/;

  it('partners', async () => {
    const partners = [
      { partnerId: '1', ...ada },
      { partnerId: '2', ...jon },
    ];
    vendor.on(PARTNERS_PATH, () => success(JSON.stringify(partners)));
    const { failure, candidates } = await ambiguity(
      run(resolvePartner, { company: 'blue lagoon ltd' }).result,
    );
    expect(candidates).toEqual([
      { id: '1', description: 'Blue Lagoon Ltd, a…@blue.example, first name A…, last name M…, city Bergen' },
      { id: '2', description: 'Blue Lagoon Ltd, j…@blue.example, first name J…, last name V…, city Oslo' },
    ]);
    expect(JSON.stringify(failure)).not.toMatch(PERSONAL);
    expect(failure.message).not.toMatch(PERSONAL);
  });

  it('billing contacts, when none is named', async () => {
    const contacts = [
      { billingContactId: '1', ...lagoon, emailAddress: 'billing@blue.example' },
      { billingContactId: '2', ...lagoon, emailAddress: 'bills@blue.example' },
      { billingContactId: '3', ...lagoon, emailAddress: 'bills@blue.example' },
    ];
    vendor.on(CONTACTS_PATH, () => success(JSON.stringify(contacts)));
    const { candidates } = await ambiguity(run(chooseBillingContact, undefined).result);
    const [one, two, three] = candidates.map(({ description }) => description);
    expect(one).not.toBe(two);
    expect(two).toMatch(/the same as 3 in all that is shown but the id/);
    expect(three).toMatch(/the same as 2 in all that is shown but the id/);
    expect(JSON.stringify(candidates)).not.toMatch(/billing@|bills@/);
  });

  it('plans, by whatever the vendor says of them', async () => {
    const plans = [
      { planId: '1', planName: 'Ultimate', purchaseType: 'purchase', price: 1200, currency: 'USD' },
      { planId: '2', planName: 'Ultimate', price: 1400, currency: 'USD' },
    ];
    vendor.on(CATALOGUE_PATH, () => success(JSON.stringify({ plans })));
    const { candidates } = await ambiguity(run(fetchPlan, { plan: 'Ultimate', services: [] }).result);
    expect(candidates.map(({ description }) => description)).toEqual([
      'Ultimate, purchase type purchase, price 1200',
      'Ultimate, no purchase type, price 1400',
    ]);
  });

  it('services', async () => {
    const services = [
      { serviceId: '8', serviceName: 'Hotel PMS', billingCycle: 'annually' },
      { serviceId: '9', serviceName: 'Hotel PMS', billingCycle: 'monthly' },
    ];
    vendor.on(CATALOGUE_PATH, () =>
      success(JSON.stringify({ plans: [{ planId: '1', planName: 'Ultimate' }], services })),
    );
    const question = { plan: 'Ultimate', services: [{ service: 'Hotel PMS' }] };
    const { candidates } = await ambiguity(run(fetchPlan, question).result);
    expect(candidates.map(({ description }) => description)).toEqual([
      'Hotel PMS, billingCycle annually',
      'Hotel PMS, billingCycle monthly',
    ]);
  });
});

it('a row that is there twice is one candidate', async () => {
  const row = { partnerId: '1', company: 'Blue' };
  vendor.on(PARTNERS_PATH, () => success(JSON.stringify([row, row])));
  await expect(run(resolvePartner, { company: 'Blue' }).result).resolves.toBe('1');
});

describe('a lookup whose worker died', () => {
  /** Rows of a list in pages of ten, the last of which cannot be read at first. */
  function serve(path: string, row: (index: number) => object): { pages: () => number[]; mend: () => void } {
    let isMended = false;
    const pageOf = (query: URLSearchParams) => Number(query.get('pageNo') ?? '1');
    vendor.on(path, ({ query }) => {
      const pageNo = pageOf(query);
      if (pageNo === 6 && !isMended) return { status: 503 };
      const results = Array.from({ length: 10 }, (_, index) => row((pageNo - 1) * 10 + index));
      return success(JSON.stringify({ total: 60, results }));
    });
    return {
      pages: () =>
        vendor
          .callsOf(path)
          .map(({ query }) => pageOf(query))
          .sort(),
      mend: () => {
        isMended = true;
        vendor.seen.length = 0;
      },
    };
  }

  it.each<[string, string, (index: number) => object, (heartbeat?: unknown) => ReturnType<typeof run>]>([
    [
      'for a PBX',
      PRODUCTS_PATH,
      (index) => ({ productNo: `SN${index}` }),
      (heartbeat) => run(fetchSerialNumber, { serialNumber: 'SN58' }, heartbeat),
    ],
    [
      'for a partner',
      PARTNERS_PATH,
      (index) => ({ partnerId: `${index}`, company: `C${index}` }),
      (heartbeat) => run(resolvePartner, { company: 'C58' }, heartbeat),
    ],
    [
      'for a billing contact',
      CONTACTS_PATH,
      (index) => ({ billingContactId: `${index}`, company: `C${index}` }),
      (heartbeat) => run(chooseBillingContact, { company: 'C58' }, heartbeat),
    ],
  ])(
    '%s goes on from its last heartbeat, in which nothing of the list stands',
    async (_what, path, row, look) => {
      const { pages, mend } = serve(path, row);
      const first = look();
      await rejection(first.result);
      const last = JSON.parse(JSON.stringify(first.heartbeats.at(-1))) as unknown;
      expect(JSON.stringify(last)).not.toMatch(/SN\d|C\d\d/);
      mend();
      expect(String(await look(last).result)).toMatch(/58$/);
      expect(pages()).toEqual([1, 5, 6]);
    },
  );

  it.each([undefined, null, 'text', 7, {}, { at: 'x', pages: [] }, { at: Date.now(), pages: [{}] }])(
    'begins anew when its heartbeat held %j',
    async (heartbeat) => {
      const { pages, mend } = serve(PRODUCTS_PATH, (index) => ({ productNo: `SN${index}` }));
      mend();
      await expect(run(fetchSerialNumber, { serialNumber: 'SN58' }, heartbeat).result).resolves.toBe('SN58');
      expect(pages()).toEqual([1, 2, 3, 4, 5, 6]);
    },
  );
});

it('a heartbeat tells no more than that it lives once a list is read', async () => {
  vendor.on(PARTNERS_PATH, () => success(JSON.stringify([{ partnerId: '1', company: 'Blue' }])));
  const { result, heartbeats } = run(resolvePartner, { company: 'Blue' });
  await result;
  expect(heartbeats.at(-1)).toBeUndefined();
});
