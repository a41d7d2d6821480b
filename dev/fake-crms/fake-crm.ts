import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isRecord, type CrmRecord, type Records } from './records';
import type { Outgoing, SenderRules } from './sender';

/** A call of a fake CRM's API is wrong: it is answered as that CRM would. */
export class Refused extends Error {
  override readonly name = 'Refused';

  constructor(
    readonly status: number,
    readonly body: unknown,
    readonly headers: Record<string, string> = {},
  ) {
    super(`refused with ${status}`);
  }
}

/** The fake of one CRM: its API that deals are read back from, and its sender. */
export interface FakeCrm {
  /** As in /_control/{name}/…. */
  name: string;
  /** The beginnings of its API's paths: by them a call is known as its own. */
  paths: readonly string[];
  /** Adds the API, strict about what the CRM documents. Bodies come as text; a wrong call throws Refused. */
  addApi(app: FastifyInstance, records: Records): void;
  /** How it answers 401, 429 and 500. */
  trouble(kind: 'unauthorised' | 'rate-limit' | 'server-error'): CrmRecord | readonly CrmRecord[];
  /** In which header its 429 says how many seconds to wait. */
  waitHeader: 'retry-after' | 'x-ratelimit-reset';
  sender: {
    /** A function, where they depend on what is sent. */
    rules: SenderRules | ((input: CrmRecord) => SenderRules);
    /**
     * A message from what `POST /_control/{name}/deliveries` was given, beside `to` and `timeScale`.
     *
     * @throws Error that says what is wrong with the input
     */
    message(input: CrmRecord, to: string): (attempt: number, now: Date) => Outgoing;
  };
}

/** A call's body as it came. */
export function bodyOf(request: FastifyRequest): string {
  return typeof request.body === 'string' ? request.body : '';
}

/** The JSON object in a call's body; undefined when it is none. */
export function jsonOf(request: FastifyRequest): CrmRecord | undefined {
  try {
    const value: unknown = JSON.parse(bodyOf(request));
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
