import { evidenceIdOf } from './canonical-json';
import { dealWithoutLeftOut } from './left-out';
import type { License, PurchaseRequest } from './request';
import type { PurchaseState, Reason } from './status';
import { readTime, utcOf } from './time';
import type { Author } from './author';
import { present } from './optional';

/** Text facts of a deal by the CRM's own names; what is empty in the CRM is absent here. */
export type Facts = Readonly<Record<string, string>>;

/** One position of a deal. */
export interface LineItem {
  sku?: string;
  name?: string;
  /** As the CRM has it: "100", "100.0". */
  quantity?: string;
  /** The CRM does not tell what was sold: its product is gone, or hidden from whoever reads it. */
  isUnknown?: boolean;
}

/** A deal as it was read, or, of senders that cannot be asked, as it was sent: only the facts that the rules name. */
export interface Deal {
  dealId: string;
  isWon: boolean;
  /**
   * When it became won, ISO 8601 UTC: when it entered the unbroken run of won stages that it is in, and so the same for as
   * long as it stays won. Absent when the CRM does not tell.
   */
  wonAt?: string;
  /** It may have been won as early as this, for all that the CRM tells; absent when `wonAt` is certain. */
  wonFrom?: string;
  /** When the sender told so, ISO 8601 UTC, of senders that cannot be asked: messages come in any order. */
  toldAt?: string;
  /** It was made of several deals, any of which may have been bought under its own id. */
  isMerged?: boolean;
  /** The deal's own fields. */
  fields: Facts;
  /** Fields of the deal's company (HubSpot's primary company, Pipedrive's organisation, Salesforce's account). */
  company: Facts;
  lineItems: readonly LineItem[];
}

/**
 * When a deal was won, as it was told: without `wonAt` all its wins are one. `toldAt` of those that cannot be asked: it
 * was won by then.
 */
export type WhenWon = Pick<Deal, 'wonAt' | 'wonFrom' | 'toldAt'>;

/** Those of the times that were told. */
export function whenWon({ wonAt, wonFrom, toldAt }: WhenWon): WhenWon {
  return {
    ...present({ wonAt, wonFrom, toldAt }),
  };
}

/** Whether a deal was told of before the latest message about it, of senders that cannot be asked. */
export function isToldBefore({ toldAt }: Deal, latest: string | undefined): boolean {
  return toldAt !== undefined && latest !== undefined && Date.parse(toldAt) < Date.parse(latest);
}

/**
 * Reads a deal that may have been typed by hand. What is null or "" in it is left out, and its times are written in UTC.
 *
 * @returns undefined when it has not the shape of a deal
 */
export function readDeal(value: unknown): Deal | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const deal = dealWithoutLeftOut({ ...value });
  if (!isDeal(deal)) return undefined;
  const times = { wonAt: deal.wonAt, wonFrom: deal.wonFrom, toldAt: deal.toldAt };
  const told = Object.entries(times).flatMap(([key, time]) =>
    time === undefined ? [] : [[key, utcOf(time)]],
  );
  return { ...deal, ...(Object.fromEntries(told) as Pick<Deal, 'wonAt' | 'wonFrom' | 'toldAt'>) };
}

function isDeal(value: object): value is Deal {
  const { dealId, isWon, wonAt, wonFrom, toldAt, fields, company, lineItems } = {
    ...(value as Partial<Deal>),
  };
  return (
    typeof dealId === 'string' &&
    typeof isWon === 'boolean' &&
    [wonAt, wonFrom, toldAt].every((time) => time === undefined || readTime(String(time)) !== undefined) &&
    [fields, company].every(isFacts) &&
    Array.isArray(lineItems) &&
    lineItems.every((item: LineItem | null) => isFacts(item && { ...item, isUnknown: '' }))
  );
}

function isFacts(value: unknown): value is Facts {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every((fact) => typeof fact === 'string')
  );
}

/** How large a deal may be that is sent, as JSON: each message of it goes into the history of its run. */
const MOST_CONTENT = 50_000;

/** Whether a deal that is sent is larger than what a run can keep, messages of it again and again. */
export function isTooLarge(content: Deal): boolean {
  return JSON.stringify(content).length > MOST_CONTENT;
}

/** Who notifies of a deal. */
export type NotifiedBy = 'webhook' | 'sweep' | 'person';

/** That a deal may have been won: a reason to look, and no fact. The argument of `dealWon` and of its signal `notify`. */
export interface DealNotification {
  /** Name of the account's section in deals.yaml. */
  source: string;
  /** `<crm>:<account>:<dealId>` */
  deal: string;
  by: NotifiedBy;
  /** The deal itself, of senders that cannot be asked. */
  content?: Deal;
  /** What a person decided about a deal whose run had ended. */
  decision?: DealDecision;
}

