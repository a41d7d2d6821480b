import { dealOfRequest } from '../domain/deal-ids';
import { requestIdOf } from '../domain/workflow-ids';
import { plainText } from '../domain/visible-text';

/** What the ids of runs begin with, of deals and of quotes. */
const OF_RUNS = /^(deal|quote):/;

/** The page of a run in the Temporal UI; the id stands in its address. */
const PAGE = /^https?:\/\/.*?\/workflows\/([^/?#]+)/;

/**
 * The id of a purchase or deal, however it was copied: with what nobody can see, as the id of its run (`purchase:deal-4711`),
 * or as the address of the run's page.
 */
export function idIn(typed: string): string {
  const id = decoded(PAGE.exec(plainText(typed))?.[1] ?? plainText(typed));
  return requestIdOf(id) ?? id.replace(OF_RUNS, '');
}

/** The deal that is meant, by its own id or that of one of its purchases. */
export function dealIn(typed: string): string {
  const id = idIn(typed);
  return dealOfRequest(id) ?? id;
}

/** No id has a % of its own; the address of a page has %3A for a colon. */
function decoded(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
}
