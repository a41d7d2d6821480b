import type { ComparedBooks } from '../../domain/books';

/** What goes into the history of a run that compares the books: see purchase.ts. No payload grows with the account. */

/** The workflow's signature. @param since ISO 8601: orders since then; without it since the first request */
export type BooksWorkflow = (since?: string) => Promise<ComparedBooks>;

export interface CompareBooksInput {
  since?: string;
}

/** The activities of a run that compares the books. */
export interface BooksActivities {
  compareBooks(input: CompareBooksInput): Promise<ComparedBooks>;
}
