import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { until } from './until';

/** A span as OTLP has it in JSON. */
export interface ReceivedSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  attributes: { key: string; value: Record<string, unknown> }[];
  status: { code?: number; message?: string };
  events: unknown[];
}

interface Sent {
  resourceSpans: { scopeSpans: { spans: ReceivedSpan[] }[] }[];
}

/** A collector of OpenTelemetry: takes spans over HTTP. */
export class TraceReceiver {
  readonly spans: ReceivedSpan[] = [];
  /** All that came, as text. */
  received = '';

  private constructor(
    readonly url: string,
    readonly stop: () => Promise<void>,
  ) {}

  static async start(): Promise<TraceReceiver> {
    const server = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (text: string) => (body += text));
      request.on('end', () => {
        if (request.url === '/v1/traces') receiver.take(body);
        response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const receiver = new TraceReceiver(`http://127.0.0.1:${port}`, async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    });
    return receiver;
  }

  /** Settings of a process that sends its spans here, soon. */
  get env(): Record<string, string> {
    return { OTEL_EXPORTER_OTLP_ENDPOINT: this.url, OTEL_BSP_SCHEDULE_DELAY: '100' };
  }

  /** Waits for a span of a name, of a trace where one is named. */
  span(name: string, traceId?: string): Promise<ReceivedSpan> {
    return until(`the span ${name}`, () =>
      this.spans.find((span) => span.name === name && (traceId ?? span.traceId) === span.traceId),
    );
  }

  private take(body: string): void {
    this.received += body;
    const { resourceSpans } = JSON.parse(body) as Sent;
    this.spans.push(...resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)));
  }
}
