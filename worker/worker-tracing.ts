import { SpanKind, SpanStatusCode, type Tracer } from '@opentelemetry/api';
import { OpenTelemetryActivityInboundInterceptor } from '@temporalio/interceptors-opentelemetry/lib/worker';
import type { WorkerInterceptors } from '@temporalio/worker';
import type { VendorCall, VendorCallObserver } from '../domain/vendor-call';
import { startTracing } from '../telemetry/tracing';

/** The traces of a worker. */
export interface WorkerTracing {
  interceptors: WorkerInterceptors;
  observeCall: VendorCallObserver;
  close: () => Promise<void>;
}

/**
 * Begins to trace: a span for each activity, in the trace that its run was started in, and one for each call of the vendor, in
 * that of its activity. Nothing of it is sent to the vendor.
 */
export function traceWorker(): WorkerTracing {
  const { tracer, close } = startTracing('wonce-worker');
  return {
    interceptors: {
      activity: [
        (context) => ({ inbound: new OpenTelemetryActivityInboundInterceptor(context, { tracer }) }),
      ],
    },
    observeCall: (call) => addSpan(tracer, call),
    close,
  };
}

function addSpan(tracer: Tracer, { endpoint, outcome, seconds }: VendorCall): void {
  const end = Date.now();
  const span = tracer.startSpan(`vendor ${endpoint}`, {
    kind: SpanKind.CLIENT,
    startTime: end - seconds * 1000,
    attributes: { 'wonce.endpoint': endpoint, 'wonce.outcome': outcome },
  });
  if (outcome !== 'success') span.setStatus({ code: SpanStatusCode.ERROR });
  span.end(end);
}
