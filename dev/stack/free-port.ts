import { once } from 'node:events';
import { createServer } from 'node:net';

/** A port on 127.0.0.1 that is free now: the preferred one if it is. */
export async function freePort(preferred = 0): Promise<number> {
  const server = createServer();
  try {
    server.listen(preferred, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : preferred;
  } catch (error) {
    if (preferred === 0) throw error;
    return freePort();
  } finally {
    server.close();
  }
}

/** Whether a part of the stack ended because its port was taken, by the words that it left: Node's, or Temporal's. */
export function saysPortIsTaken(message: string): boolean {
  return /EADDRINUSE|address already in use/i.test(message);
}
