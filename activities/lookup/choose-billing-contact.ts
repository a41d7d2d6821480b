import { maskEmail, sameName } from '../../domain/names';
import { pickOne } from './pick-one';
import type { BillingContactReference } from '../../domain/request';
import { plainId } from '../../domain/visible-text';
import type { Sought } from '../../portal/find-in-list';
import type { BillingContact } from '../../portal/people';
import type { ActivityDeps } from '../dependencies';
import { fieldsOfPerson } from './describe-people';
import { listProgress } from '../list-progress';

/**
 * The id of the billing contact who receives the invoice: the one named, or the only one there is.
 *
 * @throws Refusal BillingContactNotFound, BillingContactAmbiguous (also when none is named and there are several)
 */
export function chooseBillingContact({ portal }: ActivityDeps) {
  return async (reference: BillingContactReference | undefined): Promise<string> => {
    const { asked, ...sought } = askedFor(reference);
    const { items, count } = await portal.findBillingContacts(sought, listProgress());
    const contact = pickOne(items, {
      asked,
      matches: sought.matches,
      count,
      fieldsOf: fieldsOfPerson,
      idOf: (entry) => entry.billingContactId,
      notFound: 'BillingContactNotFound',
      ambiguous: 'BillingContactAmbiguous',
    });
    return contact.billingContactId;
  };
}

function askedFor(
  reference: BillingContactReference | undefined,
): Sought<BillingContact> & { asked: string } {
  if (reference === undefined) {
    return { asked: 'billing contact, and the request names none', matches: () => true, byId: false };
  }
  if ('billingContactId' in reference) {
    const billingContactId = plainId(reference.billingContactId);
    return {
      asked: `billing contact with the id ${billingContactId}`,
      matches: (entry) => plainId(entry.billingContactId) === billingContactId,
      byId: true,
    };
  }
  if ('email' in reference) {
    const { email } = reference;
    return {
      asked: `billing contact with the e-mail address ${maskEmail(email)}`,
      matches: (entry) => sameName(entry.email ?? '', email),
      byId: false,
    };
  }
  const { company } = reference;
  return {
    asked: `billing contact with the company "${company}"`,
    matches: (entry) => sameName(entry.company ?? '', company),
    byId: false,
  };
}
