import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import type { ActivityDeps } from '../../activities/dependencies';
import { readRenewals } from '../../activities/renewals';
import type { PbxState } from '../../domain/pbx-state';
import { PortalError } from '../../portal/portal-error';
import type { ToldRenewals } from '../../workflows/messages/renewals';

const serials = (count: number) =>
  Array.from({ length: count }, (_, n) => `PBX-${String(n).padStart(4, '0')}`);

/** Each PBX was bought once; what a reading of it comes to is given. */
function depsWith(count: number, readPbx: (serialNumber: string) => PbxState, shown?: PbxState) {
  const ordersOf = (serialNumber: string) => [
    {
      requestId: `of-${serialNumber}`,
      request: { requestId: '', license: { kind: 'existing', serialNumber }, plan: 'Ultimate', years: 1 },
      ...{ body: '{}', orderedAt: new Date() },
      ...(shown && { shown }),
    },
  ];
  const asked: string[] = [];
  const kept: unknown[] = [];
  const deps = {
    portal: {
      readPbx: async ({ serialNumber }: { serialNumber: string }) => {
        asked.push(serialNumber);
        return Promise.resolve({ state: readPbx(serialNumber), keys: {} });
      },
    },
    ledger: {
      pbxs: {
        ordered: () =>
          Promise.resolve(
            serials(count).map((serialNumber) => ({ serialNumber, orders: ordersOf(serialNumber) })),
          ),
        ordersOf: (serialNumber: string) => Promise.resolve(ordersOf(serialNumber)),
        orderUnderWay: () => Promise.resolve(undefined),
      },
      recordStatus: ({ pbx }: { pbx: unknown }) => Promise.resolve(kept.push(pbx)),
    },
  } as unknown as ActivityDeps;
  return { deps, asked, kept };
}

const activityWith = (heartbeatDetails?: unknown) =>
  new MockActivityEnvironment({ heartbeatDetails }, { logger: new DefaultLogger('ERROR') });

const readIn = (activity: MockActivityEnvironment, deps: ActivityDeps): Promise<ToldRenewals> =>
  activity.run(() => readRenewals(deps)({ withinDays: 400 }));

const fails = (code: 'PortalUnreachable' | 'PortalRateLimited' | 'PortalRejected') => () => {
  throw new PortalError(code, code);
};

it('a vendor that is away is not asked for every PBX', async () => {
  const { deps, asked } = depsWith(50, fails('PortalUnreachable'));
  const { renewals } = await readIn(activityWith(), deps);
  expect(asked).toHaveLength(3);
  expect(renewals.filter(({ notRead }) => notRead === 'PortalUnreachable')).toHaveLength(50);
});

it('PBXs that the vendor does not have are no reason not to ask for the others', async () => {
  const { deps, asked } = depsWith(50, fails('PortalRejected'));
  await readIn(activityWith(), deps);
  expect(asked).toHaveLength(50);
});

it('when the vendor asks to slow down, the next attempt goes on where this one was', async () => {
  const slow = depsWith(10, (serialNumber) => {
    if (serialNumber === 'PBX-0002') fails('PortalRejected')();
    if (serialNumber === 'PBX-0006') fails('PortalRateLimited')();
    return {};
  });
  const first = activityWith();
  let told: unknown;
  first.on('heartbeat', (details: unknown) => (told = details));
  await expect(readIn(first, slow.deps)).rejects.toMatchObject({
    code: 'PortalRateLimited',
  });
  const next = depsWith(10, () => ({}));
  const second = activityWith(told);
  const { renewals } = await readIn(second, next.deps);
  expect(next.asked).toEqual(serials(10).slice(6));
  expect(renewals.filter(({ notRead }) => notRead !== undefined)).toMatchObject([
    { serialNumber: 'PBX-0002', notRead: 'PortalRejected' },
  ]);
});

it('no payload grows with the account', async () => {
  const { deps } = depsWith(5_000, fails('PortalRejected'));
  const activity = activityWith();
  let longest = 0;
  activity.on(
    'heartbeat',
    (details: unknown) => (longest = Math.max(longest, JSON.stringify(details).length)),
  );
  const result = await readIn(activity, deps);
  expect(result).toMatchObject({ more: 4_500, notRead: 5_000 });
  expect(JSON.stringify(result).length).toBeLessThan(200_000);
  expect(longest).toBeLessThan(200_000);
});

it.each<[string, PbxState, PbxState, PbxState]>([
  [
    'what is not shown any more is kept',
    { extensions: 100, expiresOn: '2027-03-31' },
    { autoRenewal: false },
    { extensions: 100, expiresOn: '2027-03-31', autoRenewal: false },
  ],
  [
    'but where a switch was pending, it may have come',
    { plan: { name: 'Ultimate' }, pendingPlan: 'Enterprise', expiresOn: '2027-03-31' },
    { autoRenewal: false },
    { autoRenewal: false },
  ],
])('%s', async (_what, before, now, after) => {
  const { deps, kept } = depsWith(1, () => now, before);
  await readIn(activityWith(), deps);
  expect(kept).toEqual([after]);
});
