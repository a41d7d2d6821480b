import { purchasePage } from '../../domain/page-address';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { randomUUID } from 'node:crypto';
import type { PurchaseRecord } from '../../client/overview-client';
import { present } from '../../domain/optional';
import { OURSELVES } from '../../domain/deal';
import { ruleOf } from '../../domain/operations';
import { Refusal } from '../../domain/refusal';
import {
  OPERATIONS,
  PRODUCTS,
  type Operation,
  type Product,
  type PurchaseRequest,
} from '../../domain/request';
import { VENDOR_LISTS, type VendorEntry, type VendorList } from '../../domain/vendor-list';
import { plainId, visibleText } from '../../domain/visible-text';
import { parseRequest } from '../../validation/request-schema';
import { readTypedField, typedFields } from '../../validation/typed-fields';
import { Problem, problemOf } from '../problem';
import { fieldsOf } from './form';
import type { Gate } from './gate';
import {
  fieldTyping,
  LeftField,
  listOf,
  NewPurchasePage,
  Offered,
  QuotePage,
  type FormProblems,
  type Typed,
} from './new-purchase';
import type { PageParts } from './page-parts';
import { sendHtml, show } from './show';
import type { Viewer } from './viewer';
import { renderToString } from 'preact-render-to-string';

/** So many entries of a list are offered at once. */
const OFFERED = 20;

/** A purchase begun on the page: form, quote, order. */
export function addNewPages(app: FastifyInstance, parts: PageParts, gate: Gate): void {
  const { client, log } = parts;

  app.get('/new', async (request, reply) => {
    const viewer = gate.viewer(request);
    const { renew, ...asked } = fieldsOf(request.query);
    if (renew !== undefined) return reply.redirect(`/new?${await renewalOf(parts, renew)}`, 303);
    // Lists that are being read are there the next time; those of before do until then.
    client.vendorLists
      .refresh()
      .catch((error: unknown) => log.warn({ error }, "the vendor's lists are not read"));
    const requestId = `page-${randomUUID()}`;
    const typed = { ...asked, requestId };
    return showForm(parts, { reply, viewer }, { typed });
  });

  app.get('/new/offered', async (request, reply) => {
    const { list, field } = fieldsOf(request.query);
    const text = (field && fieldsOf(request.query)[field]) ?? '';
    const entries = isList(list) ? await client.vendorLists.find(list, lastOf(text), OFFERED) : [];
    return sendHtml(reply, renderToString(Offered({ entries: completed(entries, text) })));
  });

  app.post('/new/field', async (request, reply) => {
    const { of = '' } = fieldsOf(request.query);
    const typed = fieldsOf(request.body);
    const rule = ruleOf({ operation: operationOf(typed), product: productOf(typed) });
    const value = typed[of];
    // What is still empty is said when all is sent.
    const problem = value === undefined ? undefined : readTyped(typed).problems?.[of];
    const list = listOf(of);
    const offered =
      list === undefined ? [] : await client.vendorLists.find(list, lastOf(value ?? ''), OFFERED);
    const field = rule && LeftField({ name: of, rule, value, problem, offered });
    return sendHtml(reply, field ? renderToString(field) : '');
  });

  app.post('/new/quote', async (request, reply) => {
    const viewer = gate.viewer(request);
    const typed = fieldsOf(request.body);
    const { wanted, problems } = readTyped(typed);
    if (wanted === undefined) return showForm(parts, { reply, viewer }, { typed, problems });
    request.subject = { requestId: wanted.requestId };
    try {
      await client.quote(wanted, doorOf(viewer));
    } catch (error) {
      const problem = problemOf(error);
      if (problem.code !== 'QuoteRefused') throw error;
      return showForm(parts, { reply, viewer }, { typed, problems: refusalIn(problem.message, typed) });
    }
    return reply.redirect(`/new/quote?${new URLSearchParams({ of: wanted.requestId }).toString()}`, 303);
  });

  app.get('/new/quote', async (request, reply) => {
    const viewer = gate.viewer(request);
    const { of: requestId = '' } = fieldsOf(request.query);
    const { status, quote, request: wanted } = await quoted(parts, requestId);
    if (status !== 'quoted' || quote === undefined) return reply.redirect(purchasePage(requestId), 303);
    const children = QuotePage({ request: wanted, quote });
    return show(parts, { reply, viewer }, { title: 'Quote', children });
  });

  app.post('/new/order', async (request, reply) => {
    const viewer = gate.viewer(request);
    const { requestId = '' } = fieldsOf(request.body);
    const { request: wanted } = await quoted(parts, requestId);
    request.subject = { requestId };
    await client.start(wanted, doorOf(viewer));
    return reply.redirect(purchasePage(requestId), 303);
  });
}

/** The form of a PBX's renewal, filled in with what the ledger has of it, as the query of its address. */
async function renewalOf({ client }: PageParts, serialNumber: string): Promise<string> {
  const draft = await client.renewalDraft(plainId(serialNumber));
  const typed = draft === undefined ? { operation: 'renew', serialNumber } : typedFields(draft);
  return new URLSearchParams(typed).toString();
}

/** @throws Problem UnknownPurchase */
async function quoted({ client }: PageParts, requestId: string): Promise<PurchaseRecord> {
  const purchase = await client.overview.find(requestId);
  if (purchase !== undefined) return purchase;
  throw new Problem('UnknownPurchase', 'There is no such quote. Begin again.');
}

