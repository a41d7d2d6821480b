import { context, SpanKind, SpanStatusCode, trace, type Span, type Tracer } from '@opentelemetry/api';
import type { ClientInterceptors, WorkflowClientInterceptor } from '@temporalio/client';
import { OpenTelemetryWorkflowClientInterceptor } from '@temporalio/interceptors-opentelemetry/lib/client';
import type { FastifyInstance } from 'fastify';
import { startTracing } from '../telemetry/tracing';

declare module 'fastify' {
  interface FastifyRequest {
    span?: Span;
  }
}

/** The traces of a server. */
export interface ServerTracing {
  interceptors: ClientInterceptors;
  traceCallsTo: (app: FastifyInstance) => void;
  close: () => Promise<void>;
}

/** Begins to trace: a span for each call that may begin something, and one for each run that it starts or decision that it sends. */
export function traceServer(): ServerTracing {
  const { tracer, close } = startTracing('wonce-server');
  return {
    interceptors: { workflow: [tracedStarts(tracer)] },
    traceCallsTo: (app) => traceCallsTo(app, tracer),
    close,
  };
}

/** Spans for what begins a run or changes it; not for the questions that pages and waits ask all the time. */
function tracedStarts(tracer: Tracer): WorkflowClientInterceptor {
  const all = new OpenTelemetryWorkflowClientInterceptor({ tracer });
  return {
    start: all.start.bind(all),
    startWithDetails: all.startWithDetails.bind(all),
    signalWithStart: all.signalWithStart.bind(all),
    startUpdate: all.startUpdate.bind(all),
  };
}

/** A span for each call that may begin something, POSTs: the trace begins with it, whatever headers the caller sends. */
function traceCallsTo(app: FastifyInstance, tracer: Tracer): void {
  app.decorateRequest('span', undefined);
  // Not before: what is awaited before a body has come is not of the call.
  app.addHook('preHandler', (request, _reply, next) => {
    const { method, routeOptions, id } = request;
    if (method !== 'POST') return next();
    // The pattern of the path, not the path: that may hold a token.
    const name = `${method} ${routeOptions.url ?? '(unknown)'}`;
    const span = tracer.startSpan(name, { kind: SpanKind.SERVER, attributes: { 'wonce.call_id': id } });
    request.span = span;
    context.with(trace.setSpan(context.active(), span), next);
  });
  app.addHook('onResponse', ({ span }, { statusCode }, next) => {
    span?.setAttribute('http.response.status_code', statusCode);
    if (statusCode >= 500) span?.setStatus({ code: SpanStatusCode.ERROR });
    span?.end();
    next();
  });
}
