import { CancellationScope, upsertSearchAttributes } from '@temporalio/workflow';
import { present } from '../../domain/optional';
import type { Policy } from '../../domain/policy';
import type { PurchaseRequest } from '../../domain/request';
import { SEARCH_ATTRIBUTES, SEARCH_FACTS, type SearchFact } from '../../domain/search-attributes';
import type { PurchaseStatus } from '../../domain/status';
import { usableSearchAttributes } from '../activity-proxies';

type Facts = Partial<Record<SearchFact, string>>;

/** What a visibility store of SQL keeps of a keyword. */
const LONGEST = 255;

/**
 * Tells Temporal what operators filter purchases by, where it takes it.
 *
 * An upsert of an attribute that is not registered fails the whole workflow task, again and again. So a local activity asks
 * which are registered, in the same task: when that task fails, its answer is forgotten with it, and asked for anew.
 */
export class SearchAttributes {
  private readonly known: Facts;
  private told: Facts = {};
  private isUsed = false;
  private telling: Promise<void> | undefined;

  constructor(request: PurchaseRequest) {
    this.known = present({ serialNumber: serialNumberOf(request), partner: partnerOf(request) });
  }

  /** Whether this run tells anything stands in the answer to its first activity: runs of before do not have it. */
  use({ hasSearchAttributes }: Policy): void {
    this.isUsed = hasSearchAttributes === true;
    this.begin();
  }

  /** How the purchase stands. */
  show({ status, order }: PurchaseStatus): void {
    this.tell({
      status,
      orderNumber: order?.orderNo,
      serialNumber: this.known.serialNumber ?? order?.productNo,
    });
  }

  /** The vendor's id of the partner, where the request names nobody whom Temporal may know. */
  showPartner(partnerId: string | undefined): void {
    this.tell({ partner: this.known.partner ?? partnerId });
  }

  /** Before the run ends, everything is told. */
  async rest(): Promise<void> {
    await this.telling;
  }

  private tell(facts: { [Fact in SearchFact]?: string | undefined }): void {
    Object.assign(this.known, present(facts));
    this.begin();
  }

  private begin(): void {
    if (!this.isUsed || this.telling !== undefined || this.news.length === 0) return;
    const telling = CancellationScope.nonCancellable(() => this.tellNews());
    this.telling = telling.finally(() => {
      this.telling = undefined;
    });
  }

  private async tellNews(): Promise<void> {
    while (this.news.length > 0) {
      const usable = await usableNow();
      const { news } = this;
      this.told = { ...this.known };
      const pairs = news
        .filter((fact) => usable.includes(fact))
        .map((fact) => ({
          key: { name: SEARCH_ATTRIBUTES[fact], type: 'KEYWORD' as const },
          value: this.known[fact]!.slice(0, LONGEST),
        }));
      if (pairs.length > 0) upsertSearchAttributes(pairs);
    }
  }

  private get news(): SearchFact[] {
    return SEARCH_FACTS.filter((fact) => this.known[fact] !== this.told[fact]);
  }
}

/** A worker that cannot tell uses none. */
async function usableNow(): Promise<SearchFact[]> {
  try {
    return await usableSearchAttributes();
  } catch {
    return [];
  }
}

function serialNumberOf({ license }: PurchaseRequest): string | undefined {
  return license.kind === 'existing' ? license.serialNumber : undefined;
}

/** An e-mail address is personal, and would be in clear. */
function partnerOf({ license }: PurchaseRequest): string | undefined {
  const partner = license.kind === 'new' ? license.partner : undefined;
  if (partner === undefined || 'email' in partner) return undefined;
  return 'company' in partner ? partner.company : partner.partnerId;
}