/** Who began it stands in the record. */
function doorOf({ person }: Viewer): string {
  return `${person.via}, ${person.name}`;
}

/** The form, with what was typed and what is wrong with it. */
async function showForm(
  parts: PageParts,
  whom: { reply: FastifyReply; viewer: Viewer },
  { typed, problems }: { typed: Typed; problems?: FormProblems },
): Promise<FastifyReply> {
  const { client } = parts;
  const offered = Object.fromEntries(
    await Promise.all(
      VENDOR_LISTS.map(async (list) => [list, await client.vendorLists.find(list, '', OFFERED)]),
    ),
  ) as Record<VendorList, VendorEntry[]>;
  const children = NewPurchasePage({
    requestId: typed.requestId ?? `page-${randomUUID()}`,
    ...{ operation: operationOf(typed), product: productOf(typed) },
    ...{ typed, problems: problems ?? {}, offered },
    ...{ readAt: await client.vendorLists.readAt(), clock: whom.viewer.clock },
  });
  const status = problems === undefined ? 200 : 422;
  return show(parts, whom, { title: 'New order', status, here: '/new', children });
}

/** Of a list with commas the last one is being typed. */
function lastOf(text: string): string {
  return visibleText(text.slice(text.lastIndexOf(',') + 1));
}

function completed(entries: readonly VendorEntry[], text: string): VendorEntry[] {
  const before = text.slice(0, text.lastIndexOf(',') + 1);
  return entries.map(({ name, label }) => ({ name: `${before}${name}`, label }));
}

const FIELDS = [
  ...['plan', 'extensions', 'addExtensions', 'addConcurrentCalls', 'services', 'years'],
  ...['billingCycle', 'billingContact', 'activationMailTo', 'poNumber'],
] as const;

/** The request of what was typed; whether it is right is for its schema to say. */
function requestOf(typed: Typed): unknown {
  const { requestId, serialNumber, partner } = typed;
  const [operation, product] = [operationOf(typed), productOf(typed)];
  const read = FIELDS.map((field) => readTypedField(field, typed[field] ?? ''));
  const license = {
    kind: serialNumber === undefined ? 'new' : 'existing',
    ...present({ serialNumber }),
    ...present({ partner: partner === undefined ? undefined : partnerOf(partner) }),
  };
  return {
    ...{ requestId, license },
    ...(operation !== 'purchase' && { operation }),
    ...(product !== 'software' && { product }),
    ...Object.assign({}, ...read),
  };
}

/** Nobody is named for oneself, whatever word that is. */
function partnerOf(text: string): unknown {
  const license = readTypedField('partner', text)?.license;
  const whom = license?.kind === 'new' ? license.partner : undefined;
  return whom === OURSELVES ? undefined : whom;
}

/** The request that was typed, or what is wrong with it as far as that can be said without the vendor. */
function readTyped(
  typed: Typed,
): { wanted: PurchaseRequest; problems?: undefined } | { wanted?: undefined; problems: FormProblems } {
  try {
    return { wanted: parseRequest(requestOf(typed)) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { problems: problemsIn(error, typed) };
  }
}

const SEE_MARKED = 'Nothing is ordered. See the fields that are marked.';

function problemsIn({ message, details }: Refusal, typed: Typed): FormProblems {
  const { problems = [] } = details as { problems?: { field: string; expected: string }[] };
  const rule = ruleOf({ operation: operationOf(typed), product: productOf(typed) });
  const told: Record<string, string> = {};
  for (const { field, expected } of problems) {
    const place = (rule && fieldTyping(field, rule)) ?? '';
    const words = place === '' ? `${field}: expected ${expected}.` : `Expected ${expected}.`;
    told[place] = told[place] === undefined ? words : `${told[place]} ${words}`;
  }
  return problems.length === 0 ? { '': message } : { '': SEE_MARKED, ...told };
}

/** Of a quote that was refused, the fields in which that is typed which was not found, by the code of the refusal. */
const FIELDS_OF_REFUSAL: readonly (readonly [code: RegExp, fields: readonly string[]])[] = [
  [/^Partner/, ['partner', 'activationMailTo']],
  [/^Plan/, ['plan']],
  [/^Service/, ['services']],
  [/^BillingContact/, ['billingContact']],
  [/^SerialNumber/, ['serialNumber']],
];

function refusalIn(message: string, typed: Typed): FormProblems {
  const fields = FIELDS_OF_REFUSAL.find(([code]) => code.test(message))?.[1] ?? [];
  const guilty = fields.length === 1 ? fields : fields.filter((field) => typed[field] !== undefined);
  if (guilty.length === 0) return { '': message };
  return { '': SEE_MARKED, ...Object.fromEntries(guilty.map((field) => [field, message])) };
}

function operationOf({ operation }: Typed): Operation {
  return OPERATIONS.find((one) => one === operation) ?? 'purchase';
}

function productOf({ product }: Typed): Product {
  return PRODUCTS.find((one) => one === product) ?? 'software';
}

function isList(text: string | undefined): text is VendorList {
  return (VENDOR_LISTS as readonly (string | undefined)[]).includes(text);
}
