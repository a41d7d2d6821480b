/** Whether a run goes on, by the name that Temporal's client gives its status: one that an operator has paused does. */
export function goesOn(statusName: string): boolean {
  return statusName === 'RUNNING' || statusName === 'PAUSED';
}
