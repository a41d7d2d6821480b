import {
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  condition,
  continueAsNew,
  defineQuery,
  defineSignal,
  defineUpdate,
  setCurrentDetails,
  setHandler,
} from '@temporalio/workflow';
import {
  DEAL_VERBS,
  isToldBefore,
  readDeal,
  type Deal,
  type DealDecision,
  type DealHint,
  type DealStatus,
  type DealVerb,
  type FilledIn,
} from '../orders/deal';
import { isDealVerb, readDealDecision } from '../orders/deal-decision';
import { recordDeal } from './deal-contracts';

/** How the deal stands; the same as `wonce deals show --json`. */
export const dealStatusQuery = defineQuery<DealStatus>('status');

/** Something happened to the deal, or may have: it is looked at again. */
export const heardSignal = defineSignal<[DealHint]>('heard');

const DESCRIPTIONS: Record<DealVerb, string> = {
  fill: 'Fill in what the CRM does not tell: {"fill": {"plan": "Ultimate"}, "by": "who", "why": "…"}',
  buy: 'Buy it, although it was won before: {"by": "who", "why": "…"}',
  dismiss: 'Buy nothing for this win: {"by": "who", "why": "…"}',
};

/** What a run that continues another knows of the deal. */
export interface CarriedDeal {
  status: DealStatus;
  filledIn: FilledIn;
  content?: Deal;
  decision?: DealDecision;
  /** The purchase it stays with, and whether there was word of the deal meanwhile. */
  staysWith?: string;
  hasNews?: boolean;
}

/** What goes on as new: `dealWon`. */
type DealWorkflow = (hint: DealHint, carried?: CarriedDeal) => Promise<DealStatus>;

/** One deal, as its run knows it: what was heard, what people decided, how it stands. */
export class DealRun {
  readonly status: DealStatus;
  /** What people have filled in so far. */
  filledIn: FilledIn = {};
  /** The deal as its sender told of it last, of senders that cannot be asked. */
  content: Deal | undefined;
  /** Something came that nobody has looked at yet. */
  hasNews = false;
  /** What a person has decided, until it is acted on. */
  decision: DealDecision | undefined;
  /** The request id of the purchase it made, until the order is begun. */
  staysWith: string | undefined;
  /** The ledger has the deal: what is decided about it can be written down. */
  isHeard: boolean;

  constructor(
    readonly hint: DealHint,
    carried?: CarriedDeal,
  ) {
    const { deal, source, by } = hint;
    this.status = carried?.status ?? {
      deal,
      source,
      status: 'reading',
      heardBy: by,
      updatedAt: new Date().toISOString(),
    };
    this.filledIn = carried?.filledIn ?? {};
    this.content = carried?.content ?? readDeal(hint.content);
    this.decision = carried?.decision;
    this.staysWith = carried?.staysWith;
    this.hasNews = carried?.hasNews ?? false;
    this.isHeard = carried !== undefined;
    if (carried === undefined) this.takeFrom(hint);
    setHandler(dealStatusQuery, () => this.status, { description: 'Where the deal stands' });
    setHandler(heardSignal, (news) => this.hear(news), { description: 'Look at the deal again' });
    DEAL_VERBS.forEach((verb) => this.listenTo(verb));
    this.show({});
  }

  show(change: Partial<DealStatus>): void {
    if (change.status !== undefined) {
      delete this.status.missing;
      delete this.status.reason;
    }
    Object.assign(this.status, change, { updatedAt: new Date().toISOString() });
    setCurrentDetails(inWords(this.status));
  }

  /** Waits until something comes, or for so long. */
  async waitForNews(timeoutMs: number, what: string): Promise<void> {
    if (!this.hasNews) await condition(() => this.hasNews, timeoutMs, { summary: what });
  }

  /** Waits for whoever still waits for an answer. */
  async finishHandlers(): Promise<void> {
    await condition(allHandlersFinished);
  }

  /** Goes on in a new run, because the history of this one has grown long. */
  async continueAsNew(): Promise<never> {
    await this.finishHandlers();
    return continueAsNew<DealWorkflow>(this.hint, this.carried());
  }

  private carried(): CarriedDeal {
    const { status, filledIn, content, decision, staysWith, hasNews } = this;
    return {
      ...{ status, filledIn },
      ...(content && { content }),
      ...(decision && { decision }),
      ...(staysWith !== undefined && { staysWith, hasNews }),
    };
  }

