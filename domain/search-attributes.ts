/** What operators filter purchases by in Temporal, and the names that it has there. All of them are of type Keyword. */
export const SEARCH_ATTRIBUTES = {
  status: 'WonceStatus',
  orderNumber: 'WonceOrderNumber',
  serialNumber: 'WonceSerialNumber',
  partner: 'WoncePartner',
} as const;

/** A fact that a purchase can be found by. */
export type SearchFact = keyof typeof SEARCH_ATTRIBUTES;

export const SEARCH_FACTS = Object.keys(SEARCH_ATTRIBUTES) as SearchFact[];

/** What tells nothing of a customer: search attributes are in clear, whether payloads are encrypted or not. */
const TELLS_NOTHING: ReadonlySet<SearchFact> = new Set(['status', 'orderNumber']);

/** `INDEXED_VALUE_TYPE_KEYWORD` of Temporal's protocol, whose package takes long to load. */
export const KEYWORD = 2;

/** The search attributes that a namespace has, by their names: each with its type, as Temporal's protocol numbers it. */
export type RegisteredAttributes = Readonly<Record<string, unknown>>;

/** Whether a fact has its search attribute in a namespace: `other-type` when there is one of that name that is no Keyword. */
export function registrationOf(
  fact: SearchFact,
  registered: RegisteredAttributes,
): 'registered' | 'missing' | 'other-type' {
  const type = registered[SEARCH_ATTRIBUTES[fact]];
  if (type === undefined) return 'missing';
  return type === KEYWORD || type === 'INDEXED_VALUE_TYPE_KEYWORD' ? 'registered' : 'other-type';
}

/** The facts that may be told to Temporal, by which purchases are then found. */
export function usableFacts(registered: RegisteredAttributes, isEncrypted: boolean): SearchFact[] {
  return SEARCH_FACTS.filter(
    (fact) => registrationOf(fact, registered) === 'registered' && (!isEncrypted || TELLS_NOTHING.has(fact)),
  );
}
