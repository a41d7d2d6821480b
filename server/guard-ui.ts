import { once } from 'node:events';
import { createServer, request as call, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isLoopback } from '../config/loopback';

/** Temporal's UI behind its guard. */
export interface GuardedUi {
  url: string;
  close(): Promise<void>;
}

/**
 * Stands in front of Temporal's UI. That answers whatever name it is called by, so that a web page which makes its own
 * name point to this machine could start purchases. The guard passes on only what calls this machine by name, and changes
 * nothing of it.
 *
 * @param ui its address
 * @throws Node's error when it cannot listen
 */
export async function guardUi(ui: URL, { host, port }: { host: string; port: number }): Promise<GuardedUi> {
  const server = createServer((request, response) => {
    const refusal = refusalOf(request);
    if (refusal !== undefined) return refuse(response, 403, refusal);
    try {
      pass(request, response, ui);
    } catch {
      // Node takes some paths and headers that it does not send.
      refuse(response, 400, 'The Temporal UI cannot be asked so.');
    }
  });
  server.listen(port, host);
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Why a request is not passed on. */
function refusalOf({ method = '', headers: { host = '', origin } }: IncomingMessage): string | undefined {
  if (!isLoopback(host)) return 'The Temporal UI answers only to localhost, 127.0.0.1 and [::1].';
  if (['GET', 'HEAD'].includes(method) || origin === undefined || origin === `http://${host}`)
    return undefined;
  return 'The Temporal UI takes changes only from its own pages.';
}

function refuse(response: ServerResponse, status: number, why: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${why}\n`);
}

function pass(request: IncomingMessage, response: ServerResponse, ui: URL): void {
  const { method, url, headers } = request;
  const passed = call({ host: ui.hostname, port: ui.port, method, path: url, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
    answer.on('error', () => response.destroy());
  });
  passed.on('error', () => {
    if (response.headersSent) response.destroy();
    else response.writeHead(502, { 'content-type': 'text/plain' }).end('The Temporal UI does not answer.\n');
  });
  response.on('close', () => passed.destroy());
  request.pipe(passed);
}
