const A_SECOND_MS = 1_000;

/** Tells at most once a second, and nothing of what takes no longer. */
export function seldom<News>(tell: (news: News) => void): (news: News) => void {
  let last = Date.now();
  return (news) => {
    if (Date.now() - last < A_SECOND_MS) return;
    last = Date.now();
    tell(news);
  };
}
