import { listIn } from '../../portal/entries';
import { isRecord, textOf } from '../../portal/envelope';
import { NO_LOG } from '../../portal/paging';
import { findBillingContacts, findPartners, WHOLE_LIST_BYTES } from '../../portal/people';
import { asExpected, handled, notChecked, notHandled, REPORT_IT, type Finding, type Row } from '../row';
import { readWhole, wholeProblem } from './read-whole';
import { handledBy, lookAtRead, noneChecked, type Assumption } from './assumption';
import { shapeOf, typeOf, typesOf } from './shape';
import type { VendorAccount } from './vendor-account';

/** Nobody is looked for: the whole list is read. */
const NOBODY = { matches: () => false, byId: false };

const COMMON = [
  'city',
  'company',
  'country',
  'firstName',
  'lastName',
  'phoneNumber',
  'remark',
  'stateProvince',
  'street',
  'taxNum',
  'zipCode',
];

interface People {
  name: string;
  path: string;
  page: string;
  idKey: string;
  fields: readonly string[];
  /** What an account without any of them cannot do; nothing where it can do all. */
  without?: string;
  readAll: (account: VendorAccount) => Promise<unknown>;
}

const PARTNERS: People = {
  name: 'partners',
  path: '/user/openapi/user/v1/client/partner_list',
  page: 'Query Subordinate User List',
  idKey: 'partnerId',
  fields: [...COMMON, 'email', 'partnerId', 'userType'],
  readAll: ({ reader }) => findPartners(reader, NOBODY, NO_LOG),
};

const CONTACTS: People = {
  name: 'billing contacts',
  path: '/user/openapi/user/v1/client/billing_contact_list',
  page: 'Query Billing Contact List',
  idKey: 'billingContactId',
  fields: [...COMMON, 'billingContactId', 'emailAddress'],
  without: 'Every order but a trial needs one: add one in the Partner Portal.',
  readAll: ({ reader }) => findBillingContacts(reader, NOBODY, NO_LOG),
};

/** The lists of people, of which no page is documented and the pages contradict each other on what `result` is. */
export async function checkPeople(account: VendorAccount): Promise<Row[]> {
  return [...(await check(account, PARTNERS)), ...(await check(account, CONTACTS))];
}

export function peopleNotChecked(why: string): Row[] {
  return [PARTNERS, CONTACTS].flatMap((people) => noneChecked(assumptionsOf(undefined, people), why));
}

async function check(account: VendorAccount, people: People): Promise<Row[]> {
  return lookAtRead(await account.read(people.path, {}, WHOLE_LIST_BYTES), assumptionsOf(account, people));
}

function assumptionsOf(account: VendorAccount | undefined, people: People): Assumption<unknown>[] {
  const { name, page, idKey } = people;
  return [
    { what: `${name}: list`, page, look: (result) => listFinding(result, people) },
    { what: `${name}: ids`, page, look: (result) => idFinding(entriesIn(result), idKey) },
    { what: `${name}: fields`, page, look: (result) => fieldsFinding(entriesIn(result), people) },
    {
      what: `${name}: read whole`,
      page,
      look: (result) => wholeFinding(result, account!, people),
    },
  ];
}

function listFinding(result: unknown, { idKey, without }: People): Finding {
  const entries = entriesIn(result);
  if (Array.isArray(result)) {
    if (entries.length > 0 || without === undefined) return asExpected(`a list of ${result.length}`);
    return notHandled('a list of none', without);
  }
  if (!isRecord(result)) return notHandled(typeOf(result), REPORT_IT);
  const isOne = textOf(result[idKey]) !== undefined;
  if (isOne) return handled('one object instead of a list', 'Nothing: it is read as a list of one.');
  const isWrapped = listIn(result)?.[0] !== result;
  if (isWrapped)
    return handled(`an object around the list (${shapeOf(result)})`, 'Nothing: it is unwrapped.');
  return notHandled(`an object without a list (${shapeOf(result)})`, REPORT_IT);
}

/** Ids are documented as text in answers and needed as numbers in orders; both are kept digit for digit. */
export function idFinding(entries: readonly Record<string, unknown>[], idKey: string): Finding {
  if (entries.length === 0) return notChecked('the account has none yet');
  const types = typesOf(entries, idKey);
  if (entries.some((entry) => textOf(entry[idKey]) === undefined)) {
    return notHandled(`${idKey}: ${types}`, REPORT_IT);
  }
  if (types === 'text') return asExpected(`${idKey}: text`);
  return handled(`${idKey}: ${types}`, 'Nothing: every digit of it is kept.');
}

function fieldsFinding(entries: readonly Record<string, unknown>[], { fields }: People): Finding {
  if (entries.length === 0) return notChecked('the account has none yet');
  const seen = new Set(entries.flatMap((entry) => Object.keys(entry)));
  const unknown = entries.map((entry) =>
    Object.fromEntries(Object.entries(entry).filter(([key]) => !fields.includes(key))),
  );
  const more = shapeOf(Object.assign({}, ...unknown));
  const missing = fields.filter((field) => !seen.has(field));
  // Of one that is empty the vendor may say null. Of the id there is a row of its own.
  const others = fields.filter(
    (field) =>
      !/Id$/.test(field) &&
      entries.some((entry) => !['text', 'null', 'missing'].includes(typeOf(entry[field]))),
  );
  const differences = [
    ...(missing.length > 0 ? [`not there: ${missing.join(', ')}`] : []),
    ...(more === 'no keys' ? [] : [`more: ${more}`]),
    ...others.map((field) => `${field}: ${typesOf(entries, field)}`),
  ];
  if (differences.length === 0) return asExpected(`the ${fields.length} documented ones`);
  return handled(differences.join('; '), 'Nothing: people are told apart by what is there.');
}

async function wholeFinding(result: unknown, account: VendorAccount, people: People): Promise<Finding> {
  const isReadable = async () => (await handledBy(() => people.readAll(account))) === undefined;
  const reading = await readWhole(account, people.path, isReadable);
  if (reading !== 'at once') return wholeProblem(reading);
  if (!isRecord(result) || result.total === undefined) return asExpected('in one piece');
  return handled(`in pages, ${textOf(result.total)} in all`, 'Nothing: all pages are read.');
}

export function entriesIn(result: unknown): Record<string, unknown>[] {
  return (listIn(result) ?? []).filter(isRecord);
}
