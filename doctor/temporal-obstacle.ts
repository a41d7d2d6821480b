import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import type { TemporalTarget } from '../config/temporal-connection';
import { notHandled, type Finding } from './row';

const DEADLINE_MS = 5_000;
const DEFAULT_PORT = 7233;

const CA = 'TEMPORAL_TLS_SERVER_CA_CERT_PATH';
const CLIENT = 'TEMPORAL_TLS_CLIENT_CERT_PATH and TEMPORAL_TLS_CLIENT_KEY_PATH';

/** What is in the way, by the codes of Node and OpenSSL; the first that fits. */
const OBSTACLES: readonly [codes: RegExp, seen: string, next: string][] = [
  [
    /^ERR_TLS_CERT_ALTNAME_INVALID$/,
    'its certificate is of another name',
    'Set TEMPORAL_ADDRESS to a name that is in the certificate, or TEMPORAL_TLS_SERVER_NAME to that name.',
  ],
  [
    /^CERT_HAS_EXPIRED$/,
    'its certificate has expired',
    "If this machine's clock is right, tell whoever runs that server.",
  ],
  [/^CERT_NOT_YET_VALID$/, 'its certificate is not valid yet', "See that this machine's clock is right."],
  [
    /^(UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|CERT_)/,
    'its certificate is of an authority that is not known here',
    `Set ${CA} to the certificate of the authority that has signed it.`,
  ],
  [
    /^ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED$/,
    'it wants a certificate from whoever calls',
    `Set ${CLIENT} to what whoever runs that server gave you.`,
  ],
  [
    /^(ERR_SSL_\w*ALERT|HUNG_UP_AFTER_TLS)/,
    'it does not take the certificate that is shown to it',
    `See that ${CLIENT} are of the authority that this server trusts, and not expired.`,
  ],
  [
    /^ERR_OSSL_X509_KEY_VALUES_MISMATCH$/,
    'the key is not that of the certificate',
    `Set ${CLIENT} to two that belong together.`,
  ],
  [
    /^ERR_OSSL_/,
    'a certificate or key that is to be used cannot be read: it is no PEM',
    `See what ${CA}, ${CLIENT} name.`,
  ],
  [
    /^ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|INVALID_)/,
    'it answers without TLS',
    'Set TEMPORAL_TLS=false, or TEMPORAL_ADDRESS to the port where it has TLS.',
  ],
];

/** Why no connection comes to be: what TLS tells more of than Temporal's client. Nothing is sent. */
export async function obstacleTo({ address, connection }: TemporalTarget): Promise<Finding | undefined> {
  const [, host = '', port] = /^\[?(.+?)\]?(?::(\d+))?$/.exec(address) ?? [];
  const to = { host, port: Number(port ?? DEFAULT_PORT) };
  if (!connection.tls) {
    // Whom that certificate is of does not matter: nothing is told, only whether there is one.
    const came = await handshake({ ...to, rejectUnauthorized: false });
    if (came !== undefined) return undefined;
    return notHandled('it answers by TLS alone', 'Set TEMPORAL_TLS=true.');
  }
  const { serverNameOverride, serverRootCACertificate, clientCertPair } =
    connection.tls === true ? {} : connection.tls;
  const code = await handshake({
    ...to,
    servername: serverNameOverride ?? (/[a-z]/i.test(host) && !host.includes(':') ? host : ''),
    ...(serverRootCACertificate && { ca: Buffer.from(serverRootCACertificate) }),
    ...(clientCertPair && { cert: Buffer.from(clientCertPair.crt), key: Buffer.from(clientCertPair.key) }),
  });
  const [, seen, next] = OBSTACLES.find(([codes]) => codes.test(code ?? '')) ?? [];
  return seen === undefined || next === undefined ? undefined : notHandled(`${seen} (${code})`, next);
}

/** @returns the code of why there is no TLS; undefined where there is */
function handshake(options: ConnectionOptions): Promise<string | undefined> {
  return new Promise((resolve) => {
    let socket: TLSSocket;
    const end = (code: string | undefined) => {
      socket?.destroy();
      resolve(code);
    };
    try {
      socket = connect({ ...options, ALPNProtocols: ['h2'] });
    } catch (error) {
      resolve((error as NodeJS.ErrnoException).code ?? 'UNKNOWN');
      return;
    }
    socket.setTimeout(DEADLINE_MS, () => end(socket.authorized ? undefined : 'ETIMEDOUT'));
    const hungUp = () => end(isTls ? 'HUNG_UP_AFTER_TLS' : 'ECONNRESET');
    let isTls = false;
    socket.once('secureConnect', () => (isTls = true));
    socket.on('error', ({ code = 'UNKNOWN' }: NodeJS.ErrnoException) =>
      code === 'ECONNRESET' || code === 'EPIPE' ? hungUp() : end(code),
    );
    // That the other side wants a certificate, it says after the handshake; else it begins to speak HTTP/2.
    socket.once('data', () => end(undefined));
    socket.once('close', hungUp);
  });
}
