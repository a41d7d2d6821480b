import type { Activities } from '../../activities/activities';
import type { DealNotification } from '../../domain/deal';
import {
  DEAL_WORKFLOW,
  PURCHASE_WORKFLOW,
  dealWorkflowIdOf,
  purchaseWorkflowIdOf,
} from '../../domain/workflow-ids';
import type { PurchaseRequest } from '../../domain/request';
import type { ContinuedPurchase } from '../../workflows/messages/purchase';

type ActivityName = keyof Activities;

/** What a workflow task decides: an activity by its name, one that is part of the task with its answer, a timer, the end of the timer that was started last, of an activity, a patch marker, a purchase's run, word to one that it is cancelled, or the run's end, in a new run or not. */
export type Command =
  | ActivityName
  | LocalActivity
  | { waitMs: number }
  | { endsTimer: true }
  | { cancelsActivity: ActivityName }
  | { patch: string }
  | { starts: PurchaseRequest }
  | { cancelsPurchase: string; by: string; why: string }
  | { completes: unknown }
  | { goesOnAsNew: true }
  | { cancels: true }
  | { failsAs: string };

/** What it answered, or that it took too long. */
type LocalActivity = {
  [Name in ActivityName]: { locally: Name } & (
    { answers: Awaited<ReturnType<Activities[Name]>> } | { timesOut: true }
  );
}[ActivityName];

/** How a run begins. */
interface Beginning {
  workflowId: string;
  type: string;
  input: unknown;
  /** What the run before has left, of one that goes on as new. */
  continued?: ContinuedPurchase;
}

/** An event as `temporal workflow show --output json` writes it. */
interface WrittenEvent {
  eventId: string;
  eventTime: string;
  eventType: string;
  [attributes: string]: unknown;
}

type Step = (writer: Writer) => void;

/**
 * A history written by hand: what the workflow is to do, and never to do, said before any run of it is recorded. Each
 * step gives a new history, so that several can begin alike. Time passes with timers only.
 */
export class WrittenHistory {
  private constructor(
    readonly workflowId: string,
    private readonly steps: readonly Step[],
  ) {}

  /** A run of the purchase begins. */
  static of(request: PurchaseRequest): WrittenHistory {
    return WrittenHistory.beginning(purchaseOf(request));
  }

  /** A run goes on where another run of the purchase has stopped. */
  static continuing(request: PurchaseRequest, continued: ContinuedPurchase): WrittenHistory {
    return WrittenHistory.beginning({ ...purchaseOf(request), continued });
  }

  /** A run of the deal begins. */
  static ofDeal(notification: DealNotification): WrittenHistory {
    const workflowId = dealWorkflowIdOf(notification.deal);
    return WrittenHistory.beginning({ workflowId, type: DEAL_WORKFLOW, input: notification });
  }

  private static beginning(run: Beginning): WrittenHistory {
    return new WrittenHistory(run.workflowId, [(writer) => writer.start(run)]);
  }

  /** A workflow task, and what it decides. */
  does(...commands: Command[]): WrittenHistory {
    return this.and((writer) => writer.task(commands));
  }

  /** The activity that was begun last under that name answers. */
  answered<Name extends ActivityName>(
    name: Name,
    answer: Awaited<ReturnType<Activities[Name]>>,
  ): WrittenHistory {
    return this.and((writer) => writer.answer(name, answer));
  }

  /** The activity that was begun last under that name fails for good. */
  failed(name: ActivityName, type: string): WrittenHistory {
    return this.and((writer) => writer.failActivity(name, type));
  }

  /** The worker of that activity died: start-to-close passes, and there is no other attempt. */
  timedOut(name: ActivityName): WrittenHistory {
    return this.and((writer) => writer.timeOut(name));
  }

  /** The timer that was started last fires. */
  fired(): WrittenHistory {
    return this.and((writer) => writer.fire());
  }

