import { WorkflowExecutionAlreadyStartedError, WorkflowIdReusePolicy } from '@temporalio/client';
import { setTimeout as delay } from 'node:timers/promises';
import { isDealRequestId } from '../domain/deal-ids';
import { readDecision, type Decision } from '../domain/decision';
import { present } from '../domain/optional';
import { differencesOf, fingerprintOf, isSameRequest } from '../validation/fingerprint';
import { reservedId } from '../domain/refusal';
import type { Quote } from '../domain/quote';
import type { RunHistory } from '../domain/replay';
import type { PurchaseRequest } from '../domain/request';
import { isTerminal, type PurchaseStatus } from '../domain/status';
import { purchaseWorkflowIdOf, vendorListsWorkflowIdOf } from '../domain/workflow-ids';
import { BooksClient } from './books-client';
import { nextLookOf, type Circumstances } from './circumstances';
import { ClientError } from './client-error';
import { asUnreachable } from './unreachable';
import { temporalOf, type ClientParts } from './client-parts';
import { DealsClient } from './deals-client';
import { waitsForVendor, workersOf } from './health';
import { OverviewClient } from './overview-client';
import type { Footing } from '../domain/readiness';
import { footingOfParts } from './footing';
import { LedgerClient } from './ledger-client';
import { quoteInRun } from './quote-run';
import { decideInRun, nothingWaits } from './send-decision';
import { askRun, requestOfRun, type Asking, type RunAnswer } from './purchase-run';
import { pauseOrEnd } from './run-end';
import { isSent, recordedStatus, sentReference } from './recorded-status';
import { Recovery } from './recovery';
import { runHistories, type RunsWanted } from './run-histories';
import { SearchAttributesClient } from './search-attributes-client';
import { startPurchaseRun } from './start-purchase';
import { VendorListsClient } from './vendor-lists-client';
import { type StatusReport, waitFor, type WaitOptions } from './wait';

/** What a start came to. Only `started` began anything. */
export type StartResult =
  | { kind: 'started'; status: PurchaseStatus }
  | { kind: 'existing'; status: PurchaseStatus }
  | { kind: 'conflict'; requestId: string; differences: string[] };

/** Some 5 s for a run to be deleted that is in the way. */
const DELETION_LOOKS = 20;
const DELETION_PAUSE_MS = 250;

const FROM_LEDGER = 'From the ledger: no open run of it answers.';

/**
 * The one way to start purchases, to ask after them and to decide about them. Works with Temporal and the ledger, or with what one of them
 * alone can answer.
 */
export class WonceClient extends LedgerClient {
  /** The deals that purchases are made of. */
  readonly deals: DealsClient;
  /** The vendor's lists, for whoever fills in a form. */
  readonly vendorLists: VendorListsClient;
  /** What waits, what is under way, what was ordered. */
  readonly overview: OverviewClient;
  /** The vendor's orders beside the ledger. */
  readonly books: BooksClient;
  /** By what purchases are found in Temporal. */
  readonly searchAttributes: SearchAttributesClient;
  /** What is open in the ledger and Temporal has lost. */
  readonly recovery: Recovery;

  constructor(protected override readonly parts: ClientParts) {
    super(parts);
    this.deals = new DealsClient(parts);
    this.vendorLists = new VendorListsClient(parts);
    this.overview = new OverviewClient(parts);
    this.searchAttributes = new SearchAttributesClient(parts);
    this.books = new BooksClient(parts);
    this.recovery = new Recovery(parts);
  }

  override async close(): Promise<void> {
    await super.close();
    await this.parts.endRetries?.();
    await this.parts.temporal?.connection.close();
  }

  /**
   * Starts the purchase of a checked request, once: the same content under a known id is answered with the purchase
   * there is; other content is refused and changes nothing.
   *
   * @param via by which door it came, for the record
   * @throws ClientError TemporalUnreachable: it may have been started all the same; sent again, it is the same purchase
   */
  async start(request: PurchaseRequest, via?: string): Promise<StartResult> {
    const { requestId } = request;
    if (isDealRequestId(requestId)) throw reservedId(requestId);
    const known = await this.parts.ledger?.find(requestId);
    if (known !== undefined) {
      if (!isSameRequest(known, request)) return conflict(known.request, request);
      if (isTerminal(known.status)) return { kind: 'existing', status: recordedStatus(known) };
    }
    for (let looks = 1; ; looks++) {
      try {
        return await this.begin(request, via);
      } catch (error) {
        const isGoing =
          error instanceof ClientError && ['UnknownPurchase', 'LedgerUnreachable'].includes(error.code);
        if (!isGoing || looks === DELETION_LOOKS) throw asUnreachable(error);
        // A run is in the way that nobody can read: it is being deleted, and its id is free in a moment.
        await delay(DELETION_PAUSE_MS);
      }
    }
  }

