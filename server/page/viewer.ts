import type { FastifyRequest } from 'fastify';
import { Clock, isZone } from './words';
import type { Standing } from './health';
import type { Person } from './session';

/** Who looks at a page, and how. */
export interface Viewer {
  /** Without a person the page is open to whoever uses this machine. */
  person: Person;
  /** Whether there is anything to sign out of. */
  isSignedIn: boolean;
  clock: Clock;
  /** How that stands on which Wonce stands. */
  standings: readonly Standing[];
}

/** The cookie in which the browser tells its time zone. */
export const ZONE_COOKIE = 'wonce-zone';

/** The clock of whoever looks; of this machine until their browser has told theirs. */
export function clockOf({ cookies }: FastifyRequest): Clock {
  const told = cookies[ZONE_COOKIE];
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return new Clock(told !== undefined && isZone(told) ? told : own);
}