  /** The run of the purchase that was started last has begun. */
  started(): WrittenHistory {
    return this.and((writer) => writer.childStarted());
  }

  /** The run that was given word last is not there. */
  notThere(): WrittenHistory {
    return this.and((writer) => writer.signalFailed());
  }

  signalled(name: string, input: unknown): WrittenHistory {
    return this.and((writer) => writer.signal(name, input));
  }

  /** From now on the server suggests to go on as new: the history has grown long. */
  long(): WrittenHistory {
    return this.and((writer) => writer.growLong());
  }

  /** Somebody cancels the run in Temporal. */
  cancelRequested(): WrittenHistory {
    return this.and((writer) => writer.cancelRequest());
  }

  get history(): { events: WrittenEvent[] } {
    const writer = new Writer();
    for (const step of this.steps) step(writer);
    return { events: writer.events };
  }

  private and(step: Step): WrittenHistory {
    return new WrittenHistory(this.workflowId, [...this.steps, step]);
  }
}

const TASK_QUEUE = { name: 'written', kind: 'TASK_QUEUE_KIND_NORMAL' };
const RUN_BEFORE = '01a20b54-0a3c-7d11-9b62-3f0c7f6a51e8';
const RUN_ID = '01a20b55-78fd-71cb-95e7-c624e2ba4f9c';

class Writer {
  readonly events: WrittenEvent[] = [];
  private now = Date.parse('2026-01-02T03:04:05Z');
  /** Events by which the latest of each activity was scheduled. */
  private readonly scheduled = new Map<ActivityName, string>();
  private activities = 0;
  private timers = 0;
  private lastTimer = { startedEventId: '', ms: 0 };
  private lastChild = {};
  private lastSignal = {};
  private readonly patches: string[] = [];
  private isLong = false;

  start({ workflowId, type, input, continued }: Beginning): void {
    this.add('WORKFLOW_EXECUTION_STARTED', {
      workflowId,
      workflowType: { name: type },
      taskQueue: TASK_QUEUE,
      input: payloads(input, ...(continued === undefined ? [] : [continued])),
      ...(continued !== undefined && { continuedExecutionRunId: RUN_BEFORE }),
      workflowTaskTimeout: '10s',
      originalExecutionRunId: RUN_ID,
      firstExecutionRunId: RUN_ID,
      attempt: 1,
    });
  }

  task(commands: readonly Command[]): void {
    const isFirst = !this.events.some(({ eventType }) => eventType === 'EVENT_TYPE_WORKFLOW_TASK_COMPLETED');
    const scheduledEventId = this.add('WORKFLOW_TASK_SCHEDULED', { taskQueue: TASK_QUEUE, attempt: 1 });
    const suggestContinueAsNew = this.isLong;
    const startedEventId = this.add('WORKFLOW_TASK_STARTED', { scheduledEventId, suggestContinueAsNew });
    const workflowTaskCompletedEventId = this.add('WORKFLOW_TASK_COMPLETED', {
      scheduledEventId,
      startedEventId,
      // As a worker records them. Without those of Core a wrong activity would pass the replay.
      ...(isFirst && { sdkMetadata: { coreUsedFlags: [1, 2, 3], langUsedFlags: [1, 2] } }),
    });
    for (const command of commands) this.command(command, { workflowTaskCompletedEventId });
  }

  answer(name: ActivityName, answer: unknown): void {
    const result = answer === undefined ? {} : { result: payloads(answer) };
    this.add('ACTIVITY_TASK_COMPLETED', { ...this.started(name), ...result });
  }

  failActivity(name: ActivityName, type: string): void {
    this.add('ACTIVITY_TASK_FAILED', {
      ...this.started(name),
      failure: { message: type, applicationFailureInfo: { type, nonRetryable: true } },
      retryState: 'RETRY_STATE_NON_RETRYABLE_FAILURE',
    });
  }

