import type { FastifyInstance } from 'fastify';
import { webhookAddress } from './access';
import { FAULT_KINDS, type Fault, type Faults } from './faults';
import { jsonOf, Refused, type FakeCrm } from './fake-crm';
import type { Records } from './records';
import type { Deliveries } from './sender';

/** One fake CRM with what it holds and does. */
export interface RunningFakeCrm {
  crm: FakeCrm;
  records: Records;
  faults: Faults;
  deliveries: Deliveries;
  /** The calls its API got, oldest first. */
  requests: { method: string; url: string; at: number }[];
}

interface RecordPath {
  kind: string;
  id: string;
}

/** The switches of one fake CRM: its records, faults, deliveries, and the calls that it got. */
export function addControlRoutes(
  app: FastifyInstance,
  { crm, records, faults, deliveries, requests }: RunningFakeCrm,
): void {
  const base = `/_control/${crm.name}`;
  app.put<{ Params: RecordPath }>(`${base}/records/:kind/:id`, (request) => {
    const { kind, id } = request.params;
    records.put(kind, id, jsonOf(request) ?? wrong('a record, as a JSON object'));
    return { kind, id };
  });
  app.delete<{ Params: RecordPath }>(`${base}/records/:kind/:id`, (request) => ({
    wasThere: records.remove(request.params.kind, request.params.id),
  }));
  app.get<{ Params: { kind: string } }>(`${base}/records/:kind`, (request) =>
    records.all(request.params.kind),
  );
  app.post(`${base}/faults`, (request) => {
    const fault = jsonOf(request) as Partial<Fault> | undefined;
    const kind =
      FAULT_KINDS.find((known) => known === fault?.kind) ?? wrong(`kind: one of ${FAULT_KINDS.join(', ')}`);
    faults.add({ times: 1, retryAfterSeconds: 1, ms: 1_000, ...fault, kind });
    return {};
  });
  app.delete(`${base}/faults`, () => {
    faults.clear();
    return {};
  });
  app.post(`${base}/deliveries`, (request, reply) => {
    const { to, timeScale, ...input } = jsonOf(request) ?? wrong('a JSON object');
    const address = webhookAddress(to);
    if (address === undefined) return wrong('to: an address of this machine below /webhooks/');
    const { sender } = crm;
    const scale = typeof timeScale === 'number' ? timeScale : 1;
    const message = read(() => sender.message(input, to as string));
    const rules = typeof sender.rules === 'function' ? sender.rules(input) : sender.rules;
    return reply.code(202).send(deliveries.start(address, rules, message, scale));
  });
  app.get(`${base}/deliveries`, () => deliveries.all);
  app.get(`${base}/requests`, () => requests);
}

function read<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    return wrong((error as Error).message);
  }
}

function wrong(expected: string): never {
  throw new Refused(400, { message: `Expected ${expected}.` });
}
