import type { CrmRecord } from './records';
import { Refused } from './fake-crm';

/** What stands behind the question mark. */
export type Asked = Partial<
  Record<
    | 'limit'
    | 'cursor'
    | 'sort_by'
    | 'sort_direction'
    | 'ids'
    | 'status'
    | 'updated_since'
    | 'custom_fields'
    | 'include_option_labels',
    string
  >
>;

/**
 * A page of a list, 100 entries unless another limit up to 500 is asked for.
 *
 * @throws Refused
 */
export function pageOf(entries: readonly CrmRecord[], asked: Asked, sortable: readonly string[]): object {
  const { limit = '100', cursor, sort_by = 'id', sort_direction = 'asc' } = asked;
  if (!/^[1-9]\d{0,2}$/.test(limit) || Number(limit) > 500) throw refusal('limit');
  if (!sortable.includes(sort_by)) throw refusal('sort_by');
  if (sort_direction !== 'asc' && sort_direction !== 'desc') throw refusal('sort_direction');
  const sorted = [...entries].sort((one, other) => compare(one[sort_by], other[sort_by]));
  if (sort_direction === 'desc') sorted.reverse();
  const first = cursor === undefined ? 0 : placeOf(cursor);
  const next = first + Number(limit);
  return {
    data: sorted.slice(first, next),
    additional_data: { next_cursor: next < sorted.length ? cursorOf(next) : null },
  };
}

/** A parameter is not as documented. */
export function refusal(parameter: string): Refused {
  return new Refused(400, { success: false, error: `Validation failed: ${parameter}` });
}

/** Digits as numbers, however many; other text by its characters. */
function compare(one: unknown, other: unknown): number {
  return String(one).localeCompare(String(other), 'en', { numeric: true });
}

function cursorOf(place: number): string {
  return Buffer.from(`place:${place}`).toString('base64url');
}

function placeOf(cursor: string): number {
  const [, place] = /^place:(\d+)$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (place === undefined) throw refusal('cursor');
  return Number(place);
}
