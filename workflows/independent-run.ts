import {
  ChildWorkflowCancellationType,
  ParentClosePolicy,
  startChild,
  TemporalFailure,
  type ChildWorkflowHandle,
  type ChildWorkflowOptions,
  type Workflow,
  type WithWorkflowArgs,
} from '@temporalio/workflow';

/** A run that was started by another one, and goes on when that one ends or is cancelled. */
export const INDEPENDENT = {
  parentClosePolicy: ParentClosePolicy.ABANDON,
  cancellationType: ChildWorkflowCancellationType.ABANDON,
} as const satisfies ChildWorkflowOptions;

/**
 * Starts a run of its own.
 *
 * @returns undefined when its workflow id is taken
 */
export async function startIndependent<Type extends Workflow>(
  workflowType: string,
  options: WithWorkflowArgs<Type, ChildWorkflowOptions>,
): Promise<ChildWorkflowHandle<Type> | undefined> {
  try {
    return await startChild<Type>(workflowType, { ...options, ...INDEPENDENT });
  } catch (failure) {
    if (!isAlreadyStarted(failure)) throw failure;
    return undefined;
  }
}

/** Whether a child could not be started because its workflow id is taken. Its class is none of the workflow package's. */
function isAlreadyStarted(failure: unknown): boolean {
  return failure instanceof TemporalFailure && failure.name === 'WorkflowExecutionAlreadyStartedError';
}
