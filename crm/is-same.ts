import { createHash, timingSafeEqual } from 'node:crypto';

/** Compares over hashes, so that the time taken does not tell where the texts differ, nor how long the expected one is. */
export function isSame(one: string, other: string): boolean {
  const [left, right] = [one, other].map((text) => createHash('sha256').update(text).digest());
  return timingSafeEqual(left!, right!);
}
