import { approvalInWords, type ApprovalState } from './approval';
import { TO_BE_ORDERED, type Candidate, type ComparedFact } from './decision';
import { comparedInWords, compareStates } from './pbx-in-words';
import type { PbxState } from './pbx-state';
import { jsonText } from './printable';
import type { PurchaseRequest } from './request';
import { orderInWords } from './request-in-words';

/** Something that happened, as the ledger tells it. */
interface Step {
  actor: string;
  kind: string;
  data: unknown;
}
type Data = Record<string, unknown>;

/** The step in one line, and what more there is to say of it, a line each. */
type Words = readonly [step: string, ...more: string[]];

/**
 * What happened to a purchase or a deal, in plain words; of a decision they begin with whose it is. Texts of others stand in
 * it as they are.
 */
export function stepInWords({ actor, kind, data }: Step): Words {
  const told = fieldsOf(data);
  const [step, ...more] = kind === 'decision' ? decisionInWords(actor, told) : wordsOf(kind, told);
  return [shortened(step), ...[...more, ...doorIn(told)].map(shortened)];
}

/** Who did it, unless the words say so themselves. */
export function actorBeside({ actor, kind }: Step): string | undefined {
  return kind === 'decision' ? undefined : shortened(actor);
}

/** As much is shown of one line: more than people can say in a name and a reason. `--json` has it all. */
const LONGEST = 1_500;

function shortened(text: string): string {
  const rest = text.length - LONGEST;
  return rest <= 0 ? text : `${text.slice(0, LONGEST)}… (${rest} characters more: --json)`;
}

/** What an event tells: in a ledger that somebody has changed, anything may stand there, and is shown as it stands. */
function wordsOf(kind: string, told: Data): Words {
  const known = Object.hasOwn(STEPS, kind) ? STEPS[kind] : undefined;
  try {
    return known?.(told) ?? asItStands(kind, told);
  } catch {
    return asItStands(kind, told);
  }
}

function asItStands(kind: string, told: Data): Words {
  return [`${kind}: ${jsonText(told)}`];
}

const STEPS: Readonly<Record<string, (told: Data) => Words>> = {
  // Of a deal.
  notified: ({ by }) => [`told of the deal by ${said(by)}`],
  incomplete: ({ missing }) => ['won, and facts are missing', ...missingIn(missing)],
  asked: (told) => ['a person is asked whether it is to be bought', ...reasonsIn(told)],
  requested: ({ requestId }) => [`to be bought, as ${said(requestId)}`],
  left: (told) => ['nothing is bought, by the rules', ...reasonsIn(told)],
  dismissed: (told) => ['nothing is bought', ...reasonsIn(told)],
  'not-won': (told) => ['not won, or gone', ...reasonsIn(told)],
  'no-longer-won': (told) => ['not won any more: the purchase stands', ...reasonsIn(told)],
  'lost-before-order': (told) => [
    'lost before its order: the purchase was told to cancel',
    ...reasonsIn(told),
  ],
  // Of a purchase.
  quoted: ({ quote }) => ['quoted, and nothing ordered', ...pricesIn(quote)],
  accepted: ({ request }) => [`accepted: ${orderInWords(request as PurchaseRequest)}`],
  'attempt-started': (told) => [`sending the order, ${attemptIn(told)}`],
  'attempt-created': (told) => [`ordered, ${attemptIn(told)}: ${orderIn(told)}`, ...evidenceIn(told)],
  'attempt-not-created': (told) => [
    `nothing ordered, ${attemptIn(told)}: ${reasonIn(told)}`,
    ...evidenceIn(told),
  ],
  'attempt-unknown': (told) => [
    `nobody knows whether it was ordered, ${attemptIn(told)}: ${reasonIn(told)}`,
    ...evidenceIn(told),
  ],
  'order-status': (told) => [`the vendor's order: ${orderIn(told)}`, ...reasonsIn(told)],
  'pbx-held': ({ pbx }) => [`other orders of the PBX ${said(pbx)} wait for this one`],
  'pbx-released': ({ pbx }) => [`other orders of the PBX ${said(pbx)} need not wait meanwhile`],
  'pbx-checked': ({ vendor, lastOrder, ledger, doubts }) => [
    'looked at what the PBX has',
    ...statesInWords({ vendor, 'last order': lastOrder, 'our ledger': ledger }),
    ...listIn(doubts).map((doubt) => `in doubt: ${said(doubt)}`),
  ],
  'pbx-read': ({ pbx }) => ['read what the PBX has', ...statesInWords({ vendor: pbx })],
  'pbx-not-read': (told) => ['the PBX could not be read after the order', ...reasonsIn(told)],
  'activation-code': () => ['activation code fetched'],
  'activation-code-missing': (told) => ['the activation code could not be read', ...reasonsIn(told)],
  refused: (told) => ['refused', ...reasonsIn(told)],
  cancelled: (told) => ['cancelled', ...reasonsIn(told)],
  'cancellation-too-late': () => ['a cancellation came after the order had begun'],
  settling: (told) => ['looking for the order at the vendor', ...reasonsIn(told)],
  'choice-asked': questionInWords,
  'approval-asked': questionInWords,
  'decision-asked': questionInWords,
  'decision-ignored': (told) => [
    `a message was no decision, and is ignored: ${said(told.verb)}`,
    ...reasonsIn(told),
  ],
  'personal-data-erased': ({ fields, why }) => [
    `personal data erased: ${Object.keys(fieldsOf(fields)).sort().join(', ')}${whyIn(why)}`,
  ],
  'answer-came-late': (told) => [
    told.outcome === 'created'
      ? `THE VENDOR'S ANSWER CAME LATE AND NAMES ANOTHER ORDER, two may have been bought: ${orderIn(told)}`
      : `the vendor's answer came late, and changes nothing, ${attemptIn(told)}: ${reasonIn(told)}`,
    ...evidenceIn(told),
  ],
  'order-found-too-late': (told) => [
    `AN ORDER THAT WAS DECIDED TO BE ABSENT IS THERE, two may have been bought: ${orderIn(told)}`,
    ...evidenceIn(told),
  ],
};

