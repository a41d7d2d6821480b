import {
  DEAL_VERBS,
  isTooLarge,
  readDeal,
  type Deal,
  type DealDecision,
  type DealNotification,
} from './deal';
import { CRMS, dealIdOf, dealKeyIn } from './deal-ids';
import { isDealVerb, readDealDecision } from './deal-decision';
import { printable } from './printable';
import { isRecord } from './json-values';
import { present } from './optional';

/** The name of a section in deals.yaml. */
export const SOURCE_NAME = /^[a-z0-9-]{1,60}$/;

const NOTIFIED_BY = ['webhook', 'sweep', 'person'] as const satisfies readonly DealNotification['by'][];
const KEYS = ['source', 'deal', 'by', 'content', 'decision'];

const EXAMPLE = '{"source": "hubspot", "deal": "hubspot:9001234:31415926535", "by": "person"}';

/**
 * Reads a notification that came with a start or a signal: it may have been typed by hand, so anything may come. What is
 * null counts as absent.
 *
 * @returns the notification, its times in UTC; or what is wrong with it, in words
 */
export function readDealNotification(input: unknown): DealNotification | string {
  if (!isRecord(input)) return `expected one JSON object such as ${EXAMPLE}`;
  const { source, deal, by, content = null, decision = null } = input;
  const unknown = Object.keys(input).find((key) => !KEYS.includes(key));
  if (unknown !== undefined) return `${printable(unknown.slice(0, 60))}: expected one of ${KEYS.join(', ')}`;
  if (typeof source !== 'string' || !SOURCE_NAME.test(source)) {
    return "source: expected the name of the account's section in deals.yaml, as text";
  }
  if (typeof deal !== 'string' || dealKeyIn(deal) !== deal) {
    return 'deal: expected CRM, account and id of the deal, such as hubspot:9001234:31415926535; ids of Salesforce have 18 characters, of which the last three fit';
  }
  const notifiedBy = NOTIFIED_BY.find((who) => who === by);
  if (notifiedBy === undefined) return `by: expected one of ${NOTIFIED_BY.join(', ')}`;
  const told = content === null ? undefined : readContent(content, deal);
  if (typeof told === 'string') return told;
  const decided = decision === null ? undefined : readDecision(decision, notifiedBy);
  if (typeof decided === 'string') return decided;
  return {
    ...{ source, deal, by: notifiedBy },
    ...present({ content: told, decision: decided }),
  };
}

function readContent(content: unknown, deal: string): Deal | string {
  const [crm] = deal.split(':');
  if (crm !== 'standard-webhooks') {
    const asked = CRMS.filter((name) => name !== 'standard-webhooks').join(', ');
    return `content: expected none: ${asked} are asked for the deal`;
  }
  const told = readDeal(content);
  if (told === undefined) {
    return 'content: expected the deal, an object with dealId, isWon, fields, company and lineItems, all facts as text, and in wonAt and toldAt a time with its zone';
  }
  const wanted = dealIdOf(deal);
  if (told.dealId !== wanted) return `content: dealId: expected ${wanted}, the deal of the notification`;
  return isTooLarge(told) ? 'content: expected at most 50,000 characters of JSON' : told;
}

function readDecision(decision: unknown, by: DealNotification['by']): DealDecision | string {
  if (by !== 'person') return 'decision: expected none, unless by is person';
  if (!isRecord(decision)) return `decision: expected an object with verb, one of ${DEAL_VERBS.join(', ')}`;
  const { verb, ...input } = decision;
  if (!isDealVerb(verb)) return `decision: verb: expected one of ${DEAL_VERBS.join(', ')}`;
  const read = readDealDecision(verb, input);
  return typeof read === 'string' ? `decision: ${read}` : read;
}
