import { DEALS } from './errors-of-deals';
import { HTTP, PROCESSES } from './errors-of-processes';
import { ABSENCES, DECISIONS, QUESTIONS, REFUSALS, REMAINDERS, WAITS } from './errors-of-purchases';
import type { ErrorEntry } from './error-entry';

/** Every stable code: the type of a failure in Temporal, `reason.code` of a status, `code` of a problem document. */
export const ERRORS = {
  ...REFUSALS,
  ...WAITS,
  ...QUESTIONS,
  ...ABSENCES,
  ...DECISIONS,
  ...REMAINDERS,
  ...DEALS,
  ...HTTP,
  ...PROCESSES,
};

export type ErrorCode = keyof typeof ERRORS;

/** What is known of a code. */
export function entryOf(code: ErrorCode): ErrorEntry {
  return ERRORS[code];
}

/** The sections of docs/errors.md. */
export const ERROR_SECTIONS: readonly {
  title: string;
  intro: string;
  errors: Readonly<Record<string, ErrorEntry>>;
}[] = [
  {
    title: 'The request is refused',
    intro:
      'Nothing was ordered. Correct it and send it under a new `requestId`. A refusal is no alarm:\n[What to be alarmed by](deploy.md#what-to-be-alarmed-by).',
    errors: REFUSALS,
  },
  { title: 'The purchase waits and goes on by itself', intro: '', errors: WAITS },
  { title: 'A person is needed', intro: '[Deciding](deciding.md) says how.', errors: QUESTIONS },
  { title: 'Nothing came of an attempt, and another one follows', intro: '', errors: ABSENCES },
  { title: 'A decision is refused', intro: '', errors: DECISIONS },
  { title: 'The license is bought, and something of it is missing', intro: '', errors: REMAINDERS },
  {
    title: 'A won deal',
    intro: 'Reasons in the status of a deal, and types of its failures in Temporal.',
    errors: DEALS,
  },
  {
    title: 'The HTTP server',
    intro:
      'Its problem documents ([The HTTP API](api.md#when-something-is-wrong)) have these codes beside those above, and\n`LedgerUnavailable` and `TemporalUnreachable` (503: send it again).',
    errors: HTTP,
  },
  { title: 'The command and the processes', intro: '', errors: PROCESSES },
];
