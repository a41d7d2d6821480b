import { present } from './optional';
import type { PurchaseState } from './status';

/**
 * In what the vendor's orders and the ledger differ, as a comparison of both finds it:
 * `unasked`: an order that no request here asked for; `second`: one of a request that has another order; `given-up`: one of
 * a request that was refused or cancelled; `ended`: an order of ours that the vendor has cancelled, refunded or failed
 * since; `changed`: one of ours that is not what was sent any more; `missing`: one of ours that the vendor has no more.
 */
export const DIFFERENCE_KINDS = ['unasked', 'second', 'given-up', 'ended', 'changed', 'missing'] as const;
export type DifferenceKind = (typeof DIFFERENCE_KINDS)[number];

/** A difference; what is not known, or no matter of its kind, is absent. */
export interface Difference {
  kind: DifferenceKind;
  /** As the vendor writes it. */
  orderNo: string;
  /** Whose order it is, or may be. */
  requestId?: string;
  /** How the purchase of that request stands. */
  status?: PurchaseState;
  /** The vendor's word for how the order stands. */
  orderStatus?: string;
  /** ISO 8601, UTC: by the vendor; of an order of ours, when its attempt began. */
  orderedAt?: string;
  serialNumber?: string;
  /** The purchase order number that the vendor shows. */
  reference?: string;
  /** By what an order that is nobody's is taken for the request's. */
  by?: 'reference' | 'content';
  /** In what the order is not what was sent. */
  changes?: ChangedField[];
}

/** A field of an order, as the ledger has it, what was sent, and as the vendor shows it now. */
export interface ChangedField {
  field: string;
  here: string;
  vendor: string;
}

/** A difference as it is kept. */
export interface KeptDifference extends Difference {
  /** When a comparison found it first, ISO 8601, UTC. */
  foundAt: string;
}

/** How many differences of each kind there are; those without any are left out. */
export type DifferenceCounts = Partial<Record<DifferenceKind, number>>;

/** What a comparison came to. */
export interface ComparedBooks {
  /** ISO 8601, UTC: when it began. Orders that were made since then are left to the next one. */
  at: string;
  /** Orders since then were compared, ISO 8601, UTC. */
  since: string;
  /** The vendor's whole list was read: only then is an order said to be missing. */
  isComplete: boolean;
  ordersAtVendor: number;
  ordersHere: number;
  /** Of how many orders of ours the content was compared as well; with many orders a part each night. */
  contentsCompared: number;
  /** Orders that were to be looked at one by one and could not be read; of them nothing is said. */
  notRead: number;
  /** Orders that show too little to tell whose they are: no number, or, of nobody's, no time. */
  unclear: number;
  /** Orders that may be those of requests whose outcome is not known yet. */
  contested: number;
  /** Requests whose outcome is not known, or that are being ordered: no difference yet. */
  unsettled: { count: number; requestIds: string[] };
  /** All that differs, whenever it was found. */
  differences: DifferenceCounts;
  /** What was found for the first time, or has changed since it was. */
  news: { count: number; differences: Difference[] };
}

/** How many differences there are in all. */
export function countOf(differences: DifferenceCounts): number {
  return Object.values(differences).reduce((sum, count) => sum + count, 0);
}

export function countsOf(differences: readonly Difference[]): DifferenceCounts {
  const counts = DIFFERENCE_KINDS.map(
    (kind) => [kind, differences.filter((difference) => difference.kind === kind).length] as const,
  );
  return present(Object.fromEntries(counts.filter(([, count]) => count > 0)));
}

const WORDS: Record<DifferenceKind, string> = {
  unasked: 'nobody asked for',
  second: 'a second one of a request',
  'given-up': 'of a request that was given up',
  ended: 'ended at the vendor',
  changed: 'not what was sent',
  missing: 'not at the vendor any more',
};

/** `2 orders nobody asked for (ZC1, ZC2), 1 order ended at the vendor (ZC3)`: the first few of each kind by their numbers. */
export function differencesInWords(differences: readonly Difference[], count = differences.length): string {
  const kinds = DIFFERENCE_KINDS.flatMap((kind) => {
    const ofKind = differences.filter((difference) => difference.kind === kind);
    const numbers = ofKind.slice(0, 3).map(({ orderNo }) => orderNo);
    const more = ofKind.length > numbers.length ? ', …' : '';
    const orders = `${ofKind.length} ${ofKind.length === 1 ? 'order' : 'orders'}`;
    return ofKind.length === 0 ? [] : [`${orders} ${WORDS[kind]} (${numbers.join(', ')}${more})`];
  });
  const others = count - differences.length;
  return [...kinds, ...(others > 0 ? [`${others} more`] : [])].join(', ');
}
