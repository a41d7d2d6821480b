import * as activity from './activity-proxies';

/** Reads the vendor's lists for whoever fills in a form; begun by the server when they are old. It orders nothing. */
export async function readVendorLists(): Promise<void> {
  await activity.readVendorLists({});
}