  private hear(news: DealHint): void {
    // Signals can be sent by hand: what is no hint is a reason to look again, and nothing more.
    const content = readDeal(((news ?? {}) as Partial<DealHint>).content);
    if (content !== undefined && !isToldBefore(content, this.content?.toldAt)) this.content = content;
    this.takeFrom(news ?? {});
    this.hasNews = true;
  }

  /** A decision that came with a hint may have been typed by hand, too: what is none changes nothing. */
  private takeFrom({ decision, by }: Partial<DealHint>): void {
    const { verb, ...input } = (decision ?? {}) as Partial<DealDecision>;
    if (by !== 'person' || !isDealVerb(verb)) return;
    const read = readDealDecision(verb, input);
    if (typeof read !== 'string') this.take(read);
  }

  private listenTo(verb: DealVerb): void {
    const description = DESCRIPTIONS[verb];
    const problemWith = (input: unknown) => {
      const decision = readDealDecision(verb, input);
      return typeof decision === 'string' ? decision : undefined;
    };
    setHandler(defineUpdate<DealStatus, [unknown]>(verb), (input) => this.decide(verb, input), {
      description,
      validator: (input) => {
        const problem = problemWith(input);
        if (problem !== undefined) throw ApplicationFailure.nonRetryable(problem, 'DecisionInvalid');
      },
    });
    // A signal cannot be refused: what is wrong with it changes nothing. Nor does it end a run that is being cancelled.
    setHandler(
      defineSignal<[unknown]>(verb),
      async (input) => {
        if (problemWith(input) !== undefined) return;
        await CancellationScope.nonCancellable(() => this.decide(verb, input));
      },
      { description },
    );
  }

  private async decide(verb: DealVerb, input: unknown): Promise<DealStatus> {
    const decision = readDealDecision(verb, input) as DealDecision;
    const { by, why } = decision;
    const data = {
      verb,
      ...(why !== undefined && { why }),
      ...('fill' in decision && { fill: decision.fill }),
    };
    if (!this.isHeard) await condition(() => this.isHeard);
    await recordDeal({ deal: this.hint.deal, kind: 'decision', actor: by, data });
    this.take(decision);
    this.hasNews = true;
    // The status is another one now: what is said once more, after something else, is a decision of its own.
    this.show({});
    return this.status;
  }

  private take(decision: DealDecision): void {
    if (decision.verb === 'fill') this.filledIn = { ...this.filledIn, ...decision.fill };
    else this.decision = decision;
  }
}

/** The status in Markdown: first what is asked of a person, if anything is, and then how to answer. */
function inWords(status: DealStatus): string {
  const missing = (status.missing ?? []).map(({ field, problem }) => `- ${field}: ${problem}`);
  const because = status.reason === undefined ? [] : [`${status.reason.code}: ${status.reason.message}`];
  const list = missing.length > 0 ? [missing.join('\n')] : [];
  return [headline(status), ...because, ...list, ...answers(status)].join('\n\n');
}

/** The verbs, and what to type as their input. */
function answers({ status }: DealStatus): string[] {
  switch (status) {
    case 'incomplete':
      return [
        'Answer with the update `fill`, or a signal of that name:',
        '- `{"fill": {"plan": "Ultimate", "extensions": 100}, "by": "YOUR NAME"}`',
      ];
    case 'waiting-for-decision':
      return [
        'Answer with the update `buy` or `dismiss`, or a signal of that name:',
        '- `{"by": "YOUR NAME"}`',
      ];
    default:
      return [];
  }
}

function headline({ status, requestId }: DealStatus): string {
  switch (status) {
    case 'reading':
      return (
        '**Reading** the deal back from the CRM. If it stays so: the tab *Pending Activities* shows what fails, and ' +
        'why; it is tried again by itself.'
      );
    case 'incomplete':
      return '**Incomplete**: it goes on when the CRM has what is missing, or a person fills it in.';
    case 'waiting-for-decision':
      return '**Waiting for a person**: is it to be bought, or not?';
    case 'requested':
      return `**Requested**: purchase ${requestId ?? ''}.`;
    case 'not-won':
      return '**Not won**: nothing is bought.';
    case 'dismissed':
      return '**Dismissed**: nothing is bought for this win.';
  }
}
