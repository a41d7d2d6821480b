import type { FastifyRequest } from 'fastify';
import { Clock, zoneNamed } from './words';
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
  /** The names of others who have that address open. */
  othersAt: (at: string) => string[];
}

/** The cookie in which the browser tells its time zone. */
export const ZONE_COOKIE = 'wonce-zone';

/** The clock of whoever looks; of this machine until their browser has told theirs. */
export function clockOf({ cookies }: FastifyRequest): Clock {
  // Whoever is refused before cookies are read has none.
  const told = cookies?.[ZONE_COOKIE];
  const theirs = told === undefined ? undefined : zoneNamed(told);
  return new Clock(theirs ?? Intl.DateTimeFormat().resolvedOptions().timeZone);
}
