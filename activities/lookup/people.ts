import { maskEmail, sameName } from '../../domain/names';
import type { BillingContactReference, PartnerReference } from '../../domain/request';
import { plainId } from '../../domain/visible-text';
import type { Found, Sought } from '../../portal/find-in-list';
import type { BillingContact, Details, Partner } from '../../portal/people';
import type { ActivityDeps } from '../dependencies';
import { listProgress } from '../list-progress';
import type { Field } from '../tell-apart';
import { pickOne, type PickOne } from './pick-one';

/**
 * The id of the subordinate user a new license is for.
 *
 * @throws Refusal PartnerNotFound, PartnerAmbiguous
 */
export function resolvePartner({ portal }: ActivityDeps) {
  return async (reference: PartnerReference): Promise<string> => {
    const idOf = ({ partnerId }: Partner) => partnerId;
    const sought = personSought('partner', reference, idOf);
    const found = await portal.findPartners(sought, listProgress());
    const codes = { notFound: 'PartnerNotFound', ambiguous: 'PartnerAmbiguous' } as const;
    return idOf(pickPerson(found, { ...sought, ...codes, idOf }));
  };
}

/**
 * The id of the billing contact who receives the invoice: the one named, or the only one there is.
 *
 * @throws Refusal BillingContactNotFound, BillingContactAmbiguous (also when none is named and there are several)
 */
export function chooseBillingContact({ portal }: ActivityDeps) {
  return async (reference: BillingContactReference | undefined): Promise<string> => {
    const idOf = ({ billingContactId }: BillingContact) => billingContactId;
    const sought = personSought('billing contact', reference, idOf);
    const found = await portal.findBillingContacts(sought, listProgress());
    const codes = { notFound: 'BillingContactNotFound', ambiguous: 'BillingContactAmbiguous' } as const;
    return idOf(pickPerson(found, { ...sought, ...codes, idOf }));
  };
}

function pickPerson<Person extends Details>(
  { items, count }: Found<Person>,
  how: Omit<PickOne<Person>, 'count' | 'fieldsOf'>,
): Person {
  return pickOne(items, { ...how, count, fieldsOf: fieldsOfPerson });
}

/** Whom a request means, in words and as the lists are searched. Without a reference anybody may be meant. */
function personSought<Person extends Details>(
  what: string,
  reference: PartnerReference | BillingContactReference | undefined,
  idOf: (person: Person) => string,
): Sought<Person> & { asked: string } {
  if (reference === undefined) {
    return { asked: `${what}, and the request names none`, matches: () => true, byId: false };
  }
  if ('email' in reference) {
    const { email } = reference;
    return {
      asked: `${what} with the e-mail address ${maskEmail(email)}`,
      matches: (person) => sameName(person.email ?? '', email),
      byId: false,
    };
  }
  if ('company' in reference) {
    const { company } = reference;
    return {
      asked: `${what} with the company "${company}"`,
      matches: (person) => sameName(person.company ?? '', company),
      byId: false,
    };
  }
  const id = plainId(Object.values(reference)[0]!);
  return {
    asked: `${what} with the id ${id}`,
    matches: (person) => plainId(idOf(person)) === id,
    byId: true,
  };
}

/** What tells partners or billing contacts apart. What is a person's own is shown in part only. */
function fieldsOfPerson(person: Details): Field[] {
  return [
    { name: 'company', value: person.company, isMain: true },
    { name: 'e-mail', value: person.email, mask: 'email', isMain: true },
    { name: 'first name', value: person.firstName, mask: 'start' },
    { name: 'last name', value: person.lastName, mask: 'start' },
    { name: 'city', value: person.city },
    { name: 'state', value: person.stateProvince },
    { name: 'country', value: person.country },
    { name: 'post code', value: person.zipCode },
    { name: 'street', value: person.street, mask: 'start' },
    { name: 'phone', value: person.phoneNumber, mask: 'end' },
    { name: 'tax number', value: person.taxNum, mask: 'end' },
    { name: 'kind', value: person.userType },
    { name: 'remark', value: person.remark, mask: 'hidden' },
  ];
}
