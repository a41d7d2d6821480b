import { foldName } from '../domain/names';
import type { OrderLine } from './order-lines';

/**
 * Whether an order that the vendor shows is the one that an attempt of unknown outcome may have created. Compares what
 * was sent with what is shown; whatever is not shown decides nothing.
 */

/** What was sent, read from the attempt's body. */
export interface SentOrder {
  /** The reference, sent as `poNumber`. */
  poNumber: string;
  /** Serial number of an existing PBX. */
  productNo?: string;
  partnerId?: string;
  /** Of all but a trial. */
  billingContactId?: string;
  /** Of the plan that is ordered, or added to. */
  planId?: string;
  lines: OrderLine[];
}

/** What the vendor shows of an order; fields that it does not show are absent. */
export interface ShownOrder {
  orderNo: string;
  /** In ms since 1970. */
  createdAt?: number;
  poNumber?: string;
  productNo?: string;
  partnerId?: string;
  billingContactId?: string;
  lines?: OrderLine[];
}

/**
 * `ours`: it has our reference and contradicts nothing. `alike`: it shows no reference, and all that was sent. `doubtful`:
 * it may be the one, but shows too little, or has our reference with other content. `other`: it is not the one.
 */
export type Likeness = 'ours' | 'alike' | 'doubtful' | 'other';

/** A shown order, compared. */
export interface Compared {
  orderNo: string;
  likeness: Likeness;
  /** Fields in which it is what was sent, in which it is not, and which it does not show. */
  agrees: string[];
  differs: string[];
  notShown: string[];
}

/** Compares one order with what was sent. */
export function compareOrder(sent: SentOrder, shown: ShownOrder): Compared {
  const fields: [string, boolean | undefined][] = [
    [whomField(sent), sameWhom(sent, shown)],
    ...billingContactOf(sent, shown),
    ['plan and services', shown.lines && sameLines(sent.lines, shown.lines)],
  ];
  const named = (wanted: boolean | undefined) =>
    fields.filter(([, verdict]) => verdict === wanted).map(([name]) => name);
  const reference = sameReference(sent.poNumber, shown.poNumber);
  const differs = named(false);
  return {
    orderNo: shown.orderNo,
    likeness: likenessOf(
      reference,
      differs.length > 0,
      sameWhom(sent, shown) === true && showsTerms(sent, shown),
    ),
    agrees: [...(reference === true ? ['reference'] : []), ...named(true)],
    differs: [...(reference === false ? ['reference'] : []), ...differs],
    notShown: [...(reference === undefined ? ['reference'] : []), ...named(undefined)],
  };
}

/**
 * Whether a reference that is shown is the one that was sent. In what letters the vendor keeps them, and how long they may
 * be, is not documented: one that came back in other letters or cut short says neither yes nor no.
 */
export function sameReference(sent: string, shown: string | undefined): boolean | undefined {
  if (shown === undefined || shown === sent) return same(sent, shown);
  return foldName(sent).startsWith(foldName(shown)) ? undefined : false;
}

function likenessOf(reference: boolean | undefined, differs: boolean, showsAll: boolean): Likeness {
  if (reference === false) return 'other';
  if (reference === true) return differs ? 'doubtful' : 'ours';
  if (differs) return 'other';
  return showsAll ? 'alike' : 'doubtful';
}

function whomField({ productNo }: SentOrder): string {
  return productNo === undefined ? 'partner' : 'serial number';
}

/**
 * Whom the license is for: the PBX that was named, or the partner. For a new license of one's own nothing was named, so
 * nothing that is shown can tell.
 */
function sameWhom(sent: SentOrder, shown: ShownOrder): boolean | undefined {
  if (sent.productNo !== undefined) return same(sent.productNo, shown.productNo);
  return sent.partnerId === undefined ? undefined : same(sent.partnerId, shown.partnerId);
}

