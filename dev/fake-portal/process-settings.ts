import { wholeNumber, type Expectation } from './expectation';
import { FAKE_PORTAL_PORT, type FakePortalOptions } from './server';
import { MILLISECONDS } from './settings';

/** A setting of the process cannot be understood. */
export class BadSetting extends Error {
  override readonly name = 'BadSetting';
}

const PORT = wholeNumber(0, 65_535);

/** The process's settings from its environment; an empty variable counts as none. @throws BadSetting */
export function settingsOfProcess(env: Record<string, string | undefined>): FakePortalOptions {
  return {
    host: env.FAKE_PORTAL_HOST || '127.0.0.1',
    port: numberIn(env, 'FAKE_PORTAL_PORT', PORT) ?? FAKE_PORTAL_PORT,
    latencyMs: numberIn(env, 'FAKE_PORTAL_LATENCY_MS', MILLISECONDS) ?? 0,
    ...(env.FAKE_PORTAL_STATE_DIR && { stateDir: env.FAKE_PORTAL_STATE_DIR }),
  };
}

function numberIn(
  env: Record<string, string | undefined>,
  name: string,
  { expected, holds }: Expectation,
): number | undefined {
  const text = env[name];
  if (!text) return undefined;
  if (/^\d+$/.test(text) && holds(Number(text))) return Number(text);
  throw new BadSetting(`${name}: expected ${expected}, came "${text}"`);
}
