import { visibleText } from './visible-text';

/**
 * A name as it is compared: without case, spaces and what nobody can see ("Disaster  recovery" is "disasterrecovery").
 */
export function foldName(name: string): string {
  // Once more afterwards: some letters come apart into others that are not shown.
  const visible = visibleText(visibleText(name).normalize('NFKC'));
  return visible.replace(/\s+/g, '').toLowerCase();
}

/** Whether two names are one, compared without case, spaces and what nobody can see. */
export function sameName(one: string, other: string): boolean {
  return foldName(one) === foldName(other);
}

/** An e-mail address that may stand in a failure or a log: enough to recognise, too little to write to. */
export function maskEmail(email: string): string {
  const at = email.lastIndexOf('@');
  return at < 1 ? '…' : `${email[0]}…${email.slice(at)}`;
}

/** What looks like an e-mail address within a text. */
const EMAIL_IN_TEXT = /[^\s<>"'(),;:@]+@[^\s<>"'(),;:@]+/g;

/** A text with every e-mail address in it masked. */
export function maskEmailsIn(text: string): string {
  return text.replace(EMAIL_IN_TEXT, maskEmail);
}

/** The same value with every e-mail address in it masked, by the name of its field: what is shown or kept for others to read. */
export function withMaskedEmails<Value>(value: Value): Value {
  return masked(value) as Value;
}

function masked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(masked);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, entry]: [string, unknown]) =>
    key === 'email' && typeof entry === 'string' ? [key, maskEmail(entry)] : [key, masked(entry)],
  );
  return Object.fromEntries(entries);
}

/** "a, b, c" with at most ten entries, and how many there are when there are more. */
export function listAtMostTen(entries: readonly string[], count = entries.length): string {
  if (entries.length === 0) return 'none';
  const shown = entries.slice(0, 10);
  return count > shown.length ? `${shown.join(', ')} (${shown.length} of ${count})` : shown.join(', ');
}
