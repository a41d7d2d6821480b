import { z } from 'zod';
import { optional } from './check';

/** Where a process serves its metrics. */
export interface MetricsAddress {
  host: string;
  /** 0: any free one. */
  port: number;
}

const ADDRESS = /^(?<host>[^\s:]+|\[[\da-fA-F:]+\]):(?<port>\d{1,5})$/;

const metricsAddress = z.string().transform((text, context): MetricsAddress => {
  const { host = '', port = '' } = ADDRESS.exec(text.trim())?.groups ?? {};
  if (host !== '' && Number(port) <= 65_535)
    return { host: host.replace(/^\[|\]$/g, ''), port: Number(port) };
  context.addIssue({ code: 'custom', message: 'an address to serve metrics at, such as 127.0.0.1:9464' });
  return z.NEVER;
});

/** For worker and server, each with a port of its own. */
export const metricsVariables = { WONCE_METRICS: optional(metricsAddress) };
