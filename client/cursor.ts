import { isCursor } from '../ledger/page';
import { ClientError } from './client-error';

/** Where a page begins, as it was given. @throws ClientError WrongUse when it is no `next` of a page */
export function checkedCursor(after: string | undefined): string | undefined {
  if (after === undefined || isCursor(after)) return after;
  throw new ClientError('WrongUse', 'after: expected the `next` of the page before.');
}
