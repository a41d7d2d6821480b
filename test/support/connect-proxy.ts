import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';

/** A proxy that is asked by CONNECT and passes bytes on. */
export interface ConnectProxy {
  url: string;
  /** Hosts with ports that it was asked for, one an asking. */
  asked: string[];
  stop(): Promise<void>;
}

interface ProxyOptions {
  /** `host:port` that it leads to, whatever it is asked for: the names of tests are in no DNS. */
  leadsTo: string;
  /** `user:password` that it wants. */
  wants?: string;
  /** The status with which it refuses everybody. */
  refuses?: number;
}

export async function startProxy({ leadsTo, wants, refuses }: ProxyOptions): Promise<ConnectProxy> {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((_request, response) => response.writeHead(405).end());
  server.on('connect', (request, incoming: Socket) => {
    asked.push(request.url ?? '');
    const proof = `Basic ${Buffer.from(wants ?? '').toString('base64')}`;
    const isLetIn = wants === undefined || request.headers['proxy-authorization'] === proof;
    const status = isLetIn ? refuses : 407;
    sockets.add(incoming);
    incoming.on('error', () => undefined);
    if (status !== undefined) {
      incoming.end(`HTTP/1.1 ${status} No\r\nContent-Length: 2\r\n\r\nno`);
      return;
    }
    const [host, port] = leadsTo.split(':');
    const outgoing = connect(Number(port), host, () => {
      incoming.write('HTTP/1.1 200 Connection established\r\n\r\n');
      incoming.pipe(outgoing).pipe(incoming);
    });
    sockets.add(outgoing);
    outgoing.on('error', () => incoming.destroy());
    incoming.on('close', () => outgoing.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    async stop() {
      sockets.forEach((socket) => socket.destroy());
      server.close();
      await once(server, 'close');
    },
  };
}
