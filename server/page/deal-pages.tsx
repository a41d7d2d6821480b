import { dealPage } from '../../domain/page-address';
import type { FastifyInstance } from 'fastify';
import {
  aboutWhatIsShown,
  WAITING_DEAL_STATES,
  type DealDecision,
  type DealStatus,
  type FilledIn,
} from '../../domain/deal';
import { isDealVerb, readDealDecision } from '../../domain/deal-decision';
import { present } from '../../domain/optional';
import { readTypedField, TYPED_FIELDS } from '../../validation/typed-fields';
import { Problem, problemOf } from '../problem';
import { DealDecidePage, DealPage, DealsPage } from './deals';
import { fieldsOf } from './form';
import type { Gate } from './gate';
import type { PageParts } from './page-parts';
import { show } from './show';
import type { Viewer } from './viewer';

interface OfDeal {
  Params: { deal: string };
}

const ON_A_PAGE = 50;

/** The deals, one deal, and what is decided about it. */
export function addDealPages(app: FastifyInstance, parts: PageParts, gate: Gate): void {
  const { client, links } = parts;

  app.get('/deals', async (request, reply) => {
    const viewer = gate.viewer(request);
    const link = await client.overview.lastLink();
    const { after } = fieldsOf(request.query);
    const page = await client.deals.page({ limit: ON_A_PAGE, ...present({ after }) });
    const children = DealsPage({ ...page, clock: viewer.clock });
    const live = { url: request.url, link };
    return show(parts, { reply, viewer }, { title: 'Deals', live, children });
  });

  app.get<OfDeal>('/deals/:deal', async (request, reply) => {
    const viewer = gate.viewer(request);
    const report = await client.deals.show(request.params.deal);
    const children = DealPage({ report, clock: viewer.clock, links });
    return show(
      parts,
      { reply, viewer },
      { title: report.status.deal, at: waitingAt(report.status), children },
    );
  });

  app.get<OfDeal>('/deals/:deal/decide', async (request, reply) => {
    const viewer = gate.viewer(request);
    const { verb } = fieldsOf(request.query);
    if (verb !== 'buy' && verb !== 'dismiss')
      throw new Problem('DecisionInvalid', 'Expected buy or dismiss.');
    const { status } = await client.deals.show(request.params.deal);
    const shown = aboutWhatIsShown({ verb, by: viewer.person.name }, status);
    const about = shown.verb === 'buy' ? shown.about : undefined;
    const children = DealDecidePage({ status, verb, about });
    return show(parts, { reply, viewer }, { title: 'Decide', at: waitingAt(status), children });
  });

  app.post<OfDeal>('/deals/:deal/decide', async (request, reply) => {
    const viewer = gate.viewer(request);
    const { deal } = request.params;
    try {
      await client.deals.decide(deal, decisionOf(request.body, viewer));
    } catch (error) {
      const problem = problemOf(error);
      if (problem.code !== 'DecisionInvalid' && problem.code !== 'DecisionRefused') throw error;
      const report = await client.deals.show(deal);
      const children = DealPage({ report, problem: problem.message, clock: viewer.clock, links });
      const { status } = problem;
      return show(parts, { reply, viewer }, { title: 'Not done', status, children });
    }
    return reply.redirect(dealPage(deal), 303);
  });
}

/** Where those meet who look at a deal that waits for a person. */
function waitingAt({ deal, status }: DealStatus): string | undefined {
  return WAITING_DEAL_STATES.some((waiting) => waiting === status) ? dealPage(deal) : undefined;
}

/** Reads a decision of a form; who decides is who is signed in. @throws Problem DecisionInvalid */
function decisionOf(given: unknown, { person }: Viewer): DealDecision {
  const { verb, why, about, ...fields } = fieldsOf(given);
  if (!isDealVerb(verb)) throw new Problem('DecisionInvalid', 'Expected fill, buy or dismiss.');
  const fill = verb === 'fill' ? filledInOf(fields) : undefined;
  const decision = readDealDecision(verb, {
    ...present({ fill, about, why: why?.replace(/\s+/g, ' ') }),
    by: person.name,
    via: person.via,
  });
  if (typeof decision === 'string') throw new Problem('DecisionInvalid', `${decision}.`);
  return decision;
}

/** @throws Problem DecisionInvalid when a PBX and a partner are given both */
function filledInOf(fields: Record<string, string | undefined>): FilledIn {
  const filledIn: FilledIn = {};
  for (const field of TYPED_FIELDS) {
    const read = readTypedField(field, fields[field] ?? '') ?? {};
    for (const [key, value] of Object.entries(read)) {
      if (Object.hasOwn(filledIn, key)) {
        throw new Problem(
          'DecisionInvalid',
          'A serial number or a partner: give one of them. Nothing was filled in.',
        );
      }
      Object.assign(filledIn, { [key]: value });
    }
  }
  return filledIn;
}
