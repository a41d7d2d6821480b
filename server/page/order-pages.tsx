import { dealPage, purchasePage } from '../../domain/page-address';
import type { FastifyInstance } from 'fastify';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { EventRecord, PurchaseRecord, PurchaseReport } from '../../client/overview-client';
import { present } from '../../domain/optional';
import { isVerb, readDecision, VERBS, type Decision } from '../../domain/decision';
import type { Renewal } from '../../domain/renewals';
import { isTerminal, waitsForPerson } from '../../domain/status';
import { stepInWords } from '../../domain/steps-in-words';
import { plainText } from '../../domain/visible-text';
import { Problem, problemOf } from '../problem';
import { DecidePage, TooLate } from './decide';
import { fieldsOf } from './form';
import type { Gate } from './gate';
import { DAYS_SHOWN, Home } from './home';
import { OrdersPage } from './orders';
import { askedOf, readFilter } from './orders-filter';
import { purchasesAsCsv } from './purchases-as-csv';
import type { PageParts } from './page-parts';
import { HOME } from './presence';
import { PurchasePage } from './purchase';
import { RENEWALS_ON_A_PAGE, RenewalsPage } from './renewals';
import { show } from './show';
import type { Viewer } from './viewer';

/** So long a run is asked what holds it up, in ms: the rest of the page is there without it. */
const PATIENCE_MS = 1_500;
const ON_A_PAGE = 50;

interface OfOrder {
  Params: { requestId: string };
}

/** The first page, the orders, one order with its decisions, the renewals. */
export function addOrderPages(app: FastifyInstance, parts: PageParts, gate: Gate): void {
  const { client, links } = parts;

  app.get('/', async (request, reply) => {
    const viewer = gate.viewer(request);
    const link = await client.overview.lastLink();
    const { clock, person } = viewer;
    const desk = await client.overview.desk({ days: DAYS_SHOWN, zone: clock.zone });
    const { counts } = desk;
    const isCalm = counts.waiting + counts.waitingDeals === 0;
    const nextRenewal = isCalm ? await nextRenewalOf(parts) : undefined;
    const children = Home({ desk, nextRenewal, clock, othersAt: viewer.othersAt, person });
    const live = { url: HOME, link };
    return show(parts, { reply, viewer }, { title: 'Desk', counts, live, at: HOME, children });
  });

  app.get('/orders', async (request, reply) => {
    const viewer = gate.viewer(request);
    const link = await client.overview.lastLink();
    const fields = fieldsOf(request.query);
    const filter = readFilter(fields, viewer.clock);
    const page = await client.list({
      ...askedOf(filter, viewer.clock),
      limit: ON_A_PAGE,
      ...present({ after: fields.after }),
    });
    const children = OrdersPage({ ...page, filter, clock: viewer.clock });
    const live = { url: request.url, link };
    return show(parts, { reply, viewer }, { title: 'Orders', live, children });
  });

  app.get('/orders.csv', async (request, reply) => {
    const { clock } = gate.viewer(request);
    // A ledger that is away is told by a page, and not by half a file.
    await client.overview.lastLink();
    const filter = readFilter(fieldsOf(request.query), clock);
    const lines = purchasesAsCsv(client.overview.purchases(askedOf(filter, clock)), clock);
    const name = `orders-${clock.day(new Date())}.csv`;
    return reply
      .type('text/csv; charset=utf-8')
      .header('content-disposition', `attachment; filename="${name}"`)
      .send(Readable.from(lines));
  });

  app.get('/search', async (request, reply) => {
    const q = fieldsOf(request.query).q?.trim();
    if (q === undefined) return reply.redirect('/orders', 303);
    const text = plainText(q);
    const [page, deals] = await Promise.all([
      client.list({ text, limit: ON_A_PAGE }),
      client.overview.dealsNamed(text),
    ]);
    const [purchase, ...more] = page.purchases;
    if (purchase !== undefined && more.length === 0)
      return reply.redirect(purchasePage(purchase.requestId), 303);
    const [deal, ...others] = deals;
    if (purchase === undefined && deal !== undefined && others.length === 0)
      return reply.redirect(dealPage(deal), 303);
    const viewer = gate.viewer(request);
    const children = OrdersPage({ ...page, filter: { q }, deals, clock: viewer.clock });
    return show(parts, { reply, viewer }, { title: 'Search', search: q, children });
  });

  app.get('/renewals', async (request, reply) => {
    const viewer = gate.viewer(request);
    const link = await client.overview.lastLink();
    const renewals = await client.renewals();
    const last = Math.max(1, Math.ceil(renewals.length / RENEWALS_ON_A_PAGE));
    const page = Math.min(Math.max(1, Math.floor(Number(fieldsOf(request.query).page ?? 1)) || 1), last);
    const children = RenewalsPage({ renewals, page });
    const live = { url: request.url, link };
    return show(parts, { reply, viewer }, { title: 'Renewals', live, children });
  });

  app.get<OfOrder>('/orders/:requestId', async (request, reply) => {
    const viewer = gate.viewer(request);
    const link = await client.overview.lastLink();
    const { requestId } = request.params;
    const report = await client.overview.purchase(requestId);
    if (report === undefined) throw unknownPurchase();
    const remarks = isTerminal(report.purchase.status) ? [] : await remarksOf(parts, requestId);
    const decided = fieldsOf(request.query).decided === undefined ? undefined : lastDecision(report);
    const children = PurchasePage({
      report,
      remarks,
      decided,
      clock: viewer.clock,
      person: viewer.person,
      links,
    });
    const live = { url: purchasePage(requestId), link };
    return show(
      parts,
      { reply, viewer },
      { title: requestId, live, at: waitingAt(report.purchase), children },
    );
  });

  addDecisions(app, parts, gate);
}

