import { HttpsProxyAgent } from 'https-proxy-agent';
import type { ClientRequest } from 'node:http';
import type { Socket } from 'node:net';
import { getProxyForUrl } from 'proxy-from-env';
import type { Environment } from './check';
import { SettingsError } from './settings-error';
import { isLoopback } from './loopback';

/** Error codes of a call that came no further than the proxy begin so. */
const OF_PROXY = 'PROXY_';

/**
 * How axios reaches an `https:` address outside the house: through the proxy that HTTPS_PROXY names, unless NO_PROXY has its
 * host, or straight. What runs on this machine, and `http:`, is reached straight.
 *
 * For CRMs, notices and sign-in alone. The vendor is never reached so: a proxy that sends an order twice has bought twice.
 */
export function outbound(address: string): { proxy: false; httpsAgent?: Tunnel } {
  const url = new URL(address);
  const proxy = url.protocol === 'https:' && !isLoopback(url.hostname) ? getProxyForUrl(url.href) : '';
  // Without axios's own way through a proxy: what the proxy refuses would look there like the other side's answer.
  return { proxy: false, ...(proxy !== '' && { httpsAgent: new Tunnel(proxy) }) };
}

/**
 * Why a call came no further than the proxy, in words.
 *
 * @param code of the error
 * @returns undefined when it came further, or there was no proxy
 */
export function refusalOfProxy(code: unknown): string | undefined {
  if (typeof code !== 'string' || !code.startsWith(OF_PROXY)) return undefined;
  const reason = code.slice(OF_PROXY.length);
  if (reason === '407') return 'the proxy of HTTPS_PROXY wants a user and password, or takes not these (407)';
  if (/^\d+$/.test(reason)) return `the proxy of HTTPS_PROXY lets nobody through to it (${reason})`;
  return `the proxy of HTTPS_PROXY cannot be reached (${reason})`;
}

/** @throws SettingsError when HTTPS_PROXY is set to something that is no proxy; its value is not shown */
export function checkOutboundProxy(env: Environment): void {
  for (const name of ['https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY']) {
    const value = env[name]?.trim() ?? '';
    if (value === '' || /^https?:\/\/[^/]/.test(value.includes('://') ? value : `https://${value}`)) continue;
    throw new SettingsError(
      `${name} is no address of a proxy: expected http://host:port, with user:password@ before the host where the proxy asks ` +
        'for them. See docs/connections.md.',
    );
  }
}

/** A connection through a proxy, by CONNECT: it passes bytes on, and sees nothing of what is in them. */
class Tunnel extends HttpsProxyAgent<string> {
  /** @throws Error with a code `PROXY_…` when there is no way through the proxy */
  override async connect(
    request: ClientRequest,
    options: Parameters<HttpsProxyAgent<string>['connect']>[1],
  ): Promise<Socket> {
    let status: number | undefined;
    request.once('proxyConnect', (answer: { statusCode: number }) => (status = answer.statusCode));
    let socket: Socket;
    try {
      socket = await super.connect(request, options);
    } catch (error) {
      const { code = 'NO_ANSWER' } = error as NodeJS.ErrnoException;
      throw noWayThrough(code);
    }
    if (status === 200) return socket;
    // The proxy's refusal would be handed out as if the other side had answered.
    socket.destroy();
    throw noWayThrough(String(status));
  }
}

function noWayThrough(reason: string): Error {
  return Object.assign(new Error('No way through the proxy.'), { code: `${OF_PROXY}${reason}` });
}
