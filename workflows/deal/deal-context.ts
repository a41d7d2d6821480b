import {
  ApplicationFailure,
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  defineQuery,
  defineSignal,
  defineUpdate,
  setCurrentDetails,
  setHandler,
  uuid4,
  workflowInfo,
} from '@temporalio/workflow';
import {
  DEAL_VERBS,
  aboutWhatIsShown,
  isAboutThis,
  isToldBefore,
  type Deal,
  type DealDecision,
  type DealNotification,
  type DealRequest,
  type DealStatus,
  type DealVerb,
  type FilledIn,
} from '../../domain/deal';
import { readDealDecision } from '../../domain/deal-decision';
import { readDealNotification } from '../../domain/deal-notification';
import { changesNothing } from '../../domain/filled-in';
import type { KnownReason } from '../../domain/status';
import { BY_TEMPORAL } from '../../domain/author';
import { present } from '../../domain/optional';
import { recordDealEvent } from '../activity-proxies';
import { hasFailed } from '../failures';
import { inWords } from './deal-in-words';
import type { ContinuedDeal, DealQuestion, DealWorkflow, UnrecordedDecision } from '../messages/deal';

/** How the deal stands; the same as `wonce deals show --json`. */
export const dealStatusQuery = defineQuery<DealStatus>('status');

/** Something happened to the deal, or may have: it is looked at again. */
export const notifySignal = defineSignal<[DealNotification]>('notify');

const DESCRIPTIONS: Record<DealVerb, string> = {
  fill: 'Fill in what the CRM does not tell: {"fill": {"plan": "Ultimate"}, "by": "who", "why": "…"}',
  buy: 'Buy it, although it was won before: {"by": "who", "why": "…"}',
  dismiss: 'Buy nothing for this win: {"by": "who", "why": "…"}',
};

/** As many decisions may wait to be written down, while the ledger is away: they go along when the run goes on as new. */
const MOST_UNRECORDED = 20;

/** One deal, as its run knows it: what was notified, what people decided, how it stands. */
export class DealContext {
  readonly status: DealStatus;
  /** What people have filled in so far. */
  filledIn: FilledIn = {};
  /** The deal as its sender told of it last, of senders that cannot be asked. */
  content: Deal | undefined;
  /** Something came that nobody has looked at yet. */
  hasNews = false;
  /** Something came while it followed a purchase. */
  hadNews = false;
  /** What a person has decided, until it is acted on. */
  decision: DealDecision | undefined;
  /** The request id of the purchase it made, until the order is made. */
  following: string | undefined;
  /** The request id of a purchase that it has cancelled. */
  cancelled: string | undefined;
  /** The win that it has read, and what that would buy. */
  win: { wonAt?: string; request?: DealRequest } | undefined;
  /** The ledger has the notification: what is decided about the deal can be written down. */
  isRecorded: boolean;
  /** The run was cancelled in Temporal. */
  isCancelled: boolean;
  /** A purchase is being started: the run must not end before Temporal has it. */
  isStarting = false;
  private isContinuing = false;
  private readonly unrecorded: UnrecordedDecision[];
  /** So many of them were decided before the run was cancelled: they are written down, and count no more. */
  private outdone: number;
  /** So many messages have come in the workflow task in which the history was so long. */
  private told = 0;
  private toldAt = 0;
  private readonly begunAt = workflowInfo().historyLength;
  private readonly scope = CancellationScope.current();

  constructor(
    readonly notification: DealNotification,
    continued?: ContinuedDeal,
  ) {
    const { deal, source, by } = notification;
    this.status = continued?.status ?? {
      deal,
      source,
      status: 'reading',
      notifiedBy: by,
      updatedAt: new Date().toISOString(),
    };
    this.filledIn = continued?.filledIn ?? {};
    this.content = continued?.content ?? notification.content;
    this.decision = continued?.decision;
    this.unrecorded = continued?.unrecorded ?? [];
    this.following = continued?.following;
    this.hasNews = continued?.hasNews ?? false;
    this.isRecorded = continued?.isRecorded ?? false;
    this.isCancelled = continued?.isCancelled ?? false;
    this.outdone = continued?.outdone ?? (this.isCancelled ? this.unrecorded.length : 0);
    if (continued === undefined && notification.decision !== undefined) this.take(notification.decision);
    setHandler(dealStatusQuery, () => this.status, { description: 'Where the deal stands' });
    setHandler(notifySignal, (input) => this.receive(input), { description: 'Look at the deal again' });
    DEAL_VERBS.forEach((verb) => this.listenTo(verb));
    if (!this.isCancelled) this.scope.cancelRequested.catch(() => this.forget());
    this.show({});
    void CancellationScope.nonCancellable(() => this.recordDecisions());
  }

