import type { Finding, Row } from '../../doctor/row';

/** The one row of this name. */
export function rowOf(rows: readonly Row[], what: string): Row {
  const found = rows.filter((row) => row.what === what);
  expect(found.map((row) => row.what)).toEqual([what]);
  return found[0]!;
}

/** Verdicts of the rows that are not as in another table, by their names. */
export function differences(
  rows: readonly Row[],
  before: readonly Row[],
): Record<string, Finding['verdict']> {
  expect(rows.map(({ what }) => what)).toEqual(before.map(({ what }) => what));
  const changed = rows.filter((row, index) => JSON.stringify(row) !== JSON.stringify(before[index]));
  return Object.fromEntries(changed.map(({ what, verdict }) => [what, verdict]));
}
