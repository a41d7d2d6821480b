import type { Tracer } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { detectResourcesSync, envDetectorSync, Resource } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  NodeTracerProvider,
  type ReadableSpan,
  type SpanExporter,
} from '@opentelemetry/sdk-trace-node';
import { VERSION } from '../config/version';

/** The traces of a process. */
export interface Tracing {
  tracer: Tracer;
  /** Sends what was not sent yet, for a few seconds at most. Never rejects. */
  close: () => Promise<void>;
}

/** How long the last spans may take when a process ends, in ms. */
const LAST_MS = 3_000;

/**
 * Begins to send spans to where OpenTelemetry's own variables say, in the background: those that nobody takes are dropped, and
 * nothing waits for them.
 *
 * @param service its name, where OTEL_SERVICE_NAME has no other
 */
export function startTracing(service: string): Tracing {
  const named = new Resource({ 'service.name': service, 'service.version': VERSION });
  const provider = new NodeTracerProvider({
    resource: named.merge(detectResourcesSync({ detectors: [envDetectorSync] })),
    spanProcessors: [new BatchSpanProcessor(new WithoutWords(new OTLPTraceExporter()))],
  });
  // Across what is awaited, and from process to process in the headers of Temporal.
  provider.register();
  return {
    tracer: provider.getTracer('wonce', VERSION),
    async close() {
      const shutDown = provider.shutdown().catch(() => undefined);
      await Promise.race([shutDown, new Promise((resolve) => setTimeout(resolve, LAST_MS).unref())]);
    },
  };
}

/** What errors say may name people: of a failed span it is told that it failed, and no more. */
class WithoutWords implements SpanExporter {
  constructor(private readonly exporter: SpanExporter) {}

  export(spans: ReadableSpan[], done: Parameters<SpanExporter['export']>[1]): void {
    const status = ({ status: { code } }: ReadableSpan) => ({ value: { code } });
    const bare = spans.map(
      (span) => Object.create(span, { events: { value: [] }, status: status(span) }) as ReadableSpan,
    );
    this.exporter.export(bare, done);
  }

  shutdown(): Promise<void> {
    return this.exporter.shutdown();
  }
}