  /** People have said what is not written down yet. */
  get isDeciding(): boolean {
    return this.unrecorded.length > 0;
  }

  /** No person has said anything about it, as far as the run knows. */
  get isUndecided(): boolean {
    const isNotFilledIn = Object.keys(this.filledIn).length === 0;
    return isNotFilledIn && this.decision === undefined && this.unrecorded.length === 0;
  }

  /** What its CRM is asked. */
  get question(): DealQuestion {
    const { notification, content, filledIn } = this;
    return { source: notification.source, deal: notification.deal, filledIn, ...present({ content }) };
  }

  show(change: Partial<DealStatus>): void {
    if (change.status !== undefined) {
      delete this.status.missing;
      delete this.status.reason;
      delete this.status.request;
      delete this.status.purchase;
    }
    Object.assign(this.status, change, { updatedAt: new Date().toISOString() });
    setCurrentDetails(inWords(this.status));
  }

  /**
   * The run was cancelled in Temporal just now, and with it what came before; what comes from now on is news. Of a message in the
   * same workflow task nobody can tell: it is looked at, but for the one that began the run. A dismissed win is not bought by that.
   */
  private forget(): void {
    const { historyLength } = workflowInfo();
    const beganIt = historyLength === this.begunAt && this.notification.by !== 'sweep' ? 1 : 0;
    this.hasNews = this.toldAt === historyLength && this.told > beganIt;
    this.hadNews = false;
    this.decision = undefined;
    this.outdone = this.unrecorded.length;
  }

  /** Another run looks at what came while this one was being cancelled. */
  beginAnew(): Promise<never> {
    this.isCancelled = false;
    return this.continueAsNew();
  }

  /** Waits until something comes, or for so long. */
  async waitForNews(timeoutMs: number, what: string): Promise<void> {
    if (!this.hasNews) await condition(() => this.hasNews, timeoutMs, { summary: what });
  }

  /** Waits until all that was decided so far is written down and answered. */
  async finishDecisions(): Promise<void> {
    await condition(() => this.unrecorded.length === 0 && allHandlersFinished());
  }

  /**
   * Does what takes its time, and goes on in a new run when the history of this one grows long meanwhile: whatever it is
   * waiting for, messages may pour in. What is under way then is begun anew; it only reads, or writes what is written once.
   */
  async unlessTooLong<Result>(work: () => Promise<Result>): Promise<Result> {
    let isDone = false;
    const done = () => {
      isDone = true;
    };
    const result = work();
    result.then(done, done);
    const tooLong = CancellationScope.nonCancellable(async () => {
      // What made it too long may have brought a cancellation with it, behind it in the same task.
      do await condition(() => isDone || this.isTooLong);
      while (!isDone && !this.isTooLong);
      return isDone ? result : this.continueAsNew();
    });
    return Promise.race([result, tooLong]);
  }

  /** A cancellation would be lost on the way, unless it is known already. */
  private get isTooLong(): boolean {
    const mayContinue = this.isCancelled || !this.scope.consideredCancelled;
    return mayContinue && !this.isStarting && workflowInfo().continueAsNewSuggested;
  }

  private async continueAsNew(): Promise<never> {
    this.isContinuing = true;
    await condition(allHandlersFinished);
    const { status, filledIn, content, decision, unrecorded, outdone, following, isRecorded, isCancelled } =
      this;
    return continueAsNew<DealWorkflow>(this.notification, {
      ...{ status, filledIn, unrecorded, outdone, isRecorded, isCancelled },
      ...present({ content, decision }),
      hasNews: this.hasNews || this.hadNews,
      ...present({ following }),
    });
  }

  /** Signals can be sent by hand: what is no notification of this deal changes nothing. */
  private receive(input: unknown): void {
    const notification = readDealNotification(input);
    if (typeof notification === 'string' || notification.deal !== this.notification.deal) return;
    const { content, decision } = notification;
    if (content !== undefined && !isToldBefore(content, this.content?.toldAt)) this.content = content;
    if (decision !== undefined && this.problemWith(decision) === undefined) this.queue(decision);
    this.hasNews = true;
    const { historyLength } = workflowInfo();
    this.told = this.toldAt === historyLength ? this.told + 1 : 1;
    this.toldAt = historyLength;
  }

