import { connect, type TLSSocket } from 'node:tls';
import { asExpected, handled, notChecked, notHandled, type Finding } from './row';

const DEADLINE_MS = 10_000;
const DAY_MS = 24 * 60 * 60_000;

/** Renewals are usual a month before; with less, something may have been forgotten. */
const SOON_DAYS = 14;

/** Whether the certificate of an https:// address is trusted here, and until when it is valid. Nothing is sent. */
export async function checkTls(url: string): Promise<Finding> {
  const { protocol, hostname, port } = new URL(url);
  if (protocol !== 'https:') return notChecked('the address begins with http://');
  const found = await certificateAt(hostname.replace(/^\[|\]$/g, ''), Number(port || 443));
  if (typeof found === 'string')
    return notHandled(`no TLS (${found})`, 'See that the address and its port are right.');
  return judged(found);
}

export const NOT_TRUSTED =
  'A proxy that opens TLS, or a certificate of your own: make its authority known with NODE_EXTRA_CA_CERTS=FILE. Never switch the check off.';

interface Certificate {
  validTo: Date;
  version: string;
  /** Why it is not trusted. */
  problem?: string;
}

function judged({ validTo, version, problem }: Certificate): Finding {
  const until = `valid until ${validTo.toISOString().slice(0, 10)}`;
  const days = Math.floor((validTo.getTime() - Date.now()) / DAY_MS);
  // Of one that is not trusted either, that it has expired is what comes first to mind.
  if (problem === 'CERT_HAS_EXPIRED' || days < 0) {
    return notHandled(
      `expired: ${until}`,
      "If this machine's clock is right, tell whoever runs the other side; a proxy that opens TLS may be in between.",
    );
  }
  if (problem === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return notHandled(`of another host; ${until}`, 'Check the host name in the address.');
  }
  if (problem !== undefined) {
    return notHandled(`not trusted (${problem}); ${until}`, NOT_TRUSTED);
  }
  const seen = `trusted, ${until}, ${version}`;
  if (days >= SOON_DAYS) return asExpected(seen);
  return handled(`${seen}: ${days} days left`, 'Whoever runs the other side should renew it soon.');
}

/** @returns the certificate that is shown, or the code of what went wrong */
function certificateAt(host: string, port: number): Promise<Certificate | string> {
  return new Promise((resolve) => {
    // An untrusted certificate is to be looked at, and nothing is ever sent over this connection.
    const socket = connect({ host, port, servername: isIp(host) ? '' : host, rejectUnauthorized: false });
    const end = (found: Certificate | string) => {
      socket.destroy();
      resolve(found);
    };
    socket.setTimeout(DEADLINE_MS, () => end('ETIMEDOUT'));
    socket.on('error', (error: NodeJS.ErrnoException) => end(error.code ?? 'UNKNOWN'));
    socket.once('secureConnect', () => end(certificateOf(socket)));
  });
}

function certificateOf(socket: TLSSocket): Certificate | string {
  const { valid_to: validTo } = socket.getPeerCertificate();
  const problem = problemOf(socket);
  const version = socket.getProtocol() ?? 'TLS';
  if (validTo === undefined) return 'no certificate';
  return { validTo: new Date(validTo), version, ...(problem !== undefined && { problem }) };
}

function problemOf({ authorizationError }: TLSSocket): string | undefined {
  const error: unknown = authorizationError;
  if (!error) return undefined;
  const code = typeof error === 'string' ? error : (error as NodeJS.ErrnoException).code;
  return /^[A-Z_]+$/.test(code ?? '') ? code : 'UNKNOWN';
}

function isIp(host: string): boolean {
  return /^[\d.]+$/.test(host) || host.includes(':');
}
