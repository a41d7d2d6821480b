/** As many rows are written, or named, in one statement: it takes 65,535 values. */
const AT_ONCE = 1_000;

/** A list in parts that are no longer than a statement takes. */
export function* inParts<Entry>(all: readonly Entry[], most = AT_ONCE): Generator<readonly Entry[]> {
  for (let from = 0; from < all.length; from += most) yield all.slice(from, from + most);
}
