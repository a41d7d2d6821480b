import type { Environment } from '../config/check';
import { harmlessMessages, type HarmlessMessage } from '../crm/harmless-message';
import { unreadable } from './crm';
import { asExpected, notChecked, notHandled, type Finding, type Row } from './row';
import { checkTls } from './tls';

const DEADLINE_MS = 10_000;

/** Behind one address several servers may take turns. */
const TRIES = 8;

/** Where the server is: as senders reach it, and on this machine. */
export interface ServerAddresses {
  /** WONCE_PUBLIC_URL; undefined where it is not set. */
  publicUrl: string | undefined;
  localUrl: string;
}

/** Whether the public address leads to this server, and whether it takes what is signed as configured, and nothing else. */
export async function checkWebhooks(
  { publicUrl, localUrl }: ServerAddresses,
  env: Environment,
): Promise<Row[]> {
  const url = publicUrl ?? localUrl;
  const local = await idAt(localUrl);
  const reached = publicUrl === undefined ? local : await idAt(url);
  const rows = [
    row('server', serverFinding(local, publicUrl)),
    row('TLS', await tlsOf(publicUrl)),
    row('public address', await publicFinding(publicUrl, reached, local)),
  ];
  if (typeof reached !== 'string') return [...rows, row('signatures', notChecked('no server is reached'))];
  return [...rows, ...(await signatureRows(url, env))];
}

/** Of a server that answers; else why none does, as an error. */
type Reached = { failure: string } | string;

async function idAt(url: string): Promise<Reached> {
  const answer = await send(`${url}/healthz`, { method: 'GET' });
  if ('failure' in answer) return answer;
  const { status, id } = aliveIn(answer.text);
  if (status !== 'alive') return { failure: `HTTP ${answer.status}, not the answer of a Wonce server` };
  return typeof id === 'string' ? id : { failure: 'a Wonce server of an older version' };
}

function aliveIn(text: string): { status?: unknown; id?: unknown } {
  try {
    const alive: unknown = JSON.parse(text);
    return typeof alive === 'object' && alive !== null ? alive : {};
  } catch {
    return {};
  }
}

function serverFinding(local: Reached, publicUrl: string | undefined): Finding {
  if (typeof local === 'string') return asExpected('answers on this machine');
  const seen = `none answers at WONCE_HOST and WONCE_PORT of this machine (${local.failure})`;
  const next = 'Start it: wonce server, or npm start. Where it runs on another machine, run this there too.';
  return notChecked(seen, publicUrl === undefined ? `${next} Without deals and HTTP, none is needed.` : next);
}

async function tlsOf(publicUrl: string | undefined): Promise<Finding> {
  return publicUrl === undefined ? notChecked('WONCE_PUBLIC_URL is not set') : checkTls(publicUrl);
}

async function publicFinding(
  publicUrl: string | undefined,
  reached: Reached,
  local: Reached,
): Promise<Finding> {
  if (publicUrl === undefined) return notChecked('WONCE_PUBLIC_URL is not set');
  if (typeof reached !== 'string') {
    return notHandled(
      `it does not lead to the server (${reached.failure})`,
      'Check WONCE_PUBLIC_URL, the proxy in between and its name in DNS. A network may also not reach its own public address from inside: then try it from outside.',
    );
  }
  if (typeof local !== 'string')
    return notChecked('it leads to a Wonce server; no server on this machine to compare it with');
  if (await isReachedAgain(publicUrl, reached, local)) return asExpected('it leads to this server');
  return notHandled(
    'it leads to another server than that of this machine',
    'Let the proxy lead here; or, if several servers share the address, it is as it should be.',
  );
}

async function isReachedAgain(publicUrl: string, first: string, local: string): Promise<boolean> {
  if (first === local) return true;
  for (let tries = 1; tries < TRIES; tries += 1) if ((await idAt(publicUrl)) === local) return true;
  return false;
}

async function signatureRows(publicUrl: string, env: Environment): Promise<Row[]> {
  const { WONCE_DEALS_FILE: dealsFile } = env;
  if (!dealsFile)
    return [row('signatures', notChecked('WONCE_DEALS_FILE is not set: no messages are taken'))];
  let messages: ReadonlyMap<string, HarmlessMessage>;
  try {
    messages = harmlessMessages({ dealsFile, publicUrl }, env);
  } catch (error) {
    return [row('signatures', unreadable(error))];
  }
  const rows: Row[] = [];
  for (const [name, message] of messages) {
    const address = `${publicUrl}/webhooks/${name}`;
    rows.push(row(`${name}: wrong signature`, await wrongFinding(address)));
    rows.push(row(`${name}: right signature`, await rightFinding(address, message)));
  }
  return rows;
}

async function wrongFinding(address: string): Promise<Finding> {
  const answer = await post(address, { headers: { 'content-type': 'application/json' }, body: '[]' });
  if ('failure' in answer)
    return notHandled(`no answer (${answer.failure})`, 'See that the proxy lets /webhooks/ through.');
  if (answer.status === 401) return asExpected('turned down (401)');
  const seen = `HTTP ${answer.status}`;
  if (answer.status === 404) {
    return notHandled(
      seen,
      'The server has another deals.yaml, or the proxy does not let /webhooks/ through.',
    );
  }
  if (answer.status >= 200 && answer.status < 300) {
    return notHandled(
      seen,
      'Something takes messages of anybody: it is no Wonce server. See where the address leads.',
    );
  }
  return notHandled(seen, "See the server's log, and what stands between.");
}

async function rightFinding(address: string, message: HarmlessMessage): Promise<Finding> {
  const answer = await post(address, message);
  if ('failure' in answer)
    return notHandled(`no answer (${answer.failure})`, 'See that the proxy lets /webhooks/ through.');
  if (answer.status === 200) return asExpected('a message that says nothing is taken');
  if (answer.status === 401) {
    return notHandled(
      'turned down (401)',
      'The server has another secret or another WONCE_PUBLIC_URL than this command, or its clock is off; or a proxy changes what it passes on.',
    );
  }
  return notHandled(`HTTP ${answer.status}`, "See the server's log, and what stands between.");
}

function post(address: string, { headers, body }: HarmlessMessage) {
  return send(address, { method: 'POST', headers, body });
}

async function send(
  url: string,
  request: RequestInit,
): Promise<{ status: number; text: string } | { failure: string }> {
  try {
    const signal = AbortSignal.timeout(DEADLINE_MS);
    const response = await fetch(url, { ...request, redirect: 'manual', signal });
    return { status: response.status, text: await response.text() };
  } catch (error) {
    const { name, cause } = error as Error & { cause?: { code?: string } };
    return { failure: cause?.code ?? name };
  }
}

function row(what: string, finding: Finding): Row {
  return { subject: 'webhooks', what, ...finding };
}
