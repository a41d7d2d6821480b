import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { Authority, contentsOf, type Certificate } from './certificates';

/** TLS in front of a server that speaks none. */
export interface TlsFront {
  address: string;
  stop(): Promise<void>;
}

interface FrontOptions {
  /** What it shows. */
  certificate: Certificate;
  /** Path of the authority by which whoever calls must be vouched for; without, anybody may call. */
  clientsOf?: string;
  /** What it speaks behind TLS; HTTP/2, as Temporal does, unless told. */
  protocol?: 'h2' | 'http/1.1';
}

/** @param serverAddress `host:port` */
export async function tlsFront(serverAddress: string, options: FrontOptions): Promise<TlsFront> {
  const { certificate, clientsOf, protocol = 'h2' } = options;
  const clients = clientsOf === undefined ? {} : { ca: readFileSync(clientsOf), requestCert: true };
  const sockets = new Set<Socket>();
  const [host, port] = serverAddress.split(':');
  const server = createServer(
    { ...contentsOf(certificate), ...clients, ALPNProtocols: [protocol] },
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
    async stop() {
      sockets.forEach((socket) => socket.destroy());
      server.close();
      await once(server, 'close');
    },
  };
}

/**
 * A Temporal server as Temporal Cloud is reached: by TLS alone, and by those alone who show a certificate.
 *
 * @param folder for the certificates
 * @returns `env`: Temporal's environment configuration that lets a client in
 */
export async function tlsInFrontOf(
  serverAddress: string,
  folder: string,
): Promise<TlsFront & { env: Record<string, string> }> {
  const authority = new Authority(join(folder, 'certificates'));
  const client = authority.issue('client', 'DNS:client.example');
  const front = await tlsFront(serverAddress, {
    certificate: authority.issue('server', 'IP:127.0.0.1'),
    clientsOf: authority.cert,
  });
  return {
    ...front,
    env: {
      TEMPORAL_TLS_SERVER_CA_CERT_PATH: authority.cert,
      TEMPORAL_TLS_CLIENT_CERT_PATH: client.cert,
      TEMPORAL_TLS_CLIENT_KEY_PATH: client.key,
    },
  };
}
