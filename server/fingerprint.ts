import { createHash } from 'node:crypto';

/** Of a token: enough to tell tokens apart, and too little to be of use. */
export function fingerprintOf(token: string): string {
  return createHash('sha256').update(token).digest('hex').slice(0, 8);
}
