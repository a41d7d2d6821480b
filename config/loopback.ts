const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])(:\d+)?$/i;

/** Whether an address, with or without a port, is this machine's own: what is sent there leaves it never. */
export function isLoopback(address: string): boolean {
  return LOOPBACK.test(address);
}
