import { createHash } from 'node:crypto';

/**
 * The id of the update that a decision is sent as: the same decision about the same status has the same id, whoever
 * repeats it by the same door; by another it is another act, and recorded as that. After a refusal the status is another: Temporal would answer with the old refusal for ever.
 */
export function updateIdOf(
  { updatedAt }: { updatedAt: string },
  decision: { verb: string; by: string; why?: string },
): string {
  const { why: _, ...what } = decision;
  const about = JSON.stringify([what, updatedAt]);
  return `${decision.verb}-${createHash('sha256').update(about).digest('hex').slice(0, 32)}`;
}
