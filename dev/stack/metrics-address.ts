import type { Environment } from '../../config/check';

/**
 * The environment of one of several processes that serve metrics: the first has the address that is set, the others those of
 * the ports after it.
 *
 * @param place from 0
 */
export function withMetrics(env: Environment, place: number): Environment {
  const [, host, port] = /^(.*:)(\d+)$/.exec(env.WONCE_METRICS ?? '') ?? [];
  // Port 0 is any free one; what is no address the process refuses.
  if (host === undefined || Number(port) === 0) return env;
  return { ...env, WONCE_METRICS: `${host}${Number(port) + place}` };
}
