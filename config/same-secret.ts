import { createHash, timingSafeEqual } from 'node:crypto';

/** Compares over hashes, so that the time taken does not tell where the texts differ, nor how long the expected one is. */
export function isSameSecret(given: string, expected: string): boolean {
  const [left, right] = [given, expected].map((text) => createHash('sha256').update(text).digest());
  return timingSafeEqual(left!, right!);
}
