import { z } from 'zod';
import { check, type Environment } from './check';
import { SettingsError } from './settings-error';

const blank = (text: string | undefined) => text === undefined || text.trim() === '';

/** OpenTelemetry's own variables; those of the address and its headers are read by its exporter. */
const tracingSchema = z.object({
  OTEL_SDK_DISABLED: z.string().optional(),
  OTEL_TRACES_EXPORTER: z.enum(['otlp', 'none', ''], { error: 'otlp or none' }).optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.string().optional(),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: z.string().optional(),
  OTEL_EXPORTER_OTLP_PROTOCOL: z.string().optional(),
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: z.string().optional(),
});

/**
 * Whether traces are to be sent: where OTEL_TRACES_EXPORTER says so, or says nothing and there is an address to send them to.
 *
 * @throws SettingsError when they are to be sent in a way that there is none of
 */
export function wantsTraces(env: Environment): boolean {
  const values = check(tracingSchema, env);
  if (values.OTEL_SDK_DISABLED?.toLowerCase() === 'true') return false;
  const addresses = [values.OTEL_EXPORTER_OTLP_ENDPOINT, values.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT];
  const exporter = values.OTEL_TRACES_EXPORTER ?? '';
  const isWanted = exporter === 'otlp' || (exporter === '' && !addresses.every(blank));
  if (isWanted) refuseGrpc(values.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL || values.OTEL_EXPORTER_OTLP_PROTOCOL);
  return isWanted;
}

function refuseGrpc(protocol: string | undefined): void {
  if (blank(protocol) || protocol?.startsWith('http/')) return;
  throw new SettingsError(
    `The protocol for traces is ${protocol}: expected http/json or http/protobuf (JSON is sent, to the collector's port for HTTP, ` +
      'most often 4318). Set OTEL_EXPORTER_OTLP_PROTOCOL, or OTEL_TRACES_EXPORTER=none. See docs/observability.md.',
  );
}