  timeOut(name: ActivityName): void {
    this.add('ACTIVITY_TASK_TIMED_OUT', {
      ...this.started(name),
      failure: {
        message: 'activity StartToClose timeout',
        source: 'Server',
        timeoutFailureInfo: { timeoutType: 'TIMEOUT_TYPE_START_TO_CLOSE' },
      },
      retryState: 'RETRY_STATE_MAXIMUM_ATTEMPTS_REACHED',
    });
  }

  fire(): void {
    const { startedEventId, ms } = this.lastTimer;
    this.now += ms;
    this.add('TIMER_FIRED', { timerId: String(this.timers), startedEventId });
  }

  childStarted(): void {
    this.add('CHILD_WORKFLOW_EXECUTION_STARTED', this.lastChild);
  }

  signalFailed(): void {
    const cause = 'SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_FAILED_CAUSE_EXTERNAL_WORKFLOW_EXECUTION_NOT_FOUND';
    this.add('SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_FAILED', { cause, ...this.lastSignal });
  }

  signal(signalName: string, input: unknown): void {
    this.add('WORKFLOW_EXECUTION_SIGNALED', { signalName, input: payloads(input) });
  }

  growLong(): void {
    this.isLong = true;
  }

  cancelRequest(): void {
    this.add('WORKFLOW_EXECUTION_CANCEL_REQUESTED', {});
  }

  private command(command: Command, by: { workflowTaskCompletedEventId: string }): void {
    if (typeof command === 'string') this.schedule(command, by);
    else if ('locally' in command) this.answerLocally(command, by);
    else if ('waitMs' in command) this.startTimer(command.waitMs, by);
    else if ('endsTimer' in command) this.endTimer(by);
    else if ('cancelsActivity' in command) this.cancelActivity(command.cancelsActivity, by);
    else if ('patch' in command) this.mark(command.patch, by);
    else if ('starts' in command) this.startChild(purchaseOf(command.starts), by);
    else if ('cancelsPurchase' in command) this.sendCancellation(command, by);
    else if ('goesOnAsNew' in command) this.add('WORKFLOW_EXECUTION_CONTINUED_AS_NEW', by);
    else if ('cancels' in command) this.add('WORKFLOW_EXECUTION_CANCELED', by);
    else if ('completes' in command) this.complete(command.completes, by);
    else this.fail(command.failsAs, by);
  }

  private schedule(name: ActivityName, by: object): void {
    this.activities += 1;
    const activity = { activityId: String(this.activities), activityType: { name }, taskQueue: TASK_QUEUE };
    this.scheduled.set(name, this.add('ACTIVITY_TASK_SCHEDULED', { ...activity, ...by }));
  }

  /** A local activity leaves its answer as a marker. */
  private answerLocally(command: LocalActivity, by: object): void {
    this.activities += 1;
    const id = { seq: this.activities, attempt: 1, activity_id: String(this.activities) };
    const at = { seconds: Math.floor(this.now / 1000), nanos: 0 };
    const data = payloads({
      ...{ ...id, activity_type: command.locally },
      ...{ complete_time: at, backoff: null, original_schedule_time: at },
    });
    const marker = { markerName: 'core_local_activity', ...by };
    if ('answers' in command) {
      this.add('MARKER_RECORDED', { ...marker, details: { data, result: payloads(command.answers) } });
      return;
    }
    // As it is recorded: without the activity's failure around it.
    const timeoutFailureInfo = { timeoutType: 'TIMEOUT_TYPE_SCHEDULE_TO_CLOSE' };
    const failure = { message: 'Activity timed out', timeoutFailureInfo };
    this.add('MARKER_RECORDED', { ...marker, details: { data }, failure });
  }

  private startTimer(ms: number, by: object): void {
    this.timers += 1;
    const timer = { timerId: String(this.timers), startToFireTimeout: `${ms / 1000}s` };
    this.lastTimer = { startedEventId: this.add('TIMER_STARTED', { ...timer, ...by }), ms };
  }