  /**
   * @throws ClientError UnknownPurchase when neither Temporal nor the ledger knows the request; TemporalUnreachable when
   *   the ledger does not, and Temporal does not say; LedgerUnreachable when Temporal does not, and there is no ledger
   */
  async status(requestId: string): Promise<StatusReport> {
    return this.report(requestId, await this.ask(requestId));
  }

  /** Also when its run goes on by itself, as far as Temporal tells it now. */
  override async circumstances(report: StatusReport): Promise<Circumstances> {
    const { temporal } = this.parts;
    const { status, goesOn } = report;
    const [nextLookAt, recorded] = await Promise.all([
      temporal && goesOn === true
        ? nextLookOf(temporal, status.workflowId).catch(() => undefined)
        : undefined,
      super.circumstances(report),
    ]);
    return { ...recorded, ...present({ nextLookAt }) };
  }

  /**
   * Waits until the purchase is ordered, refused, cancelled or waiting for a person, or until no run goes on with it: for
   * weeks, if need be, and whatever is away meanwhile.
   *
   * @param onChange told of every change of status on the way, within some 10 s
   * @param until another reason to stop waiting
   * @param timeoutMs gives up with the status so far after this long; for ever without
   * @throws ClientError when it is not known at the beginning how the purchase stands: as `status`
   */
  async wait(requestId: string, options: WaitOptions = {}): Promise<StatusReport> {
    let answer: RunAnswer | undefined;
    const look = async (deadline: number) => {
      answer = await this.ask(requestId, { before: answer, deadline });
      return this.report(requestId, answer);
    };
    const pause = (ms: number) => pauseOrEnd(temporalOf(this.parts), purchaseWorkflowIdOf(requestId), ms);
    return waitFor(look, pause, options);
  }

  /**
   * Decides about a purchase in a person's name: the run checks the decision, records it and acts on it. The same
   * decision about the same question, sent twice, is made once. A cancellation counts before the order is begun; after
   * that the order is finished, and that it came is recorded.
   *
   * @returns how the purchase stands after it
   * @throws ClientError NothingWaits, DecisionRefused (it contradicts the evidence), DecisionInvalid, UnknownPurchase,
   *   NoWorker, TemporalUnreachable
   */
  async decide(requestId: string, given: Decision): Promise<PurchaseStatus> {
    const { verb, ...said } = given;
    const decision = readDecision(verb, said);
    if (typeof decision === 'string') throw new ClientError('DecisionInvalid', `${decision}.`);
    const temporal = temporalOf(this.parts);
    const { status, goesOn, remarks } = await this.status(requestId);
    if (goesOn === false) throw nothingWaits(decision, status);
    if (goesOn === undefined) throw new ClientError('TemporalUnreachable', remarks.join(' '));
    // What is asked now is what is decided about, unless whoever decided says that they saw something else.
    const about = status.question?.verb === decision.verb ? status.question.id : undefined;
    return decideInRun(temporal, status, { ...present({ about }), ...decision });
  }

  /**
   * Looks up what an order needs and makes its body, and orders nothing. The quote is kept under the request id: to order the
   * same request later orders exactly that, or nothing.
   *
   * @param via by which door it came, for the record
   * @throws ClientError QuoteRefused (what would refuse the purchase itself, or what is not clear, in its words), RequestConflict,
   *   NoWorker, TemporalUnreachable
   */
  async quote(request: PurchaseRequest, via?: string): Promise<Quote> {
    const { requestId } = request;
    if (isDealRequestId(requestId)) throw reservedId(requestId);
    return quoteInRun(temporalOf(this.parts), this.parts.taskQueue, request, via);
  }

  /** The histories of runs, of open ones unless a query says otherwise: see `runHistories`. */
  runHistories(wanted: RunsWanted): AsyncIterable<RunHistory> {
    return runHistories(temporalOf(this.parts), this.parts.taskQueue, wanted);
  }

  /** How Temporal and the ledger are, for this version, within three seconds. Never rejects. */
  async footing(): Promise<Footing> {
    return footingOfParts(this.parts);
  }

  /** How many workers poll the task queue; undefined when Temporal does not say. */
  async workers(): Promise<number | undefined> {
    const { temporal, taskQueue } = this.parts;
    return temporal && workersOf(temporal, taskQueue);
  }

