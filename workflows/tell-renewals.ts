import * as activity from './activity-proxies';
import { final } from './failures';
import type { ToldRenewals } from './messages/renewals';

/**
 * Tells what expires within so many days, after a look at what each PBX has at the vendor. It orders nothing, and starts
 * nothing that does. Started by the Temporal Schedule `renewals`.
 *
 * Fails at once, as InvalidRenewals, when it is started with something that is no number of days.
 */
export async function tellRenewals(withinDays: number): Promise<ToldRenewals> {
  refuseWrongStart(withinDays);
  return activity.readRenewals({ withinDays });
}

function refuseWrongStart(withinDays: unknown): void {
  if (typeof withinDays === 'number' && withinDays > 0) return;
  throw final({ code: 'InvalidRenewals', message: 'Expected a number of days above 0, as a number: 60.' });
}
