import { ORDER_STEPS } from '../../domain/order-steps';
import { referenceOf } from '../../validation/reference';
import type { PurchaseRequest } from '../../domain/request';
import {
  FAULTS,
  faultNamed,
  rowOfTwins,
  slowDown,
  slowOrder,
  TWINS,
  TWINS_TOGETHER,
  type End,
  type Fault,
  type PortalFault,
} from './faults';
import { drawOperation, type PbxBefore } from './operations';
import { Random } from './random';
import { lengthOf, type RoundLength } from './round';

/** Everything of a round that is drawn, before it begins: the same for the same seed and number of purchases. */
export interface Plan {
  seed: number;
  /** Whether the vendor shows the reference of an order, and how else it answers (docs/fake-portal.md). */
  vendor: { returnPoNumber: boolean; createTimeUnit: string; orderListOrder: string };
  /** Each begun at once: one purchase, or twins. */
  starts: PlannedPurchase[][];
  disturbances: Disturbance[];
}

/** A purchase, what goes wrong with it, and how it must end. */
export interface PlannedPurchase {
  request: PurchaseRequest;
  serialNumber: string;
  /** Of an order that changes what a PBX has: what that has before. */
  pbxBefore?: PbxBefore;
  /** Its row in the result. */
  fault: string;
  portalFaults: PlannedFault[];
  ends: End;
  orders: 0 | 1;
  /** Twins have the same content, so that without references nobody can tell whose an order is. */
  isTwin: boolean;
  /** The status that the vendor gives the order so long after it was created. */
  later?: { status: string; afterMs: number };
}

/** With the call that it is about. */
export type PlannedFault = PortalFault & { match?: { productNo: string; poNumber?: string } };

/** A process is killed, so long after the first; a worker may come back with a fail point. */
export type Disturbance = { atMs: number } & (
  | { kind: 'worker'; worker: 0 | 1; failPoint?: string }
  | { kind: 'server'; server: 0 | 1 }
  | { kind: 'temporal' }
  | { kind: 'ledger' }
);

type DisturbedKind = Disturbance['kind'] | 'fail point';

/** Draws a round; on a cluster HTTP servers are killed as well. */
export function planRound(seed: number, purchases: number, isOnCluster = false): Plan {
  const random = new Random(seed);
  const length = lengthOf(purchases);
  return {
    seed,
    vendor: {
      returnPoNumber: random.chance(0.5),
      createTimeUnit: random.pick(['ms', 's', 'missing']),
      orderListOrder: random.pick(['oldest-first', 'newest-first', 'shuffled']),
    },
    starts: starts(random, seed, purchases, length),
    disturbances: disturbances(random, length, isOnCluster),
  };
}

/** Faults are dealt like cards, so that none is missing or rare. */
function starts(random: Random, seed: number, purchases: number, length: RoundLength): PlannedPurchase[][] {
  const singles = FAULTS.filter((fault) => length.hasSlowFaults || !fault.isSlow);
  const cards = [...singles.map((fault) => [fault]), ...TWINS.map((names) => names.map(faultNamed))];
  const dealt: PlannedPurchase[][] = [];
  let count = 0;
  while (count < purchases) {
    for (const card of random.shuffled(cards)) {
      if (count + card.length > purchases) continue;
      dealt.push(together(random, card, length, { seed, number: count + 1 }));
      count += card.length;
    }
  }
  return dealt;
}

