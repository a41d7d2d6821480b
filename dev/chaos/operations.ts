import type { PurchaseRequest } from '../../domain/request';
import type { FakePortalControl } from '../fake-portal/control-client';
import type { Random } from './random';

/** What a PBX has before the round, as the fake portal's control route takes it. */
export type PbxBefore = Parameters<FakePortalControl['setPbx']>[0] & { extensions: number; years: number };

type Content = Omit<PurchaseRequest, 'requestId' | 'license'>;

/** An operation on a PBX, with what the PBX has before; of a first purchase nothing. */
export interface PlannedOperation {
  content: Content;
  before?: Omit<PbxBefore, 'serialNumber'>;
}

/** Half are first purchases, the others change what a PBX has. */
const DEALT = [
  'purchase',
  'purchase',
  'purchase',
  'renew',
  'renew',
  'switch-plan',
  'expand',
  'add-service',
] as const;

/** Draws an operation with the content of a purchase. */
export function drawOperation(
  random: Random,
  bought: Content & { extensions: number; years: number },
): PlannedOperation {
  const { plan, extensions, services, years, billingContact } = bought;
  const before = { product: 12, plan, extensions, years: 1 } as const;
  const ofPbx = { plan, billingContact, years: 1 };
  switch (random.pick(DEALT)) {
    case 'purchase':
      return { content: bought };
    case 'renew':
      return {
        content: { ...bought, operation: 'renew', years },
        before: { ...before, services: services ?? [] },
      };
    case 'switch-plan':
      return {
        content: { ...ofPbx, operation: 'switch-plan', plan: 'Ultimate' },
        before: { ...before, plan: 'Enterprise', services: [] },
      };
    case 'expand':
      return {
        content: { ...ofPbx, operation: 'expand', addExtensions: random.whole(1, 50) },
        before: { ...before, services: [] },
      };
    case 'add-service':
      return {
        content: { ...ofPbx, operation: 'add-service', services: ['Hotel PMS'] },
        before: { ...before, services: [] },
      };
  }
}

/** What the vendor has of a PBX in the end, as far as orders add up. */
export interface Sums {
  yearsBought: number;
  extensions: number;
}

/** What the PBX has to have when each order was made once. */
export function sumsAfter({ extensions, years }: PbxBefore, request: PurchaseRequest, orders: number): Sums {
  const renewed = request.operation === 'renew' ? (request.years ?? 0) : 0;
  return {
    yearsBought: years + orders * renewed,
    extensions: extensions + orders * (request.addExtensions ?? 0),
  };
}
