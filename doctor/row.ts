/** What was found of one thing that Wonce stands on. */
export type Verdict = 'as expected' | 'different, handled' | 'different, not handled' | 'not checked';

/** A row of the report. Nothing in it is a secret, a person's or a serial number: keys, types, counts, lengths. */
export interface Row {
  /** Part of the installation, one of `SUBJECTS`. */
  subject: Subject;
  /** What was looked at, the same words in every report. */
  what: string;
  verdict: Verdict;
  seen: string;
  /** What to do; nothing where there is nothing to do. */
  next: string;
  /** The vendor's page that says, or leaves open, what is looked at. */
  page?: string;
}

/** Whether Wonce can work with all that was seen. */
export function isWell(rows: readonly Row[]): boolean {
  return rows.every(({ verdict }) => verdict !== 'different, not handled');
}

export const SUBJECTS = ['settings', 'portal', 'temporal', 'ledger', 'crm', 'webhooks'] as const;

export type Subject = (typeof SUBJECTS)[number];

/** What one look came to. */
export type Finding = Pick<Row, 'verdict' | 'seen' | 'next'>;

export function asExpected(seen: string, next = ''): Finding {
  return { verdict: 'as expected', seen, next };
}

/** Not as documented or as usual, and Wonce works with it. */
export function handled(seen: string, next: string): Finding {
  return { verdict: 'different, handled', seen, next };
}

/** Wonce does not work with it. */
export function notHandled(seen: string, next: string): Finding {
  return { verdict: 'different, not handled', seen, next };
}

export function notChecked(why: string, next = ''): Finding {
  return { verdict: 'not checked', seen: why, next };
}

/** The least that a report of this deviation says to whoever sees it. */
export const REPORT_IT =
  'Send the report (--report FILE) to whoever maintains Wonce, before the first order.';
