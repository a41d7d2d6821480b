/** The task queue of the steps that call the vendor, beside that of everything else: the vendor's limits are its limits. */
export function portalTaskQueueOf(taskQueue: string): string {
  return `${taskQueue}-portal`;
}
