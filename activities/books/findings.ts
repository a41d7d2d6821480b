import type { Difference, KeptDifference } from '../../domain/books';
import type { Found } from '../../ledger/book-ledger';

/**
 * What a comparison finds, beside what the ones before it have: a difference that is not found again is gone, unless this
 * comparison could not tell.
 */
export class Findings {
  private readonly found = new Map<string, Difference>();
  private readonly open = new Set<string>();
  private readonly byOrder: ReadonlyMap<string, Difference>;

  /** @param kept what is known to differ, and that this comparison looks at */
  constructor(private readonly kept: readonly KeptDifference[]) {
    this.byOrder = new Map(kept.map((difference) => [difference.orderNo, withoutTime(difference)]));
  }

  add(difference: Difference): void {
    this.found.set(keyOf(difference), difference);
  }

  /** Nothing can be said of the order this time: what is kept of it stays. */
  leaveOpen(orderNo: string): void {
    this.open.add(orderNo);
  }

  /** The same of all orders that are kept, but for some. */
  leaveOpenUnless(isKnown: (orderNo: string) => boolean): void {
    this.kept.filter(({ orderNo }) => !isKnown(orderNo)).forEach(({ orderNo }) => this.leaveOpen(orderNo));
  }

  /** Whether something is kept of an order. */
  isKept(orderNo: string): boolean {
    return this.byOrder.has(orderNo);
  }

  /** What is kept of an order, as it was found. */
  keptOf(orderNo: string): Difference | undefined {
    return this.byOrder.get(orderNo);
  }

  /** With what stays of before. */
  get result(): Found {
    const unseen = this.kept.filter((kept) => !this.found.has(keyOf(kept)));
    const stays = unseen.filter(({ orderNo }) => this.open.has(orderNo));
    return {
      differences: [...this.found.values(), ...stays.map(withoutTime)],
      gone: unseen.filter(({ orderNo }) => !this.open.has(orderNo)),
    };
  }
}

function withoutTime({ foundAt: _, ...difference }: KeptDifference): Difference {
  return difference;
}

function keyOf({ kind, orderNo }: Difference): string {
  return `${kind} ${orderNo}`;
}