/** What a person can decide about a deal. */
export type DealDecision = Author &
  (
    | { verb: 'fill'; fill: FilledIn }
    /**
     * Buy it, although it was won before, or its purchase was refused. `about`: the id of what was shown, without one it
     * is what the run shows when the decision comes.
     */
    | { verb: 'buy'; about?: string }
    /** Buy nothing for this win. */
    | { verb: 'dismiss' }
  );

export const DEAL_VERBS = ['fill', 'buy', 'dismiss'] as const satisfies readonly DealDecision['verb'][];
export type DealVerb = DealDecision['verb'];

/** A request without its id: the deal's win gives it. */
export type DealRequest = Omit<PurchaseRequest, 'requestId'>;

/** What a deal comes to, as far as it is known. While something is missing, e-mail addresses are shortened. */
export type DealDraft = Partial<DealRequest>;

/** The word by which a new license is for oneself; never because nobody is named. */
export const OURSELVES = 'ourselves' as const;

/** What somebody sees of a deal who decides whether it is bought. */
type ShownDeal = Pick<DealStatus, 'wonAt' | 'request' | 'missing'>;

/** Where a deal that stands so shows what `buy` would buy; elsewhere it shows what was bought. */
function isForSale({ status, purchase }: DealStatus): boolean {
  return status === 'waiting-for-decision' || status === 'dismissed' || isUnbought(purchase);
}

/** The id of what a deal would buy: of another win, or another order, it is another. While no whole order is shown there is none. */
function shownIdOf({ wonAt, request, missing }: ShownDeal): string | undefined {
  if (request === undefined || missing !== undefined) return undefined;
  return evidenceIdOf([wonAt ?? null, request]);
}

/** A decision to spend is about the order that its maker saw: unless it says which, that is the one that is shown. */
export function aboutWhatIsShown(decision: DealDecision, shown: DealStatus): DealDecision {
  if (decision.verb !== 'buy' || decision.about !== undefined || !isForSale(shown)) return decision;
  const about = shownIdOf(shown);
  return about === undefined ? decision : { ...decision, about };
}

/** Whether a decision is about what is shown now, as far as both are known. */
export function isAboutThis(decision: DealDecision, shown: ShownDeal): boolean {
  if (decision.verb !== 'buy' || decision.about === undefined) return true;
  return [undefined, decision.about].includes(shownIdOf(shown));
}

/** What of a request a person has filled in where the CRM does not tell. */
export type FilledIn = Partial<
  Omit<DealRequest, 'license'> & { license: License | { kind: 'new'; partner: typeof OURSELVES } }
>;

/** One thing that keeps a deal from becoming a request: where it was looked for, what would be right. */
export interface MissingFact {
  /** The request's field: `plan`, `extensions`, … */
  field: string;
  /** For people: what was looked for and where, what came. */
  problem: string;
}

/** What a deal comes to: a request, or what is missing for one. */
export type MappedDeal = { request: DealRequest } | { missing: MissingFact[]; draft?: DealDraft };

/** What became of the purchase of a deal. */
export interface DealPurchase {
  status: PurchaseState;
  reason?: Reason;
}

/** Nothing came of a purchase: its deal may be bought again. */
export function isUnbought(purchase: { status: PurchaseState } | undefined): boolean {
  return purchase?.status === 'refused' || purchase?.status === 'cancelled';
}

/** Where a deal stands. */
export type DealState =
  | 'reading'
  /** Facts are missing; it goes on when the CRM has them, or a person fills them in. */
  | 'incomplete'
  /** A person is asked whether to buy. */
  | 'waiting-for-decision'
  /** A purchase was made of it: its request id tells how that goes. */
  | 'requested'
  | 'not-won'
  /** A person decided, or the rules say, that nothing is bought. */
  | 'dismissed';

/** Statuses of a deal that wait for a person, or for somebody who corrects it in the CRM. */
export const WAITING_DEAL_STATES = [
  'incomplete',
  'waiting-for-decision',
] as const satisfies readonly DealState[];

/** How a deal stands: the same object from the run's query, the ledger and `wonce deals show`. */
export interface DealStatus {
  /** `<crm>:<account>:<dealId>` */
  deal: string;
  source: string;
  status: DealState;
  notifiedBy: NotifiedBy;
  wonAt?: string;
  missing?: MissingFact[];
  /** Why a person is asked, or why nothing is bought. */
  reason?: Reason;
  /** What is bought, or would be. */
  request?: DealDraft;
  /** Of the purchase that was made of it, newest win. */
  requestId?: string;
  /** How that purchase stood when it was last asked after. */
  purchase?: DealPurchase;
  /** ISO 8601, UTC. */
  updatedAt: string;
}
