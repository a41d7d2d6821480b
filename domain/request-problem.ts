/** One thing that is wrong with a request: where, what would be right, what came. */
export interface RequestProblem {
  field: string;
  expected: string;
  received: string;
}

/** Each in one sentence, one after the other. */
export function problemsInWords(problems: readonly RequestProblem[]): string {
  return problems
    .map(({ field, expected, received }) => `${field}: expected ${expected}; came ${received}`)
    .join('. ');
}
