import { wantsTraces } from '../../config/tracing-settings';

const ADDRESS = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' };

it.each([
  [{}, false],
  [ADDRESS, true],
  [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://127.0.0.1:4318/v1/traces' }, true],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: '' }, false],
  [{ OTEL_TRACES_EXPORTER: 'otlp' }, true],
  [{ ...ADDRESS, OTEL_TRACES_EXPORTER: 'none' }, false],
  [{ ...ADDRESS, OTEL_SDK_DISABLED: 'true' }, false],
  [{ ...ADDRESS, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf' }, true],
])('with %j traces are sent: %s', (env, expected) => expect(wantsTraces(env)).toBe(expected));

it('what cannot be sent is refused, not passed over', () => {
  expect(() => wantsTraces({ ...ADDRESS, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' })).toThrow(
    /grpc: expected http/,
  );
  expect(() => wantsTraces({ OTEL_TRACES_EXPORTER: 'zipkin' })).toThrow(
    /OTEL_TRACES_EXPORTER: expected otlp/,
  );
});
