import type { DealPage, DealRecord, DealWin } from '../ledger/deal-record';
import type { EventRecord, Verification } from '../ledger/hash-chain';
import {
  aboutWhatIsShown,
  isUnbought,
  type DealDecision,
  type DealState,
  type DealStatus,
} from '../domain/deal';
import { dealKeyIn } from '../domain/deal-ids';
import { dealWorkflowIdOf } from '../domain/workflow-ids';
import { readDealDecision } from '../domain/deal-decision';
import { changesNothing } from '../domain/filled-in';
import { present } from '../domain/optional';
import { checkedCursor } from './cursor';
import { exponentialBackoff } from '../domain/backoff';
import { ClientError } from './client-error';
import { ledgerOf, temporalOf, type ClientParts } from './client-parts';
import { DealInbox } from './deal-inbox';
import { askDealRun, isDealAtRest } from './deal-run';
import { dealRunIsSilent, decideInDealRun } from './send-decision';
import { pauseOrEnd } from './run-end';

/** All that is known of a deal. */
export interface DealReport {
  status: DealStatus;
  /** Oldest first. */
  wins: DealWin[];
  /** Oldest first. */
  events: EventRecord[];
  verification: Verification;
  /** For people: what its run is waiting for, or that none goes on. */
  remarks: string[];
}

/** How long a run is given to act on a decision before its deal is shown as it stands, in ms. */
const PATIENCE_MS = 30_000;

const NOBODY_GOES_ON =
  'No run of it goes on: any notification of the deal, or a decision about it, begins one.';

/** The one way to look at deals and to decide about them. */
export class DealsClient {
  constructor(private readonly parts: ClientParts) {}

  /** Deals of the ledger, newest first. @throws ClientError LedgerUnreachable */
  async list(options: { status?: DealState; limit?: number }): Promise<DealRecord[]> {
    return (await this.page(options)).deals;
  }

  /**
   * The same, page by page. `after` is the `next` of the page before.
   *
   * @throws ClientError LedgerUnreachable; WrongUse when `after` is none
   */
  async page(options: { status?: DealState; limit?: number; after?: string }): Promise<DealPage> {
    return ledgerOf(this.parts).deals.page(present({ ...options, after: checkedCursor(options.after) }));
  }

  /**
   * How a deal stands, by its open run or else by the ledger, and what has happened to it.
   *
   * @throws ClientError UnknownDeal, NoWorker (its run has not begun, so that nothing is known of it), LedgerUnreachable
   */
  async show(named: string): Promise<DealReport> {
    const deal = keyOf(named);
    const { deals } = ledgerOf(this.parts);
    const { isOpen, status, remarks } = await this.ask(deal);
    const recorded = await deals.find(deal);
    if (recorded === undefined) {
      if (isOpen === true) throw dealRunIsSilent(deal);
      throw unknownDeal(deal, remarks);
    }
    const { purchase } = recorded.status;
    // A run is not told of every step of the purchase; the ledger does.
    const known = { ...(status ?? recorded.status), ...(purchase && { purchase }) };
    const isStuck = isOpen === false && isUnderWay(known.status);
    return {
      status: known,
      wins: await deals.wins(deal),
      events: await deals.events(deal),
      verification: await deals.verify(deal),
      remarks: isStuck ? [...remarks, NOBODY_GOES_ON] : remarks,
    };
  }

  /**
   * Decides about a deal in a person's name: in its open run, where the same decision about the same status, sent twice,
   * is made once; without one, in a run that begins with it. Returns when the run has acted on it, or after 30 s.
   *
   * @throws ClientError DecisionInvalid, DecisionRefused (the win is bought, or it would change nothing), UnknownDeal, NoWorker, TemporalUnreachable,
   *   LedgerUnreachable
   */
  async decide(named: string, given: DealDecision): Promise<void> {
    const { verb, ...content } = given;
    const said = readDealDecision(verb, content);
    if (typeof said === 'string') throw new ClientError('DecisionInvalid', `${said}.`);
    const deal = keyOf(named);
    const recorded = await ledgerOf(this.parts).deals.find(deal);
    const temporal = temporalOf(this.parts);
    const { isOpen, status, remarks } = await this.ask(deal);
    if (isOpen === undefined) throw new ClientError('TemporalUnreachable', remarks.join(' '));
    if (isOpen && status === undefined) throw dealRunIsSilent(deal);
    const known = status ?? recorded?.status;
    await this.refuseWhatIsBought(said, known);
    if (recorded !== undefined) await this.refuseNoChange(said, known!);
    const decision = known === undefined ? said : aboutWhatIsShown(said, known);
    const isDecided = status !== undefined && (await decideInDealRun(temporal, status, decision));
    if (!isDecided) {
      if (recorded === undefined) throw unknownDeal(deal, remarks);
      const { source } = recorded.status;
      const inbox = new DealInbox(temporal, this.parts.taskQueue);
      await inbox.notify({ source, deal, by: 'person', decision });
    }
    await this.untilAtRest(deal);
  }

  /** Said here, because it would change nothing: the ledger keeps a win from being bought twice, whoever decides. */
  private async refuseWhatIsBought({ verb }: DealDecision, known: DealStatus | undefined): Promise<void> {
    if (known?.status !== 'requested') return;
    const { deal, requestId = '' } = known;
    const purchase = await ledgerOf(this.parts).find(requestId);
    const mayBuy = isUnbought(purchase);
    if (purchase === undefined || (verb !== 'dismiss' && mayBuy)) return;
    const instead = mayBuy || verb === 'buy' ? '' : ` To stop it, if that can be: wonce cancel ${requestId}`;
    throw new ClientError(
      'DecisionRefused',
      `${verb}: this win of the deal "${deal}" has the purchase "${requestId}", which is ${purchase.status}. ` +
        `What became of it: wonce status ${requestId}.${instead}`,
    );
  }

  private async refuseNoChange(decision: DealDecision, known: DealStatus): Promise<void> {
    if (decision.verb !== 'fill') return;
    const { deal, request = {} } = known;
    const before = await ledgerOf(this.parts).deals.filledIn(deal);
    if (!changesNothing(decision.fill, request, before)) return;
    throw new ClientError(
      'DecisionRefused',
      `fill: it would change nothing about the deal "${deal}": that is what is known already. See: wonce deals show ${deal}`,
    );
  }

  private async untilAtRest(deal: string): Promise<void> {
    const temporal = temporalOf(this.parts);
    const deadline = Date.now() + PATIENCE_MS;
    for (let looks = 0; Date.now() < deadline && !(await isDealAtRest(temporal, deal)); looks++) {
      await pauseOrEnd(temporal, dealWorkflowIdOf(deal), exponentialBackoff(100, looks, 3_000));
    }
  }

  private async ask(deal: string) {
    const { temporal, problems } = this.parts;
    if (temporal === undefined) return { isOpen: undefined, remarks: problems };
    return askDealRun(temporal, deal);
  }
}

function isUnderWay(status: DealState): boolean {
  return status === 'reading' || status === 'incomplete' || status === 'waiting-for-decision';
}

/** A deal of Salesforce has one key, whether its ids are written with 15 characters or 18. */
function keyOf(named: string): string {
  const deal = dealKeyIn(named);
  if (deal === undefined) throw unknownDeal(named, []);
  return deal;
}

function unknownDeal(deal: string, remarks: string[]): ClientError {
  const words = `No deal "${deal}" is known. Deals are named like hubspot:9001234:31415926535; see what there is: wonce deals list`;
  return new ClientError('UnknownDeal', [words, ...remarks].join(' '));
}
