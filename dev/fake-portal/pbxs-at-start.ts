import { APPLIANCES, PLANS, SERIAL_NUMBERS, SERVICES, type ProductId } from './catalogue';
import type { PbxState, Term } from './pbx-state';

const DAY_MS = 24 * 60 * 60 * 1000;
const MONTHLY: Term = { cycle: 'monthly', multiCycle: 0 };

/**
 * What the PBXs of the beginning have (docs/fake-portal.md); those that are not here have no plan.
 *
 * @param beganAt when the fake portal was first started, in ms since 1970
 */
export function statesAtStart(beganAt: number): Map<string, PbxState> {
  const inDays = (days: number) => ({ expiresAt: beganAt + days * DAY_MS });
  const ultimate = SERIAL_NUMBERS.slice(30, 45).filter((serialNumber) => serialNumber !== '3651E1292455');
  const [trial, renewing, switching] = SERIAL_NUMBERS.slice(57) as [string, string, string];
  const [monthly, yearly, longer] = APPLIANCES as [string, string, string];
  return new Map<string, PbxState>([
    ...ultimate.map((serialNumber, place): [string, PbxState] => [
      serialNumber,
      state('12', 'Ultimate', {
        extensions: 100,
        services: withDisasterRecovery(),
        ...inDays(20 * (place + 1)),
      }),
    ]),
    ...SERIAL_NUMBERS.slice(45, 57).map((serialNumber, place): [string, PbxState] => [
      serialNumber,
      state('12', 'Enterprise', { extensions: 50, ...years(3), ...inDays(60 * (place + 1)) }),
    ]),
    [
      trial,
      state('12', 'Ultimate', {
        services: withDisasterRecovery(),
        ...years(0),
        ...inDays(14),
        isTrial: true,
      }),
    ],
    [renewing, state('12', 'Enterprise', { extensions: 50, ...inDays(45), autoRenew: true })],
    [
      switching,
      state('12', 'Ultimate', {
        extensions: 100,
        services: withDisasterRecovery(),
        ...inDays(90),
        pending: { planId: planId('12', 'Enterprise'), term: years(1).term },
      }),
    ],
    [monthly, state('11', 'Standard', { ...inDays(20), term: MONTHLY, yearsBought: 0 })],
    [yearly, state('11', 'Enterprise', inDays(200))],
    [longer, state('11', 'Ultimate', { ...years(3), ...inDays(700) })],
  ]);
}

/** A plan of one year, but for what is said otherwise. */
function state(
  productId: ProductId,
  planName: string,
  more: Partial<PbxState> & Pick<PbxState, 'expiresAt'>,
): PbxState {
  return {
    planId: planId(productId, planName),
    services: [],
    ...years(1),
    isTrial: false,
    autoRenew: false,
    ...more,
  };
}

function years(multiCycle: number): Pick<PbxState, 'term' | 'yearsBought'> {
  return { term: { cycle: 'annually', multiCycle }, yearsBought: multiCycle };
}

function planId(productId: ProductId, name: string): string {
  return PLANS[productId].find(({ planName }) => planName === name)!.planId;
}

function withDisasterRecovery(): PbxState['services'] {
  return SERVICES.filter(({ serviceName }) => serviceName === 'Disaster Recovery').map(({ serviceId }) => ({
    serviceId,
  }));
}
