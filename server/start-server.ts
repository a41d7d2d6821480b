import type { FastifyInstance } from 'fastify';
import { setTimeout as delay } from 'node:timers/promises';
import { isLoopback } from '../config/loopback';
import { createApp, type AppParts } from './app';
import type { ErrorCode } from '../domain/error-catalogue';

/** The server cannot start; the message says what was expected, what came and what to do. */
export class ServerStartError extends Error {
  override readonly name = 'ServerStartError';

  constructor(
    readonly code: ErrorCode,
    message: string,
  ) {
    super(message);
  }
}

export interface ServerOptions extends AppParts {
  host: string;
  /** 0 for any free one. */
  port: number;
}

export interface RunningServer {
  url: string;
  /**
   * Takes no new connection, lets requests that have begun finish, for 25 s at most, and ends.
   */
  close(): Promise<void>;
}

/** How long requests that have begun may take when the server stops, in ms. */
const GRACE_MS = 25_000;

/**
 * Starts the HTTP server. Temporal and the ledger may be away: what needs them is answered with 503 until they are
 * back.
 *
 * @throws ServerStartError
 */
export async function startServer({ host, port, ...parts }: ServerOptions): Promise<RunningServer> {
  const { tokens, signIn, publicUrl } = parts;
  wantTokens(tokens.length + signIn.people.length, { host, publicUrl });
  const app = createApp(parts);
  const requests = countRequests(app);
  try {
    // Of `localhost` Fastify makes two servers.
    const url = await app.listen({ host: host.toLowerCase() === 'localhost' ? '127.0.0.1' : host, port });
    return { url, close: () => close(app, requests) };
  } catch (error) {
    await app.close();
    const { code, message } = error as NodeJS.ErrnoException;
    throw new ServerStartError(
      'AddressNotUsable',
      `The server cannot listen on ${host}:${port} (${code ?? message}). Set WONCE_HOST and WONCE_PORT to an address that is free.`,
    );
  }
}

/** Whoever reaches an API without tokens can buy. */
function wantTokens(tokens: number, { host, publicUrl }: { host: string; publicUrl: string }): void {
  if (tokens > 0) return;
  const [name, value] = isLoopback(host) ? ['WONCE_PUBLIC_URL', publicUrl] : ['WONCE_HOST', host];
  if (isLoopback(host) && isLoopback(new URL(publicUrl).hostname)) return;
  throw new ServerStartError(
    'ApiTokensMissing',
    `${name} is ${value}, which others reach, and there is no WONCE_API_TOKENS and no WONCE_PEOPLE: whoever reaches it could buy. ` +
      `Set tokens, or ${name} to an address of this machine.`,
  );
}

interface RequestCount {
  underWay: number;
}

function countRequests(app: FastifyInstance): RequestCount {
  const count = { underWay: 0 };
  app.server.on('request', (_request, response) => {
    count.underWay += 1;
    response.once('close', () => (count.underWay -= 1));
  });
  return count;
}

async function close(app: FastifyInstance, requests: RequestCount): Promise<void> {
  const closed = app.close();
  const deadline = Date.now() + GRACE_MS;
  while (requests.underWay > 0 && Date.now() < deadline) await delay(20);
  // Connections on which nothing was asked, or not wholly, would be waited for.
  app.server.closeAllConnections();
  await closed;
}
