/** The task queue of the steps that call the vendor, beside that of everything else: the vendor's limits are its limits. */
export function portalTaskQueueOf(taskQueue: string): string {
  return `${taskQueue}-portal`;
}

/**
 * Priorities of steps, for servers that go by them: what has the lower number goes first where steps wait for their turn. Without
 * one it is Temporal's own, 3.
 */
export const FOR_A_PERSON = 1;
export const ORDER_FIRST = 2;
export const IN_BULK = 5;

/** Whose turn it is where many wait: the deals of each source, and all that did not come from a CRM, take turns. */
export function fairnessKeyOf(source?: string): string {
  return source === undefined ? 'requests' : `deals:${source}`;
}
