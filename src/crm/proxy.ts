const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/i;

/**
 * Of an axios request: what runs on this machine is not asked for through the proxy that HTTP_PROXY or HTTPS_PROXY name;
 * a CRM outside is.
 */
export function proxyTo(address: string): { proxy?: false } {
  return LOOPBACK.test(new URL(address).hostname) ? { proxy: false } : {};
}
