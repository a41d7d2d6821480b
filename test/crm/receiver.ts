import http from 'node:http';
import type { AddressInfo } from 'node:net';

/** A call that a receiver got. */
export interface Received {
  headers: Record<string, string | undefined>;
  body: Buffer;
}

/** A small real HTTP server that notes every call and answers it as it is told. */
export class Receiver {
  readonly calls: Received[] = [];

  private constructor(
    readonly url: string,
    private readonly server: http.Server,
  ) {}

  /** @param answer what the n-th call gets, counted from 1 */
  static async start(
    answer: (call: number) => { status: number; headers?: Record<string, string>; body?: string },
  ): Promise<Receiver> {
    const server = http.createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const receiver = new Receiver(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, server);
    server.on('request', (request: http.IncomingMessage, response: http.ServerResponse) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const headers = request.headers as Received['headers'];
        receiver.calls.push({ headers, body: Buffer.concat(chunks) });
        const { status, headers: sent = {}, body = '' } = answer(receiver.calls.length);
        response.writeHead(status, sent).end(body);
      });
    });
    return receiver;
  }

  /** Where the fakes deliver to. */
  get webhook(): string {
    return `${this.url}/webhooks/crm`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
