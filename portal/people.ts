import { textOf } from './envelope';
import { findInList, type Found, type Sought } from './find-in-list';
import type { Entry, ProgressLog } from './paging';
import type { Reader } from './reader';
import { present } from '../domain/optional';

/** The longest list that comes whole: the vendor documents no pages of it. Some ten thousand entries. */
export const WHOLE_LIST_BYTES = 4 * 1024 * 1024;

/** What the vendor tells of subordinate users and billing contacts alike, as text. */
const DETAILS = [
  'company',
  'firstName',
  'lastName',
  'phoneNumber',
  'street',
  'zipCode',
  'city',
  'stateProvince',
  'country',
  'taxNum',
  'userType',
  'remark',
] as const;

export type Details = { email?: string } & { [Key in (typeof DETAILS)[number]]?: string };

/** A subordinate user of the account (vendor page "Query Subordinate User List"). */
export type Partner = Details & { partnerId: string };

/** Who can receive an invoice (vendor page "Query Billing Contact List"). */
export type BillingContact = Details & { billingContactId: string };

/** @throws PortalError; PortalMalformed when the list does not hold still */
export function findPartners(
  reader: Reader,
  sought: Sought<Partner>,
  log: ProgressLog,
): Promise<Found<Partner>> {
  const list = {
    ...unpaged(reader, '/user/openapi/user/v1/client/partner_list'),
    name: 'list of partners',
    itemOf: (entry: Entry) => {
      const partnerId = textOf(entry.partnerId);
      return partnerId === undefined ? undefined : { partnerId, ...detailsOf(entry) };
    },
    keyOf: ({ partnerId }: Partner) => partnerId,
  };
  return findInList(list, sought, log);
}

/** @throws PortalError; PortalMalformed when the list does not hold still */
export function findBillingContacts(
  reader: Reader,
  sought: Sought<BillingContact>,
  log: ProgressLog,
): Promise<Found<BillingContact>> {
  const list = {
    ...unpaged(reader, '/user/openapi/user/v1/client/billing_contact_list'),
    name: 'list of billing contacts',
    itemOf: (entry: Entry) => {
      const billingContactId = textOf(entry.billingContactId);
      return billingContactId === undefined ? undefined : { billingContactId, ...detailsOf(entry) };
    },
    keyOf: ({ billingContactId }: BillingContact) => billingContactId,
  };
  return findInList(list, sought, log);
}

/** A list for which no paging is documented: the first call is as the vendor's page shows it. */
function unpaged(reader: Reader, path: string) {
  return {
    pageSize: Infinity,
    readPage: (pageNo: number) => reader.read(path, pageNo === 1 ? {} : { pageNo }, WHOLE_LIST_BYTES),
  };
}

function detailsOf(entry: Entry): Details {
  const email = textOf(entry.emailAddress) ?? textOf(entry.email);
  const details = DETAILS.map((key) => [key, textOf(entry[key])] as const);
  return {
    ...present({ email }),
    ...Object.fromEntries(details.filter(([, text]) => text !== undefined)),
  };
}