  /** Whether the vendor does not answer those who wait for him; he is not asked. */
  async isVendorAway(): Promise<boolean> {
    const { temporal, taskQueue } = this.parts;
    if (temporal === undefined) return false;
    const purchase = await this.overview.longestUnderWay();
    const runs = [
      vendorListsWorkflowIdOf(taskQueue),
      ...(purchase === undefined ? [] : [purchase.workflowId]),
    ];
    return (await Promise.all(runs.map((run) => waitsForVendor(temporal, run)))).includes(true);
  }

  private async ask(requestId: string, how?: Asking): Promise<RunAnswer | undefined> {
    return this.parts.temporal && (await askRun(this.parts.temporal, purchaseWorkflowIdOf(requestId), how));
  }

  private async report(requestId: string, answer: RunAnswer | undefined): Promise<StatusReport> {
    if (answer?.isOpen === true && answer.status !== undefined) {
      return { status: await this.withRecorded(answer.status), remarks: answer.remarks, goesOn: true };
    }
    const cannotAsk = this.parts.temporal === undefined;
    const goesOn = answer === undefined && !cannotAsk ? false : answer?.isOpen;
    const silence = answer?.isOpen === true ? { isSilent: true as const } : {};
    const remarks = [...(answer?.remarks ?? []), ...this.parts.problems];
    // A closed run knows what it ended with; the ledger also knows of every other run of the purchase.
    const recorded = await this.parts.ledger?.find(requestId);
    if (recorded !== undefined) {
      // A quote has no run of this id.
      const isNews = answer?.status?.status !== recorded.status && recorded.status !== 'quoted';
      return {
        status: recordedStatus(recorded),
        remarks: isNews ? [FROM_LEDGER, ...remarks] : remarks,
        goesOn,
        ...silence,
      };
    }
    const status = answer && (answer.status ?? unrecordedStatus(requestId, answer));
    if (status !== undefined) return { status, remarks, goesOn, ...silence };
    const isSilent = answer !== undefined && answer.isOpen === undefined;
    if (isSilent || cannotAsk) {
      throw new ClientError('TemporalUnreachable', remarks.join(' '));
    }
    if (this.parts.ledger === undefined) {
      const words = `Temporal has no run of "${requestId}", and the ledger cannot be asked.`;
      throw new ClientError('LedgerUnreachable', [words, ...remarks].join(' '));
    }
    throw new ClientError(
      'UnknownPurchase',
      [
        `No purchase "${requestId}" is known to Temporal or the ledger. See what there is: wonce list`,
        ...remarks,
      ].join(' '),
    );
  }

  /** A run knows no activation code and no reference; without the ledger the status is still an answer. */
  private async withRecorded({ hasActivationCode, ...status }: PurchaseStatus): Promise<PurchaseStatus> {
    const isWanted = hasActivationCode !== undefined || isSent(status);
    const recorded = isWanted
      ? await this.parts.ledger?.find(status.requestId).catch(() => undefined)
      : undefined;
    const { activationCode, request } = recorded ?? {};
    return {
      ...status,
      ...present({
        reference: request && sentReference(status, request),
        activationCode: hasActivationCode && activationCode,
        hasActivationCode: activationCode === undefined ? hasActivationCode : undefined,
      }),
    };
  }

  private async begin(request: PurchaseRequest, via: string | undefined): Promise<StartResult> {
    const { requestId } = request;
    try {
      await startPurchaseRun(this.parts, request, { reuse: WorkflowIdReusePolicy.REJECT_DUPLICATE, via });
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      return this.answerExisting(request);
    }
    return { kind: 'started', status: freshStatus(requestId) };
  }

  private async answerExisting(request: PurchaseRequest): Promise<StartResult> {
    const known = await requestOfRun(temporalOf(this.parts), purchaseWorkflowIdOf(request.requestId));
    if (known !== undefined && fingerprintOf(known) !== fingerprintOf(request))
      return conflict(known, request);
    const { status } = await this.status(request.requestId);
    return { kind: 'existing', status };
  }
}

function conflict(known: PurchaseRequest, asked: PurchaseRequest): StartResult {
  return { kind: 'conflict', requestId: asked.requestId, differences: differencesOf(known, asked) };
}

/** What can be said of a run that came to no status of its own: refused at its start, or not begun by any worker. */
function unrecordedStatus(requestId: string, { isOpen, refusal }: RunAnswer): PurchaseStatus | undefined {
  if (refusal !== undefined) return { ...freshStatus(requestId), status: 'refused', reason: refusal };
  return isOpen === undefined ? undefined : freshStatus(requestId);
}

function freshStatus(requestId: string): PurchaseStatus {
  return {
    requestId,
    workflowId: purchaseWorkflowIdOf(requestId),
    status: 'looking-up',
    attempts: 0,
    updatedAt: new Date().toISOString(),
  };
}
