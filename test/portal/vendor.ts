import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { PortalClient, type PortalSettings } from '../../portal/portal-client';

export const CLIENT_ID = 'client-0123456789abcdef';
/** With characters that a form and a URL escape, each in its own way. */
export const CLIENT_SECRET = 'planted/secret+of=the client';
export const TOKEN_PATH = '/auth/openapi/v1/oauth/token';
export const ORDER_PATH = '/order/openapi/order/v1/save';
export const PRODUCTS_PATH = '/product/openapi/instance_product/v1/client/instance_product_list';
export const PARTNERS_PATH = '/user/openapi/user/v1/client/partner_list';
export const CONTACTS_PATH = '/user/openapi/user/v1/client/billing_contact_list';
export const CATALOGUE_PATH = '/pricing/openapi/purchase/v1/purchase_product_info';

export interface Seen {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: http.IncomingHttpHeaders;
  body: Buffer;
}

export interface Reply {
  status?: number;
  headers?: http.OutgoingHttpHeaders;
  body?: string | Buffer;
}

/** Everything of a list is looked for. */
export const ALL = { matches: () => true, byId: false };

/** What a test makes of a call: a reply, or the bare response to do worse with. */
export type Handler = (
  seen: Seen,
  response: http.ServerResponse,
) => Reply | undefined | Promise<Reply | undefined>;

/** The vendor's success envelope around a `result` written as JSON text, so that no number is rounded on the way. */
export function success(result: string): Reply {
  return {
    body: `{"code":"success","detailMessage":"","requestId":"7249dc2422a5b3192c06b00fa77d31a2","result":${result},"status":200}`,
  };
}

export function failure(code: string, status: number, detailMessage = 'no'): Reply {
  const requestId = '7249dc2422a5b3192c06b00fa77d31a2';
  return { body: JSON.stringify({ code, detailMessage, requestId, result: {}, status }) };
}

/** A small strict server in the vendor's place: it knows the token call, and what a test teaches it. */
export class Vendor {
  readonly seen: Seen[] = [];
  /** Every token that was given. */
  readonly tokens: string[] = [];
  expiresIn = '1800';
  tokenHead = 'Bearer ';
  private readonly handlers = new Map<string, Handler>();
  private readonly clients: PortalClient[] = [];

  private constructor(
    private readonly server: http.Server,
    readonly url: string,
  ) {}

  static async start(): Promise<Vendor> {
    const server = http.createServer();
    await listening(server);
    const vendor = new Vendor(server, `http://127.0.0.1:${portOf(server)}`);
    server.on('request', (request, response) => void vendor.serve(request, response));
    vendor.on(TOKEN_PATH, (seen) => vendor.giveToken(seen));
    return vendor;
  }

  on(path: string, handler: Handler): void {
    this.handlers.set(path, handler);
  }

  client(settings: Partial<PortalSettings> = {}): PortalClient {
    const { url } = this;
    const client = new PortalClient({
      url,
      clientId: CLIENT_ID,
      clientSecret: CLIENT_SECRET,
      ...settings,
    });
    this.clients.push(client);
    return client;
  }

  callsOf(path: string): Seen[] {
    return this.seen.filter((seen) => seen.path === path);
  }

  async stop(): Promise<void> {
    this.clients.forEach((client) => client.close());
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** The good answer to a token request; a wrong request is refused. */
  giveToken(seen: Seen): Reply {
    const form = new URLSearchParams(seen.body.toString());
    const isRight =
      form.get('grant_type') === 'pp_credentials' &&
      form.get('client_id') === CLIENT_ID &&
      form.get('client_secret') === CLIENT_SECRET &&
      seen.headers['content-type'] === 'application/x-www-form-urlencoded';
    if (!isRight) return failure('invalid_client', 401);
    const token = `planted-token-${this.tokens.length + 1}-f3a9`;
    this.tokens.push(token);
    return success(
      JSON.stringify({ token, tokenHead: this.tokenHead, expiresIn: this.expiresIn, refreshToken: 'r' }),
    );
  }

  private async serve(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      return;
    }
    const url = new URL(request.url ?? '/', this.url);
    const { method = '', headers } = request;
    const seen = {
      method,
      path: url.pathname,
      query: url.searchParams,
      headers,
      body: Buffer.concat(chunks),
    };
    this.seen.push(seen);
    const reply = await this.replyTo(seen, response);
    if (reply === undefined) return;
    const length = Buffer.byteLength(reply.body ?? '');
    response.writeHead(reply.status ?? 200, {
      'Content-Type': 'application/json',
      'Content-Length': length,
      ...reply.headers,
    });
    response.end(reply.body);
  }

  private replyTo(seen: Seen, response: http.ServerResponse): ReturnType<Handler> {
    if (seen.headers['user-agent'] !== 'OpenAPI') return failure('user_agent_missing', 400);
    const isKnown = this.tokens.some((token) => seen.headers.authorization === `Bearer ${token}`);
    if (seen.path !== TOKEN_PATH && !isKnown) return { ...failure('unauthorized', 401), status: 401 };
    const handler = this.handlers.get(seen.path);
    return handler === undefined ? { ...failure('not_found', 404), status: 404 } : handler(seen, response);
  }
}

export function portOf(server: { address(): AddressInfo | string | null }): number {
  return (server.address() as AddressInfo).port;
}

export function listening(server: { listen(port: number, host: string, done: () => void): unknown }) {
  return new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
}

/** What a promise is rejected with; a promise that is kept fails the test. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (value) => {
      throw new Error(`Expected a rejection, came ${JSON.stringify(value)}`);
    },
    (error: unknown) => error,
  );
}
