import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { BILLING_CONTACTS, PARTNERS, PLANS, SERVICES } from './catalogue';
import type { SandboxParts } from './parts';
import { changeSettings } from './settings';

/** The switches on the stand-in's back, under /_sandbox/: nothing of the vendor's. */
export function addControlRoutes(app: FastifyInstance, parts: SandboxParts): void {
  const { vendor, faults, tokens, settings, requests } = parts;

  app.post('/_sandbox/faults', (request, reply) => answer(reply, faults.add(jsonOf(request))));
  app.delete('/_sandbox/faults', (_request, reply) => {
    faults.clear();
    return answer(reply, undefined);
  });
  app.post('/_sandbox/settings', (request, reply) =>
    answer(reply, changeSettings(settings, jsonOf(request))),
  );
  app.post('/_sandbox/tokens/expire', (_request, reply) => {
    tokens.expireAll();
    return answer(reply, undefined);
  });
  app.post('/_sandbox/products', (request, reply) => {
    const { serialNumbers } = jsonOf(request);
    if (!Array.isArray(serialNumbers)) return answer(reply, 'serialNumbers: expected a list');
    vendor.addProducts(serialNumbers.map(String));
    return answer(reply, undefined);
  });
  app.post('/_sandbox/orders/:orderNo/status', async (request, reply) => {
    const { orderNo } = request.params as { orderNo: string };
    const found = await vendor.book.setStatus(orderNo, String(jsonOf(request).status));
    return answer(reply, found ? undefined : `There is no order ${orderNo}.`);
  });
  app.get('/_sandbox/orders', () => ({ orders: vendor.book.orders }));
  app.get('/_sandbox/requests', () => ({ requests }));
  app.get('/_sandbox/catalogue', () => ({
    plans: PLANS,
    services: SERVICES,
    partners: PARTNERS,
    billingContacts: BILLING_CONTACTS,
  }));
}

function answer(reply: FastifyReply, problem: string | undefined) {
  return problem === undefined ? reply.send({ ok: true }) : reply.code(400).send({ ok: false, problem });
}

function jsonOf(request: FastifyRequest): Record<string, unknown> {
  try {
    return JSON.parse(String(request.body)) as Record<string, unknown>;
  } catch {
    return {};
  }
}