/** The purchases of a card: one, or twins. Each card has a PBX of its own, by which its faults find it. */
function together(
  random: Random,
  card: readonly Fault[],
  length: RoundLength,
  { seed, number }: { seed: number; number: number },
): PlannedPurchase[] {
  const serialNumber = `3651E4${String(number).padStart(6, '0')}`;
  const isTwin = card.length > 1;
  const bought = contentOf(random);
  // A short round has no time for the reading of the vendor's orders that comes before.
  const mayChangePbx = length.hasSlowFaults && !isTwin;
  const { content: drawn, before } = mayChangePbx ? drawOperation(random, bought) : { content: bought };
  const content = {
    ...drawn,
    license: { kind: 'existing' as const, serialNumber },
    // Some have a purchase order number of their own, which is then the reference; of twins it would be the same.
    ...(random.chance(0.3) && !isTwin && { poNumber: `PO-${number}` }),
  };
  const ofAll = [...slownessOf(random, length, card.length), ...(isTwin ? [TWINS_TOGETHER] : [])];
  const afterMs = random.whole(1_000, 6_000);
  return card.map((fault, index) => {
    const request = { ...content, requestId: `chaos-${seed}-${number + index}` };
    const { ends, orders, later } = fault;
    return {
      request,
      serialNumber,
      ...(before !== undefined && { pbxBefore: { ...before, serialNumber } }),
      fault: isTwin ? rowOfTwins(card.map(({ name }) => name)) : fault.name,
      portalFaults: [
        ...fault.portalFaults.map((portalFault) =>
          matched(portalFault, { poNumber: referenceOf(request) }, serialNumber),
        ),
        ...(index === 0 ? ofAll.map((portalFault) => matched(portalFault, {}, serialNumber)) : []),
      ],
      ends,
      orders,
      isTwin,
      ...(later !== undefined && { later: { status: later, afterMs } }),
    };
  });
}

/** Orders can be told apart by their reference too; lists are nobody's: a fault hits whoever reads them next. */
function matched(portalFault: PortalFault, ofOrder: { poNumber?: string }, productNo: string): PlannedFault {
  if (portalFault.endpoint === 'order-list' || portalFault.endpoint === 'products') return portalFault;
  return { ...portalFault, match: { productNo, ...(portalFault.endpoint === 'orders' && ofOrder) } };
}

function slownessOf(random: Random, length: RoundLength, times: number): PortalFault[] {
  const seconds = random.whole(...length.slowDownSeconds);
  const order = slowOrder(random.whole(...length.orderMs), times);
  return seconds === 0 ? [order] : [slowDown(seconds, times), order];
}

function contentOf(random: Random) {
  const plan = random.pick(['Enterprise', 'Ultimate']);
  const services = [
    ...(plan === 'Ultimate' && random.chance(0.5) ? ['Disaster Recovery'] : []),
    ...(random.chance(0.3) ? ['Hotel PMS'] : []),
    ...(random.chance(0.3) ? [{ service: 'Outbound Call Center', quantity: random.whole(1, 20) }] : []),
  ];
  return {
    plan,
    extensions: random.whole(5, 500),
    services,
    years: random.whole(1, 5),
    billingContact: { company: random.pick(['Reseller', 'Reseller Export', 'Reseller Public Sector']) },
  };
}

/**
 * Kinds are dealt, so that each comes: half of them workers, half of those with a fail point. The first one has, because a
 * fail point wants time to be come to.
 */
function disturbances(
  random: Random,
  { gapMs, disturbedForMs }: RoundLength,
  isOnCluster: boolean,
): Disturbance[] {
  const others: DisturbedKind[] = [
    'worker',
    'temporal',
    'ledger',
    ...(isOnCluster ? (['server'] as const) : []),
  ];
  const drawn: Disturbance[] = [];
  let atMs = 0;
  for (;;) {
    const isFirst = drawn.length === 0;
    const kinds = isFirst
      ? (['fail point', ...random.shuffled(others)] as const)
      : random.shuffled(['fail point', ...others] as const);
    for (const kind of kinds) {
      if (atMs > disturbedForMs) return drawn;
      drawn.push({ atMs, ...disturbance(random, kind) });
      atMs += random.whole(...gapMs);
    }
  }
}

/** One worker is killed as it is, the other comes back with a fail point: killed sooner, it would not come to it. */
function disturbance(random: Random, kind: DisturbedKind) {
  switch (kind) {
    case 'worker':
      return { kind, worker: 0 as const };
    case 'fail point': {
      const failPoint = `${random.pick(ORDER_STEPS)}:${random.whole(1, 5)}`;
      return { kind: 'worker' as const, worker: 1 as const, failPoint };
    }
    case 'server':
      return { kind, server: random.pick([0, 1] as const) };
    case 'temporal':
    case 'ledger':
      return { kind };
  }
}
