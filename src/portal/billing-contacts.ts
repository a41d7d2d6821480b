import { entriesOf } from './entries';
import { textOf } from './envelope';

/** Who can receive an invoice (vendor page "Query Billing Contact List"); of it, what a purchase needs. */
export interface BillingContact {
  billingContactId: string;
  email?: string;
  company?: string;
}

export function readBillingContacts(result: unknown): BillingContact[] {
  return entriesOf(result).flatMap((entry) => {
    const billingContactId = textOf(entry.billingContactId);
    const [email, company] = [textOf(entry.emailAddress) ?? textOf(entry.email), textOf(entry.company)];
    if (billingContactId === undefined) return [];
    return [
      { billingContactId, ...(email !== undefined && { email }), ...(company !== undefined && { company }) },
    ];
  });
}
