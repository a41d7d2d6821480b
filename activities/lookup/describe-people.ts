import type { Field } from '../tell-apart';
import type { Details } from '../../portal/people';

/** What tells partners or billing contacts apart. What is a person's own is shown in part only. */
export function fieldsOfPerson(person: Details): Field[] {
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
