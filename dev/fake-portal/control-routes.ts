import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { BILLING_CONTACTS, PARTNERS, PLANS, SERVICES } from './catalogue';
import { Refused } from './envelope';
import { BadSwitch, problemIn, TEXT, wholeNumber, type Expectation } from './expectation';
import type { FakePortalParts } from './call';
import { pbxFrom, showPbx } from './pbx-control';
import { bodyOf, mediaTypeOf, pathOf, type Query } from './request-parts';
import { changeSettings } from './settings';

type Input = Record<string, unknown>;

const SERIAL_NUMBERS: Expectation = {
  expected: 'a list of serial numbers, each text that is not empty',
  holds: (value) => Array.isArray(value) && value.length > 0 && value.every((entry) => TEXT.holds(entry)),
};

const MOMENT: Expectation = {
  expected: 'milliseconds since 1970, or nothing for now',
  holds: (value) => value === undefined || wholeNumber(0).holds(value),
};

/** What a change leaves to say: what was wrong, what it made, or nothing. */
type Made = string | object | undefined | void;

/** The switches on the fake portal's back, under /_control/: nothing of the vendor's. */
export function addControlRoutes(app: FastifyInstance, parts: FakePortalParts): void {
  addFaultRoutes(app, parts);
  addStateRoutes(app, parts);
  const { vendor, log } = parts;
  app.get('/_control/orders', () => ({ orders: vendor.orders.all }));
  app.get('/_control/requests', () => log.show());
  app.get('/_control/catalogue', () => ({
    plans: PLANS['12'],
    appliancePlans: PLANS['11'],
    services: SERVICES,
    partners: PARTNERS,
    billingContacts: BILLING_CONTACTS,
  }));
}

function addFaultRoutes(app: FastifyInstance, { faults }: FakePortalParts): void {
  app.get('/_control/faults', () => ({ faults: faults.all() }));
  app.post('/_control/faults', (request, reply) => change(reply, () => faults.add(inputOf(request))));
  app.delete('/_control/faults', (_request, reply) => change(reply, () => faults.clear()));
}

function addStateRoutes(app: FastifyInstance, { vendor, tokens, settings }: FakePortalParts): void {
  app.get('/_control/settings', () => settings);
  app.post('/_control/settings', (request, reply) =>
    change(reply, () => changeSettings(settings, inputOf(request))),
  );
  app.post('/_control/tokens/expire', (_request, reply) => change(reply, () => tokens.expireAll()));
  app.post('/_control/products', (request, reply) =>
    change(reply, async () => {
      const { serialNumbers } = checkedInput(request, { serialNumbers: SERIAL_NUMBERS });
      await vendor.orders.addProducts(serialNumbers as string[]);
    }),
  );
  app.get('/_control/pbxs', (request) => {
    const { serialNumber } = request.query as Query;
    const products = vendor.orders.products.all.filter(
      ({ productNo }) => serialNumber === undefined || productNo === serialNumber,
    );
    return { pbxs: products.map((product) => showPbx(product, Date.now())) };
  });
  app.post('/_control/pbxs', (request, reply) =>
    change(reply, () => vendor.setPbx(pbxFrom(inputOf(request), Date.now()))),
  );
  app.post('/_control/orders', (request, reply) =>
    change(reply, async () => {
      const { body, at } = checkedInput(request, { body: TEXT, at: MOMENT });
      const order = await vendor.placeOrder(String(body), settings.orderStatus, at as number | undefined);
      return { orderNo: order.orderNo };
    }),
  );
  const changeOrder = (
    request: FastifyRequest,
    reply: FastifyReply,
    make: (orderNo: string) => Promise<boolean>,
  ) =>
    change(reply, async () => {
      const { orderNo } = request.params as { orderNo: string };
      return (await make(orderNo)) ? undefined : `There is no order ${orderNo}.`;
    });
  app.post('/_control/orders/:orderNo/status', (request, reply) =>
    changeOrder(request, reply, (orderNo) => {
      const { status } = checkedInput(request, { status: TEXT });
      return vendor.orders.setStatus(orderNo, String(status));
    }),
  );
  app.post('/_control/orders/:orderNo/body', (request, reply) =>
    changeOrder(request, reply, (orderNo) => {
      const { body } = checkedInput(request, { body: TEXT });
      return vendor.orders.setBody(orderNo, String(body));
    }),
  );
  app.delete('/_control/orders/:orderNo', (request, reply) =>
    changeOrder(request, reply, (orderNo) => vendor.orders.remove(orderNo)),
  );
}

/** Makes a change and answers how it went. */
async function change(reply: FastifyReply, make: () => Made | Promise<Made>): Promise<FastifyReply> {
  let made: Made;
  try {
    made = await make();
  } catch (error) {
    if (!(error instanceof BadSwitch || error instanceof Refused)) throw error;
    made = error.message;
  }
  if (typeof made === 'string') return reply.code(400).send({ ok: false, problem: made });
  return reply.send({ ok: true, ...made });
}

/** The body with exactly the keys that are expected. @throws BadSwitch */
function checkedInput(request: FastifyRequest, expectations: Record<string, Expectation>): Input {
  const absent = Object.fromEntries(Object.keys(expectations).map((key) => [key, undefined]));
  const input = { ...absent, ...inputOf(request) };
  const problem = problemIn(input, expectations);
  if (problem !== undefined) throw new BadSwitch(problem);
  return input;
}

/** The body as a JSON object. @throws BadSwitch */
function inputOf(request: FastifyRequest): Input {
  let input: unknown;
  try {
    input = JSON.parse(bodyOf(request));
  } catch {
    throw new BadSwitch('body: expected a JSON object');
  }
  if (typeof input === 'object' && input !== null && !Array.isArray(input)) return input as Input;
  throw new BadSwitch('body: expected a JSON object');
}

/**
 * Keeps web pages off the switches: one that made its own name point to this machine is known by the name that it
 * calls, and `application/json` none can send to a server that does not invite it. The vendor's paths have their token.
 */
export async function guardSwitches(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  if (!pathOf(request).startsWith('/_control/')) return;
  if (!isThisMachine(request.headers.host ?? '')) {
    await reply.code(403).send({
      ok: false,
      problem: 'Host: expected localhost, 127.0.0.1 or [::1]; call the switches by one of them',
    });
  } else if (request.method === 'POST' && mediaTypeOf(request) !== 'application/json') {
    await reply.code(415).send({ ok: false, problem: 'Content-Type: expected application/json' });
  }
}

function isThisMachine(host: string): boolean {
  return /^(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])(:\d{1,5})?$/i.test(host);
}
