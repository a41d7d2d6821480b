import { entriesOf } from './entries';
import { textOf } from './envelope';

/** A subordinate user of the account (vendor page "Query Subordinate User List"); of it, what a purchase needs. */
export interface Partner {
  partnerId: string;
  email?: string;
  company?: string;
}

export function readPartners(result: unknown): Partner[] {
  return entriesOf(result).flatMap((entry) => {
    const [partnerId, email, company] = [textOf(entry.partnerId), textOf(entry.email), textOf(entry.company)];
    if (partnerId === undefined) return [];
    return [{ partnerId, ...(email !== undefined && { email }), ...(company !== undefined && { company }) }];
  });
}
