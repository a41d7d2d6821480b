import pino from 'pino';
import { connectServerClient } from '../../client/connect';
import { startServer } from '../../server/start-server';
import type { OpenIdSettings } from '../../config/server-settings';
import { present } from '../../domain/optional';
import type { ListeningSource } from '../../crm/deal-receiver';
import { plainTarget } from '../../config/temporal-connection';
import type { TestStack } from '../support/stack';
import { expectAsInContract, type Answer } from './contract';
import { USUAL_PAGE } from './usual-page';

interface Call {
  headers?: Record<string, string>;
  body?: string | Uint8Array | object;
}

/** A server over real HTTP; every answer is held against its contract. */
export interface ServerForTests {
  url: string;
  call(method: string, path: string, call?: Call): Promise<Answer>;
  /** All that it has logged. */
  log(): string;
  close(): Promise<void>;
}

export async function serve(
  stack: TestStack,
  options: {
    tokens?: string[];
    accounts?: Record<string, ListeningSource>;
    temporalAddress?: string;
    databaseUrl?: string;
    openId?: OpenIdSettings;
    trustProxy?: string[];
  } = {},
): Promise<ServerForTests> {
  let logged = '';
  const log = pino({ level: 'debug' }, { write: (line: string) => void (logged += line) });
  const { temporalAddress = stack.temporalAddress, databaseUrl = stack.databaseUrl } = options;
  const { client, inbox } = connectServerClient(plainTarget(temporalAddress, 'default'), {
    taskQueue: stack.taskQueue,
    databaseUrl,
  });
  const server = await startServer({
    host: '127.0.0.1',
    port: 0,
    ...USUAL_PAGE,
    signIn: { ...USUAL_PAGE.signIn, ...present({ openId: options.openId }) },
    ...present({ trustProxy: options.trustProxy }),
    tokens: options.tokens ?? [],
    client,
    inbox,
    accounts: new Map(Object.entries(options.accounts ?? {})),
    log,
  });
  const { url } = server;
  return {
    url,
    call: (method, path, call) => callAt(url, method, path, call),
    log: () => logged,
    async close() {
      await server.close();
      await client.close();
    },
  };
}

/** An object is sent as JSON; text and bytes as they are, and as JSON unless the headers say otherwise. */
export async function callAt(
  url: string,
  method: string,
  path: string,
  { headers = {}, body }: Call = {},
): Promise<Answer> {
  const isRaw = body === undefined || typeof body === 'string' || body instanceof Uint8Array;
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: (isRaw ? body : JSON.stringify(body)) as string }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') === true;
  const json = (isJson ? JSON.parse(text) : {}) as Record<string, unknown>;
  const answer = { status: response.status, headers: response.headers, text, json };
  expectAsInContract(method, path, answer);
  return answer;
}
