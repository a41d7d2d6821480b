/** What the vendor's lists hold that a request names. */
export const VENDOR_LISTS = ['plan', 'service', 'billing-contact', 'partner', 'pbx'] as const;
export type VendorList = (typeof VENDOR_LISTS)[number];

/** One entry, as a request would name it. */
export interface VendorEntry {
  name: string;
  /** What tells it from others. */
  label: string;
}