  private endTimer(by: object): void {
    const { startedEventId } = this.lastTimer;
    this.add('TIMER_CANCELED', { timerId: String(this.timers), startedEventId, ...by });
  }

  private cancelActivity(name: ActivityName, by: object): void {
    this.add('ACTIVITY_TASK_CANCEL_REQUESTED', { scheduledEventId: this.scheduled.get(name), ...by });
  }

  private startChild({ workflowId, type, input }: Beginning, by: object): void {
    const workflowType = { name: type };
    const child = { workflowId, workflowType, taskQueue: TASK_QUEUE, input: payloads(input) };
    const initiatedEventId = this.add('START_CHILD_WORKFLOW_EXECUTION_INITIATED', { ...child, ...by });
    this.lastChild = { initiatedEventId, workflowExecution: { workflowId, runId: RUN_ID }, workflowType };
  }

  private sendCancellation({ cancelsPurchase, ...input }: { cancelsPurchase: string }, by: object): void {
    const workflowExecution = { workflowId: purchaseWorkflowIdOf(cancelsPurchase) };
    const signal = { ...by, workflowExecution, signalName: 'cancel', input: payloads(input) };
    const initiatedEventId = this.add('SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED', signal);
    this.lastSignal = { initiatedEventId, workflowExecution };
  }

  /** What `patched` leaves: its marker, and all patches of the run as a search attribute. */
  private mark(id: string, by: object): void {
    this.patches.push(id);
    const details = { 'patch-data': payloads({ id, deprecated: false }) };
    this.add('MARKER_RECORDED', { markerName: 'core_patch', details, ...by });
    const TemporalChangeVersion = payload(this.patches, { type: 'KeywordList' });
    this.add('UPSERT_WORKFLOW_SEARCH_ATTRIBUTES', {
      searchAttributes: { indexedFields: { TemporalChangeVersion } },
      ...by,
    });
  }

  private complete(result: unknown, by: object): void {
    this.add('WORKFLOW_EXECUTION_COMPLETED', { ...by, result: payloads(result) });
  }

  private fail(type: string, by: object): void {
    this.add('WORKFLOW_EXECUTION_FAILED', {
      ...by,
      failure: { message: type, applicationFailureInfo: { type, nonRetryable: true } },
      retryState: 'RETRY_STATE_NON_RETRYABLE_FAILURE',
    });
  }

  private started(name: ActivityName): { scheduledEventId: string; startedEventId: string } {
    const scheduledEventId = this.scheduled.get(name);
    if (scheduledEventId === undefined)
      throw new Error(`${name} was not begun: the history is written wrongly.`);
    return {
      scheduledEventId,
      startedEventId: this.add('ACTIVITY_TASK_STARTED', { scheduledEventId, attempt: 1 }),
    };
  }

  /** @returns the event's id */
  private add(type: string, attributes: object): string {
    const eventId = String(this.events.length + 1);
    const key = type.toLowerCase().replace(/_./g, ([, letter]) => letter!.toUpperCase());
    this.events.push({
      eventId,
      eventTime: new Date(this.now).toISOString(),
      eventType: `EVENT_TYPE_${type}`,
      [`${key}EventAttributes`]: attributes,
    });
    return eventId;
  }
}

function purchaseOf(request: PurchaseRequest): Beginning {
  return { workflowId: purchaseWorkflowIdOf(request.requestId), type: PURCHASE_WORKFLOW, input: request };
}

function payloads(...values: unknown[]): object {
  return { payloads: values.map((value) => payload(value)) };
}

/** As JSON; a history shows both parts as base64. */
function payload(value: unknown, more: Record<string, string> = {}): object {
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const metadata = { encoding: 'json/plain', ...more };
  return {
    metadata: Object.fromEntries(Object.entries(metadata).map(([key, text]) => [key, base64(text)])),
    data: base64(JSON.stringify(value)),
  };
}
