import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { until } from './until';

/** A message as a receiver got it. */
export interface ReceivedNotice {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
  at: number;
}

interface SignedMessage {
  type: string;
  timestamp: string;
  data: Record<string, unknown>;
}

/** What is answered instead of 200: a status with headers, or nothing. */
type Answer = 'hang' | { status: number; headers?: Record<string, string> };

/** A receiver of notices, for tests: it keeps what came, and answers as it was told. */
export class NoticeReceiver {
  readonly received: ReceivedNotice[] = [];
  private readonly answers = new Map<string, Answer[]>();
  private readonly hanging: ServerResponse[] = [];

  private constructor(
    private readonly server: Server,
    private readonly secret: string,
  ) {}

  static async start(secret: string): Promise<NoticeReceiver> {
    const server = createServer();
    const receiver = new NoticeReceiver(server, secret);
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => receiver.take(request.url!, request.headers, Buffer.concat(chunks), response));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Answers messages at a path about something so, one after the other, and then with 200. */
  answer(path: string, about: string, ...answers: Answer[]): void {
    this.answers.set(`${path} ${about}`, answers);
  }

  /** What came at a path about something, in its order. */
  at(path: string, about: string): ReceivedNotice[] {
    return this.received.filter((one) => one.path === path && one.body.includes(about));
  }

  /** Waits until so many have come. */
  got(path: string, about: string, count: number): Promise<ReceivedNotice[]> {
    return until(`${count} notices of ${about} at ${path}`, () => {
      const found = this.at(path, about);
      return found.length >= count && found;
    });
  }

  /** A message, once its signature is verified. @throws WebhookVerificationError */
  verified({ body, headers }: ReceivedNotice): SignedMessage {
    return new Webhook(this.secret).verify(body, headers as Record<string, string>) as SignedMessage;
  }

  /** Ends the connections of those that wait for an answer. */
  hangUp(): void {
    this.hanging.forEach((response) => response.destroy());
  }

  async stop(): Promise<void> {
    this.hangUp();
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private take(path: string, headers: IncomingHttpHeaders, bytes: Buffer, response: ServerResponse): void {
    const body = bytes.toString();
    this.received.push({ path, headers, body, at: Date.now() });
    const told = [...this.answers].find(([key]) => {
      const [of, about] = key.split(' ');
      return of === path && body.includes(about!);
    });
    const answer = told?.[1].shift() ?? { status: 200 };
    if (answer === 'hang') this.hanging.push(response);
    else response.writeHead(answer.status, answer.headers).end();
  }
}
