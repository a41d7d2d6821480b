const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** What a duration looks like, for messages. */
export const A_DURATION = 'a duration such as 90s, 5m or 2h';

/**
 * Reads a duration that a person wrote: a number with its unit, `200ms`, `90s`, `1.5h`. A number alone is none: it
 * would be taken for ms, and meant as seconds.
 *
 * @returns ms, above 0; undefined when it is no duration
 */
export function readDuration(text: string): number | undefined {
  const [, number, unit] = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)$/.exec(text.trim()) ?? [];
  if (number === undefined) return undefined;
  const ms = Number(number) * UNIT_MS[unit as keyof typeof UNIT_MS];
  return ms > 0 && Number.isFinite(ms) ? ms : undefined;
}
