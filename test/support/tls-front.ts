import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { createServer } from 'node:tls';

/** A Temporal server as Temporal Cloud is reached: by TLS alone, and by those alone who show a certificate. */
export interface TlsFront {
  address: string;
  /** Temporal's environment configuration that lets a client in. */
  env: Record<string, string>;
  stop(): Promise<void>;
}

/** Puts TLS in front of a server that speaks none. @param folder for the certificate */
export async function tlsInFrontOf(serverAddress: string, folder: string): Promise<TlsFront> {
  const certificate = makeCertificate(folder);
  const [key, cert] = [readFileSync(certificate.key), readFileSync(certificate.cert)];
  const sockets = new Set<Socket>();
  const [host, port] = serverAddress.split(':');
  const server = createServer(
    { key, cert, ca: cert, requestCert: true, ALPNProtocols: ['h2'] },
    (incoming) => {
      const outgoing = connect(Number(port), host);
      const pair = [incoming, outgoing];
      for (const socket of pair) {
        sockets.add(socket);
        // One end gone, the other has nobody to speak to; unheard, the error would end the process.
        socket.on('error', () => undefined);
        socket.on('close', () => pair.forEach((each) => each.destroy()));
      }
      incoming.pipe(outgoing).pipe(incoming);
    },
  ).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    env: {
      TEMPORAL_TLS_SERVER_CA_CERT_PATH: certificate.cert,
      TEMPORAL_TLS_CLIENT_CERT_PATH: certificate.cert,
      TEMPORAL_TLS_CLIENT_KEY_PATH: certificate.key,
    },
    async stop() {
      sockets.forEach((socket) => socket.destroy());
      server.close();
      await once(server, 'close');
    },
  };
}

/** One certificate for both sides, signed by itself. */
function makeCertificate(folder: string): { key: string; cert: string } {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  execFileSync(
    'openssl',
    [
      ...[
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:prime256v1',
        '-nodes',
        '-days',
        '2',
      ],
      ...['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'],
      // The worker's TLS takes no authority's certificate for a server's.
      ...['-addext', 'basicConstraints=critical,CA:FALSE', '-keyout', key, '-out', cert],
    ],
    { stdio: 'ignore' },
  );
  return { key, cert };
}
