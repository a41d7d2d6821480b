import {
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  condition,
  defineSignal,
  defineUpdate,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import { objectionTo, type ApprovalState } from '../../domain/approval';
import {
  answersQuestion,
  questionIdOf,
  readDecision,
  VERBS,
  type Asking,
  type Decision,
  type Question,
  type Verb,
} from '../../domain/decision';
import { printable } from '../../domain/printable';
import type { PurchaseStatus, KnownReason, Reason } from '../../domain/status';
import { BY_TEMPORAL } from '../../domain/author';
import { present } from '../../domain/optional';
import { recordEvent } from './record-event';
import type { StatusView } from './status-view';

/** A decision on its way: whoever made it hears how it ended. */
export interface PendingDecision {
  decision: Decision;
  /** It was recorded and is acted on. */
  accept(): void;
  /** It contradicts what is known; the question stays open. */
  refuse(reason: Reason): void;
}

const DESCRIPTIONS: Record<Verb, string> = {
  choose: 'Choose among the candidates: {"id": "…", "by": "who", "why": "…"}',
  approve: 'Approve the order as it is shown: {"by": "who", "about": "id of the question"}',
  reject: 'Reject the order, which ends the purchase: {"by": "who", "why": "…"}',
  settle:
    'Settle an unknown outcome: {"created": "order number", "by": "who"}, or {"notCreated": "order-again" or "stop", "by": "who"}',
  cancel: 'Cancel; counts before the order is begun: {"by": "who", "why": "…"}',
};

/**
 * What people decide: each verb is a validated update, and a signal for tools that have no updates. One question is open
 * at a time, and the first decision that answers it is taken; whatever comes twice or too late, or is about a question
 * that is not asked any more, changes nothing.
 */
export class Decisions {
  private asked: Question | undefined;
  private pending: PendingDecision | undefined;
  private isClosed = false;
  /** What is wrong with a signal is written down one at a time: however many come, one activity is under way. */
  private isRecording = false;
  /** Cancellations that have come, and are not written down yet. */
  private cancellations = 0;
  /** A person's decision has cancelled the run. */
  hasCancelled = false;

  /** @param cancel cancels the run */
  constructor(
    private readonly view: StatusView,
    private readonly cancel: () => void,
  ) {
    for (const verb of VERBS) {
      const description = DESCRIPTIONS[verb];
      const updated = (input: unknown) => evenWhenCancelled(() => this.update(verb, input));
      const signalled = (input: unknown) => evenWhenCancelled(() => this.signal(verb, input));
      setHandler(defineUpdate<PurchaseStatus, [unknown]>(verb), updated, {
        description,
        validator: (input) => {
          const problem = this.problemWith(verb, input);
          if (problem !== undefined) throw ApplicationFailure.nonRetryable(problem.message, problem.code);
        },
      });
      setHandler(defineSignal<[unknown]>(verb), signalled, { description });
    }
  }

  /** Asks a person: from now on the question can be answered, until `withdraw`, whatever the run does meanwhile. */
  open(asking: Asking): Question {
    const since = this.view.status.question?.since ?? new Date().toISOString();
    this.asked = { id: questionIdOf(asking), ...asking, since };
    return this.asked;
  }

  /** A decision has come, and nobody has looked at it yet. */
  get isAnswered(): boolean {
    return this.pending !== undefined;
  }

  /** Nothing is asked any more; a decision that came meanwhile and was not looked at is told so. */
  withdraw(): void {
    this.asked = undefined;
    this.pending?.refuse(nothingWaits(this.pending.decision.verb, this.view));
    this.pending = undefined;
  }

  /** Waits for the decision about the open question. */
  async answer(): Promise<PendingDecision> {
    await condition(() => this.isAnswered);
    return this.takePending()!;
  }

  /**
   * Waits for the decision for so long, with the question still open after that; and no longer than until the history
   * has grown long.
   */
  async answerWithin(timeoutMs: number): Promise<PendingDecision | undefined> {
    const isOver = () => this.isAnswered || workflowInfo().continueAsNewSuggested;
    const summary = `Wait: ${printable(this.asked?.asked ?? '')}`.slice(0, 200);
    if (timeoutMs === Infinity) await condition(isOver);
    else if (!isOver()) await condition(isOver, timeoutMs, { summary });
    return this.takePending();
  }

  private takePending(): PendingDecision | undefined {
    const { pending } = this;
    if (pending !== undefined) this.asked = this.pending = undefined;
    return pending;
  }

  /** A cancellation has come, and is not written down yet. */
  get isCancelling(): boolean {
    return this.cancellations > 0;
  }

  /** Waits until each cancellation that has come counts. */
  async finishCancellations(): Promise<void> {
    await condition(() => !this.isCancelling);
  }

  /** Waits until nobody waits for an answer, or a decision has come that must be looked at first. */
  async rest(): Promise<void> {
    await condition(() => allHandlersFinished() || this.isAnswered);
  }

  /** Nothing is decided any more: the run ends. Whoever still waits for an answer gets one. */
  async close(): Promise<void> {
    this.isClosed = true;
    this.pending = undefined;
    await condition(allHandlersFinished);
  }

  private async update(verb: Verb, input: unknown): Promise<PurchaseStatus> {
    const refusal = await this.take(checked(verb, input));
    if (refusal === undefined) return this.view.status;
    // The same decision, made again, is about things as they are then: to Temporal it must be another one.
    this.view.show({});
    throw ApplicationFailure.nonRetryable(refusal.message, refusal.code);
  }

  /** A signal cannot be refused: what is wrong with it is recorded, and it fails nothing. */
  private async signal(verb: Verb, input: unknown): Promise<void> {
    const problem = this.problemWith(verb, input) ?? (await this.take(checked(verb, input)));
    if (problem === undefined) return;
    const isLong = () => workflowInfo().continueAsNewSuggested;
    await condition(() => isLong() || (!this.isRecording && (this.view.isInLedger || this.isClosed)));
    // Refused at its start: under its id there is nothing of this run, and perhaps another purchase. And a flood of
    // signals must not keep a run from going on as new, for which it waits until all that came was written down.
    if (!this.view.isInLedger || isLong()) return;
    const { requestId } = this.view.status;
    this.isRecording = true;
    await recordEvent({ requestId, kind: 'decision-ignored', data: { verb, reason: problem } });
    this.isRecording = false;
  }

  private problemWith(verb: Verb, input: unknown): KnownReason | undefined {
    const decision = readDecision(verb, input);
    if (typeof decision === 'string') return { code: 'DecisionInvalid', message: decision };
    if (decision.verb === 'cancel') return undefined;
    const { asked } = this;
    if (this.isClosed || asked === undefined || !answersQuestion(verb, asked))
      return nothingWaits(verb, this.view);
    if (decision.about !== undefined && decision.about !== asked.id) return aboutAnother(decision, asked);
    if (asked.approval !== undefined) return approvalRefused(decision, asked.approval);
    if (this.pending !== undefined) return nothingWaits(verb, this.view);
    if (decision.verb !== 'choose' || asked.candidates.some(({ id }) => id === decision.id)) return undefined;
    return {
      code: 'DecisionRefused',
      message: `choose: ${decision.id} is none of the candidates, which are: ${idsIn(asked)}.`,
    };
  }

  /** @returns why it was refused; undefined when it was accepted */
  private async take(decision: Decision): Promise<Reason | undefined> {
    if (decision.verb === 'cancel') return this.takeCancellation(decision);
    // Two may approve at one moment: the second one's word is looked at once the first one's is taken.
    if (this.pending !== undefined) {
      while (this.pending !== undefined) await condition(() => this.pending === undefined);
      const problem = this.problemWith(decision.verb, decision);
      if (problem !== undefined) return problem;
    }
    let refusal: Reason | undefined;
    let isDone = false;
    this.pending = {
      decision,
      accept: () => {
        isDone = true;
      },
      refuse: (reason) => {
        refusal = reason;
        isDone = true;
      },
    };
    await condition(() => isDone || this.isClosed);
    return isDone ? refusal : nothingWaits(decision.verb, this.view);
  }

  private async takeCancellation(decision: Decision): Promise<Reason | undefined> {
    this.cancellations++;
    try {
      return await this.recordCancellation(decision);
    } finally {
      this.cancellations--;
    }
  }

  private async recordCancellation({ by, why, via }: Decision): Promise<Reason | undefined> {
    await condition(() => this.view.isInLedger || this.isClosed);
    // What was refused at its start has nothing that could be cancelled; under its id there may be another purchase.
    if (!this.view.isInLedger) return nothingWaits('cancel', this.view);
    const { requestId } = this.view.status;
    const data = { verb: 'cancel', ...present({ why }), via };
    await recordEvent({ requestId, kind: 'decision', actor: by, data });
    this.hasCancelled = true;
    this.cancel();
    return undefined;
  }
}

/** A decision that was found to be one; what came by none of our doors says so. */
function checked(verb: Verb, input: unknown): Decision {
  return { via: BY_TEMPORAL, ...(readDecision(verb, input) as Decision) };
}

/** After a cancellation that came too late the run goes on, and may need a person. */
function evenWhenCancelled<Answer>(work: () => Promise<Answer>): Promise<Answer> {
  return CancellationScope.nonCancellable(work);
}

/** Whoever asked does not approve, and nobody does twice; to say no is everybody's right. */
function approvalRefused(decision: Decision, approval: ApprovalState): KnownReason | undefined {
  const objection = decision.verb === 'approve' ? objectionTo(decision, approval) : undefined;
  return objection === undefined
    ? undefined
    : { code: 'DecisionRefused', message: `${decision.verb}: ${objection}` };
}

/** A decision is about the evidence that its maker saw. */
function aboutAnother({ verb }: Decision, asked: Question): KnownReason {
  const candidates = asked.candidates.length === 0 ? '' : ` The candidates are: ${idsIn(asked)}.`;
  return {
    code: 'DecisionRefused',
    message: `${verb}: the question has changed since it was seen. Now it is: ${asked.asked}${candidates} Look again, and decide about that.`,
  };
}

function idsIn({ candidates }: Question): string {
  return candidates.map(({ id }) => id).join(', ');
}

function nothingWaits(verb: Verb, { status }: StatusView): KnownReason {
  return {
    code: 'NothingWaits',
    message: `${verb}: nothing waits for that. The purchase "${status.requestId}" is ${status.status}.`,
  };
}
