/** What Postgres refuses in text and jsonb: the character NUL, and halves of surrogate pairs. */
const NOT_STORABLE = /\0|\p{Cs}/gu;

/**
 * The same value with every text fit for the database. An answer of the vendor that could not be written down would
 * lose the record of an order that was paid for; a replaced character loses nothing that matters.
 */
export function storable<Value>(value: Value): Value {
  return fit(value) as Value;
}

function fit(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(NOT_STORABLE, '\uFFFD');
  if (Array.isArray(value)) return value.map(fit);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [fit(key), fit(entry)]));
}
