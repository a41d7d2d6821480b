import { maskEmail, sameName } from '../orders/names';
import { pickOne } from '../orders/pick-one';
import type { BillingContactReference } from '../orders/request';
import type { BillingContact } from '../portal/billing-contacts';
import type { ActivityDeps } from './deps';

/**
 * The id of the billing contact who receives the invoice: the one named, or the only one there is.
 *
 * @throws Refusal BillingContactNotFound, BillingContactAmbiguous (also when none is named and there are several)
 */
export function chooseBillingContact({ portal }: ActivityDeps) {
  return async (reference: BillingContactReference | undefined): Promise<string> => {
    const contact = pickOne(await portal.listBillingContacts(), {
      ...askedFor(reference),
      describe,
      idOf: (entry) => entry.billingContactId,
      notFound: 'BillingContactNotFound',
      ambiguous: 'BillingContactAmbiguous',
    });
    return contact.billingContactId;
  };
}

function askedFor(reference: BillingContactReference | undefined): {
  asked: string;
  matches: (contact: BillingContact) => boolean;
} {
  if (reference === undefined) {
    return { asked: 'billing contact, and the request names none', matches: () => true };
  }
  if ('billingContactId' in reference) {
    const { billingContactId } = reference;
    return {
      asked: `billing contact with the id ${billingContactId}`,
      matches: (entry) => entry.billingContactId === billingContactId,
    };
  }
  if ('email' in reference) {
    const { email } = reference;
    return {
      asked: `billing contact with the e-mail address ${maskEmail(email)}`,
      matches: (entry) => sameName(entry.email ?? '', email),
    };
  }
  const { company } = reference;
  return {
    asked: `billing contact with the company "${company}"`,
    matches: (entry) => sameName(entry.company ?? '', company),
  };
}

function describe(contact: BillingContact): string {
  const email = contact.email === undefined ? '' : `, ${maskEmail(contact.email)}`;
  return `${contact.billingContactId} (${contact.company ?? 'no company'}${email})`;
}
