import http from 'node:http';
import { PortalClient } from '../../portal/portal-client';
import { listening, portOf, success } from '../portal/vendor';

const TOKEN_PATH = '/auth/openapi/v1/oauth/token';
const TOKEN = success(
  '{"token":"any-token","tokenHead":"Bearer ","expiresIn":"1800","refreshToken":"r"}',
).body;

interface Answering {
  status: number;
  body: Buffer;
  /** Whether a token is answered so, too. */
  alsoToken: boolean;
}

/** Answers whatever it is told to in the vendor's place, to every call. */
export class AnyVendor {
  private answer: Answering | undefined;
  private calls = 0;

  private constructor(private readonly server: http.Server) {}

  static async start(): Promise<AnyVendor> {
    const server = http.createServer();
    const vendor = new AnyVendor(server);
    server.on('request', (request: http.IncomingMessage, response: http.ServerResponse) => {
      request.resume();
      vendor.calls += 1;
      const { status, body, alsoToken } = vendor.answer!;
      const isToken = request.url === TOKEN_PATH && !alsoToken;
      response.writeHead(isToken ? 200 : status, { 'content-type': 'application/json' });
      response.end(isToken ? TOKEN : body);
    });
    await listening(server);
    return vendor;
  }

  /** Lets a client read what is answered so. @returns how often it called; rejects as the client does */
  async answering(answer: Answering, read: (client: PortalClient) => Promise<unknown>): Promise<number> {
    this.answer = answer;
    this.calls = 0;
    const url = `http://127.0.0.1:${portOf(this.server)}`;
    const client = new PortalClient({ url, clientId: 'any', clientSecret: 'planted-secret' });
    try {
      await read(client);
    } finally {
      client.close();
    }
    return this.calls;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