function addDecisions(app: FastifyInstance, parts: PageParts, gate: Gate): void {
  const { client } = parts;

  app.get<OfOrder>('/orders/:requestId/decide', async (request, reply) => {
    const viewer = gate.viewer(request);
    const purchase = await client.overview.find(request.params.requestId);
    if (purchase === undefined) throw unknownPurchase();
    const { about, ...decision } = decisionOf(request.query, viewer);
    const back = purchasePage(purchase.requestId);
    const { by: _by, why: _why, via: _via, ...content } = decision;
    const children = DecidePage({ purchase, decision: content, about, back });
    return show(parts, { reply, viewer }, { title: 'Decide', at: waitingAt(purchase), children });
  });

  app.post<OfOrder>('/orders/:requestId/decide', async (request, reply) => {
    const viewer = gate.viewer(request);
    const { requestId } = request.params;
    const back = purchasePage(requestId);
    try {
      await client.decide(requestId, decisionOf(request.body, viewer));
    } catch (error) {
      const problem = problemOf(error);
      if (problem.code !== 'NothingWaits' && problem.code !== 'DecisionRefused') throw error;
      const words = await whyTooLate(parts, requestId, problem, viewer);
      const children = TooLate({ words, back });
      return show(parts, { reply, viewer }, { title: 'Not decided', status: 409, children });
    }
    return reply.redirect(`${back}?decided=1`, 303);
  });
}

/** Where those meet who look at what waits for a person; nothing is decided about anything else. */
function waitingAt({ requestId, status }: PurchaseRecord): string | undefined {
  return waitsForPerson(status) ? purchasePage(requestId) : undefined;
}

/** The second of two who decide is told who was first, and what they decided. */
async function whyTooLate(
  { client }: PageParts,
  requestId: string,
  problem: Problem,
  { clock, person }: Viewer,
): Promise<string> {
  const last = lastDecisionOf(await client.overview.events(requestId));
  const isOthers = last !== undefined && last.actor !== person.name;
  const first = isOthers ? `${stepInWords(last)[0]} (${clock.exact(last.at)}). ` : '';
  return `${first}${problem.message}`;
}

function lastDecision({ events }: PurchaseReport): string | undefined {
  const last = lastDecisionOf(events);
  return last && `${stepInWords(last)[0]}.`;
}

function lastDecisionOf(events: readonly EventRecord[]): EventRecord | undefined {
  return events.findLast(({ kind }) => kind === 'decision');
}

async function nextRenewalOf({ client }: PageParts): Promise<Renewal | undefined> {
  return (await client.renewals()).find(({ daysLeft }) => daysLeft !== undefined && daysLeft >= 0);
}

/** Reads a decision of a form; who decides is who is signed in. @throws Problem DecisionInvalid */
function decisionOf(given: unknown, { person }: Viewer): Decision {
  const { verb, id, created, notCreated, about, why } = fieldsOf(given);
  if (!isVerb(verb)) throw new Problem('DecisionInvalid', `Expected one of ${VERBS.join(', ')}.`);
  const decision = readDecision(verb, {
    ...present({ id, created, notCreated, about, why: why?.replace(/\s+/g, ' ') }),
    by: person.name,
    via: person.via,
  });
  if (typeof decision === 'string') throw new Problem('DecisionInvalid', `${decision}.`);
  return decision;
}

function unknownPurchase(): Problem {
  return new Problem(
    'UnknownPurchase',
    'No purchase of this request id is known. Search for it, or see all orders.',
  );
}

/** What holds a run up; a Temporal that does not answer is no reason to show nothing. */
async function remarksOf({ client }: PageParts, requestId: string): Promise<string[]> {
  const asked = client.status(requestId).then(
    ({ remarks }) => remarks,
    (error: unknown) => [problemOf(error).message],
  );
  const silent = ['Temporal does not answer just now. What stands here is as the ledger has it.'];
  return Promise.race([asked, delay(PATIENCE_MS, silent, { ref: false })]);
}
