/** One thing that is wrong with a request: where, what would be right, what came. */
export interface RequestProblem {
  field: string;
  expected: string;
  received: string;
  /** A key of the same place that was probably meant. */
  didYouMean?: string;
}

/** Each in one sentence, one after the other. */
export function problemsInWords(problems: readonly RequestProblem[]): string {
  return problems.map(problemInWords).join('. ');
}

/** One of them in one sentence, without a full stop. */
export function problemInWords({ field, expected, received, didYouMean }: RequestProblem): string {
  const hint = didYouMean === undefined ? '' : ` (did you mean ${didYouMean}?)`;
  return `${field}: expected ${expected}${hint}; came ${received}`;
}
