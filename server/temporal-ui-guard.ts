import { createServer, request as call, type IncomingMessage, type ServerResponse } from 'node:http';
import { isLoopback } from '../config/loopback';
import { stopOnSignal } from '../config/process-life';

/**
 * Stands in front of Temporal's UI (UI_GUARD_FOR, its address) and listens on UI_GUARD_HOST and UI_GUARD_PORT. The UI
 * answers whatever name it is called by, so that a web page which makes its own name point to this machine could start
 * purchases. The guard passes on only what calls this machine by name, and changes nothing of it.
 */
function main(): void {
  const { UI_GUARD_FOR: ui, UI_GUARD_HOST: host = '127.0.0.1', UI_GUARD_PORT: port = '0' } = process.env;
  if (ui === undefined) throw new Error('UI_GUARD_FOR is not set: expected the address of the Temporal UI.');
  const server = createServer((request, response) => {
    const refusal = refusalOf(request);
    if (refusal === undefined) return pass(request, response, new URL(ui));
    response.writeHead(403, { 'content-type': 'text/plain; charset=utf-8' }).end(`${refusal}\n`);
  });
  server.on('error', (error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  });
  server.listen(Number(port), host, () => {
    const address = server.address();
    const listening = typeof address === 'object' && address !== null ? address.port : port;
    process.stdout.write(`ui-guard listening on http://127.0.0.1:${listening}\n`);
  });
  stopOnSignal(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
}

/** Why a request is not passed on. */
function refusalOf({ method = '', headers: { host = '', origin } }: IncomingMessage): string | undefined {
  if (!isLoopback(host)) return 'The Temporal UI answers only to localhost, 127.0.0.1 and [::1].';
  if (['GET', 'HEAD'].includes(method) || origin === undefined || origin === `http://${host}`)
    return undefined;
  return 'The Temporal UI takes changes only from its own pages.';
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

main();
