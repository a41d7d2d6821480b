import type { WorkflowInterceptorsFactory } from '@temporalio/workflow';
import { isRefusal, reasonOf } from './failures';

/** What is said of a failure beside the SDK's own line "Workflow failed". */
interface LoggedFailure {
  code: string;
  message: string;
  isRefusal: boolean;
}

/**
 * Gives the worker's log line of a run that failed the reason why. What leaves the workflow's sandbox of the error itself is
 * no more than its message.
 */
export const interceptors: WorkflowInterceptorsFactory = () => {
  let failure: LoggedFailure | undefined;
  return {
    inbound: [
      {
        async execute(input, next) {
          try {
            return await next(input);
          } catch (error) {
            failure = { ...reasonOf(error), isRefusal: isRefusal(error) };
            throw error;
          }
        },
      },
    ],
    outbound: [{ getLogAttributes: (input, next) => next({ ...input, ...(failure && { failure }) }) }],
  };
};