  private listenTo(verb: DealVerb): void {
    const description = DESCRIPTIONS[verb];
    const read = (input: unknown): DealDecision | KnownReason => {
      const decision = readDealDecision(verb, input);
      if (typeof decision === 'string') return { code: 'DecisionInvalid', message: decision };
      return this.problemWith(decision) ?? decision;
    };
    setHandler(
      defineUpdate<DealStatus, [unknown]>(verb),
      (input) =>
        CancellationScope.nonCancellable(() => this.decide(readDealDecision(verb, input) as DealDecision)),
      {
        description,
        validator: (input) => {
          const decision = this.unlessUnderWay(read(input));
          if ('code' in decision) throw ApplicationFailure.nonRetryable(decision.message, decision.code);
        },
      },
    );
    // A signal cannot be refused: what is wrong with it changes nothing.
    setHandler(
      defineSignal<[unknown]>(verb),
      (input) => {
        const decision = read(input);
        if (!('code' in decision)) this.queue(decision);
      },
      { description },
    );
  }

  /** Why a decision cannot be taken now, though there is nothing wrong with it as such. */
  private problemWith(decision: DealDecision): KnownReason | undefined {
    if (this.unrecorded.length >= MOST_UNRECORDED) {
      const message = `${decision.verb}: ${MOST_UNRECORDED} decisions wait to be written down. Decide again when the ledger is back.`;
      return { code: 'DecisionRefused', message };
    }
    if (decision.verb === 'buy' && !isAboutThis(decision, this.status)) {
      const message =
        'buy: the deal has changed since it was shown. Look at it again, and decide about that.';
      return { code: 'DecisionRefused', message };
    }
    if (decision.verb !== 'fill') return undefined;
    if (this.following !== undefined) {
      const message = `fill: it would change nothing: the purchase ${this.following} is under way. To stop it, if that can be: wonce cancel ${this.following}`;
      return { code: 'DecisionRefused', message };
    }
    const waiting = this.unrecorded.map(({ decision: before }) => ('fill' in before ? before.fill : {}));
    const before = Object.assign({}, this.filledIn, ...waiting) as FilledIn;
    if (!changesNothing(decision.fill, this.status.request ?? {}, before)) return undefined;
    return {
      code: 'DecisionRefused',
      message: 'fill: it would change nothing: that is what is known already.',
    };
  }

  /** Here alone: a signal cannot be refused. */
  private unlessUnderWay(decision: DealDecision | KnownReason): DealDecision | KnownReason {
    const { following } = this;
    if ('code' in decision || decision.verb !== 'dismiss' || following === undefined) return decision;
    const message = `dismiss: the purchase ${following} is under way. To stop it, if that can be: wonce cancel ${following}`;
    return { code: 'DecisionRefused', message };
  }

  private async decide(decision: DealDecision): Promise<DealStatus> {
    const queued = this.queue(decision);
    await condition(() => !this.unrecorded.includes(queued) || this.isContinuing);
    return this.status;
  }

  private queue(given: DealDecision): UnrecordedDecision {
    const queued = { id: uuid4(), decision: aboutWhatIsShown(given, this.status) };
    this.unrecorded.push(queued);
    return queued;
  }

  /** Writes what people decide to the ledger, in its order, before it is acted on. */
  private async recordDecisions(): Promise<never> {
    for (;;) {
      await condition(() => this.isRecorded && this.unrecorded.length > 0);
      const { id, decision: said } = this.unrecorded[0]!;
      // A run that has just begun shows from now on what the ledger shows.
      const decision = aboutWhatIsShown(said, this.status);
      const { by, via = BY_TEMPORAL, ...what } = decision;
      const data = { ...what, via };
      try {
        await recordDealEvent({ deal: this.notification.deal, kind: 'decision', actor: by, data, id });
      } catch (failure) {
        // An operator has ended the writing: what was decided counts all the same.
        if (!hasFailed(failure)) throw failure;
      }
      this.unrecorded.shift();
      if (this.outdone > 0) this.outdone--;
      else {
        this.take(decision);
        this.hasNews = true;
      }
      // The status is another one now: what is said once more, after something else, is a decision of its own.
      this.show({});
    }
  }

  private take(decision: DealDecision): void {
    if (decision.verb === 'fill') this.filledIn = { ...this.filledIn, ...decision.fill };
    else this.decision = decision;
  }
}