/** `Ann decided: order again — seen in the portal` */
function decisionInWords(actor: string, told: Data): Words {
  return [`${actor} decided: ${decidedIn(told)}${whyIn(told.why)}`];
}

function whyIn(why: unknown): string {
  return why === undefined ? '' : ` — ${said(why)}`;
}

function decidedIn({ verb, id, created, notCreated, fill }: Data): string {
  if (verb === 'fill') return `fill in ${jsonText(fill)}`;
  if (verb === 'choose') return `choose ${said(id)}`;
  if (verb === 'approve') return 'approved';
  if (verb === 'reject') return 'rejected, and nothing is ordered';
  if (verb === 'settle' && created !== undefined) return `the order is ${said(created)}`;
  if (verb === 'settle' && notCreated === 'order-again') return 'order again';
  if (verb === 'settle' && notCreated === 'stop') return 'there is no order, and nothing more is ordered';
  return said(verb);
}

function questionInWords({ question, ...told }: Data): Words {
  const { verb, asked, candidates, compared, approval } = fieldsOf(question);
  const shown = verb === 'approve' ? TO_BE_ORDERED : 'compare';
  return [
    `a person is asked: ${said(asked)}`,
    ...(listIn(candidates) as Candidate[]).map(({ id, description }) => `candidate ${id}: ${description}`),
    ...(listIn(compared) as ComparedFact[]).map((fact) => `${shown} ${comparedInWords(fact)}`),
    ...(approval === undefined ? [] : [approvalInWords(approval as ApprovalState)]),
    ...reasonsIn(told),
  ];
}

function missingIn(missing: unknown): string[] {
  return listIn(missing).map((one) => {
    const { field, problem } = fieldsOf(one);
    return `${said(field)}: ${said(problem)}`;
  });
}

function pricesIn(quote: unknown): string[] {
  return listIn(fieldsOf(quote).prices).map((price) => {
    const { of, field, value } = fieldsOf(price);
    return `${said(of)}: ${said(field)} ${said(value)}`;
  });
}

function attemptIn({ attempt }: Data): string {
  return `attempt ${said(attempt)}`;
}

function orderIn({ order }: Data): string {
  const { orderNo, orderStatus } = fieldsOf(order);
  return [orderNo, orderStatus]
    .filter((text) => text !== undefined)
    .map(said)
    .join(', ');
}

/** A code with its message, wherever an event has them. */
function reasonIn({ code, message }: Data): string {
  return `${said(code)}: ${said(message)}`;
}

function reasonsIn({ reason }: Data): string[] {
  return reason === undefined ? [] : [reasonIn(fieldsOf(reason))];
}

/** What is known of the exchange with the vendor, as far as it is a word or a number. */
function evidenceIn({ evidence }: Data): string[] {
  const facts = Object.entries(fieldsOf(evidence))
    .filter(([, value]) => ['string', 'number'].includes(typeof value))
    .map(([name, value]) => `${name} ${said(value)}`);
  return facts.length === 0 ? [] : [`evidence: ${facts.join(', ')}`];
}

function doorIn({ via }: Data): string[] {
  return via === undefined ? [] : [`via ${said(via)}`];
}

function statesInWords(states: Record<string, unknown>): string[] {
  return compareStates(states as Record<string, PbxState | undefined>).map(comparedInWords);
}

function fieldsOf(value: unknown): Data {
  return typeof value === 'object' && value !== null ? (value as Data) : {};
}

function listIn(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function said(value: unknown): string {
  if (value === undefined) return '?';
  return typeof value === 'string' ? value : jsonText(value);
}
