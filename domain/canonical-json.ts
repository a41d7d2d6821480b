/**
 * The id of what a person is shown before they decide: 8 hex digits (FNV-1a), the same wherever and whenever the same is
 * shown. No protection against somebody who wants two things to have one id.
 */
export function evidenceIdOf(shown: unknown): string {
  const text = canonicalJson(shown);
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}

/** A value as JSON with sorted keys: the same value gives the same text, in whatever order its keys came. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(sorted(value));
}

/** Sorted before it is written: a replacer of JSON.stringify takes three times as long. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  if (value instanceof Date) return value;
  const entries = value as Record<string, unknown>;
  // Without a prototype, whose keys would be others than those that are set.
  const result = Object.create(null) as Record<string, unknown>;
  for (const key of Object.keys(entries).sort()) result[key] = sorted(entries[key]);
  return result;
}
