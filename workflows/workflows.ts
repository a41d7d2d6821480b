/** The workflows that a worker runs: what the bundle is built from. */
export { compareBooks } from './compare-books';
export { dealWon } from './deal-won';
export { purchaseLicense } from './purchase-license';
export { quoteLicense } from './quote-license';
export { readVendorLists } from './read-vendor-lists';
export { sweepDeals } from './sweep-deals';
export { tellNotice } from './tell-notice';
export { tellRenewals } from './tell-renewals';
export { tellWaiting } from './tell-waiting';
