/** What the histories in encrypted-histories/ are encrypted with: WONCE_PAYLOAD_KEYS. It protects nothing. */
export const FIXED_PAYLOAD_KEY = `recorded:${Buffer.from('the fixed key of the recordings!').toString('base64')}`;
