/** Reads something at most once in a time, in ms, however many ask: what is read meanwhile, or was read just now, is told to all. */
export function cached<Value>(read: () => Promise<Value>, forMs: number): () => Promise<Value> {
  let last: { value: Promise<Value>; at: number } | undefined;
  return () => {
    if (last === undefined || Date.now() - last.at >= forMs) last = { value: read(), at: Date.now() };
    return last.value;
  };
}
