/** The fields of a form or of an address, each once; what came twice or is no text is left out, and so is what is empty. */
export function fieldsOf(given: unknown): Record<string, string | undefined> {
  if (typeof given !== 'object' || given === null) return {};
  const fields = Object.entries(given).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1] !== '',
  );
  return Object.fromEntries(fields);
}