/** Whether the lines show all that an order is told by: term and, of the plan, the number of extensions. */
function showsTerms(sent: SentOrder, { lines = [] }: ShownOrder): boolean {
  const hasPlan = sent.lines.some(({ kind }) => kind === 'plan');
  return sent.lines.every((line) => {
    const shown = lines.find(({ kind, id }) => kind === line.kind && id === line.id);
    // A service beside a plan is told by itself, an addition by how many come on top.
    const isCounted = line.quantity !== undefined && (line.kind === 'plan' || !hasPlan);
    return (
      shown !== undefined &&
      (line.years === undefined || shown.years !== undefined) &&
      (!isCounted || shown.quantity !== undefined)
    );
  });
}

/** A trial has no billing contact: whatever the vendor shows there decides nothing. */
function billingContactOf(sent: SentOrder, shown: ShownOrder): [string, boolean | undefined][] {
  const { billingContactId } = sent;
  if (billingContactId === undefined) return [];
  return [['billing contact', same(billingContactId, shown.billingContactId)]];
}

/** @returns undefined when nothing is shown */
function same(sent: string, shown: string | undefined): boolean | undefined {
  return shown === undefined ? undefined : sent === shown;
}

function sameLines(sent: readonly OrderLine[], shown: readonly OrderLine[]): boolean {
  if (sent.length !== shown.length) return false;
  return sent.every((line) => shown.some((other) => sameLine(line, other)));
}

function sameLine(sent: OrderLine, shown: OrderLine): boolean {
  return (
    sent.kind === shown.kind &&
    sent.id === shown.id &&
    (shown.years === undefined || shown.years === sent.years) &&
    (shown.quantity === undefined || sent.quantity === undefined || shown.quantity === sent.quantity)
  );
}

/**
 * Whether an order is just as much what another request sent, whose own order nobody has found yet: compared in the same
 * way, as what was sent may differ in what the vendor does not show, or in the order of services.
 */
export function isContested(shown: ShownOrder, rivals: readonly SentOrder[]): boolean {
  return rivals.some((sent) => ['ours', 'alike'].includes(compareOrder(sent, shown).likeness));
}

/** What a reading of the vendor's orders says of an attempt. */
export type Finding =
  { found: 'one'; orderNo: string; by: 'reference' | 'content' } | { found: 'none' } | { found: 'undecided' };

/**
 * Decides between the orders that were compared. With money there is no guessing: only one order of our own reference,
 * or, where the vendor shows no references, the only one of the same content, is taken for the one.
 *
 * @param isUnique no other request can have the reference
 * @param contested orders that may just as well be another request's: see `isContested`
 * @param isComplete whether all orders were read
 * @param showsReferences whether the vendor shows references at all: an order without one is then not ours
 */
export function decideBetween(
  compared: readonly Compared[],
  known: {
    contested: ReadonlySet<string>;
    isUnique: boolean;
    isComplete: boolean;
    showsReferences: boolean;
  },
): Finding {
  const ours = compared.filter(({ likeness }) => likeness === 'ours');
  const alike = compared.filter(({ likeness }) => likeness === 'alike');
  const doubtful = compared.filter(({ likeness }) => likeness === 'doubtful');
  const [one] = [...ours, ...alike];
  if (one === undefined) return { found: doubtful.length > 0 ? 'undecided' : 'none' };
  if (ours.length > 1) return { found: 'undecided' };
  if (ours.length === 1) {
    const isSure = known.isUnique || (known.isComplete && !known.contested.has(one.orderNo));
    return isSure ? { found: 'one', orderNo: one.orderNo, by: 'reference' } : { found: 'undecided' };
  }
  const isSure =
    alike.length === 1 &&
    doubtful.length === 0 &&
    known.isComplete &&
    !known.contested.has(one.orderNo) &&
    !known.showsReferences;
  return isSure ? { found: 'one', orderNo: one.orderNo, by: 'content' } : { found: 'undecided' };
}
