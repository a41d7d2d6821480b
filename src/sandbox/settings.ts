/** How the stand-in behaves besides faults; changed while it runs by POST /_sandbox/settings. */
export interface SandboxSettings {
  /** Wait before every answer, in ms. */
  latencyMs: number;
  tokenLifetimeSeconds: number;
  /** The status that new orders get. */
  orderStatus: string;
  /** Whether order list and details show the purchase order number; not known of the vendor. */
  returnPoNumber: boolean;
  /** Whether a 401 comes inside a 200. */
  unauthorizedInside200: boolean;
  /** Services under their plans, or lists side by side; not known of the vendor. */
  catalogueShape: 'nested' | 'flat';
  /** Only the first billing contact, and lists of one as a single object. */
  singleBillingContact: boolean;
}

export const DEFAULT_SETTINGS: SandboxSettings = {
  latencyMs: 0,
  tokenLifetimeSeconds: 1800,
  orderStatus: 'succeed',
  returnPoNumber: false,
  unauthorizedInside200: false,
  catalogueShape: 'nested',
  singleBillingContact: false,
};

/** @returns what is wrong with a change of settings, or undefined when it was made */
export function changeSettings(
  settings: SandboxSettings,
  change: Record<string, unknown>,
): string | undefined {
  for (const [key, value] of Object.entries(change)) {
    const known = DEFAULT_SETTINGS[key as keyof SandboxSettings] as unknown;
    if (known === undefined) return `${key}: expected one of ${Object.keys(DEFAULT_SETTINGS).join(', ')}`;
    if (typeof value !== typeof known) return `${key}: expected a ${typeof known}`;
  }
  Object.assign(settings, change);
  return undefined;
}
