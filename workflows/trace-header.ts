import type { ActivityInput, WorkflowInterceptorsFactory } from '@temporalio/workflow';

type Headers = ActivityInput['headers'];

/** In which header Temporal's interceptors for OpenTelemetry hand on what a trace is continued by. */
const TRACE_HEADER = '_tracer-data';

/**
 * Hands the trace that a run was started in on to its activities and to the runs that it starts. The run itself has no spans:
 * nothing of OpenTelemetry is in its bundle, nothing is awaited, and no command is another one; without a trace nothing at
 * all is done.
 */
export const interceptors: WorkflowInterceptorsFactory = () => {
  let trace: Headers = {};
  const traced = <Input extends { headers: Headers }>(input: Input): Input =>
    trace[TRACE_HEADER] === undefined ? input : { ...input, headers: { ...trace, ...input.headers } };
  return {
    inbound: [
      {
        execute(input, next) {
          const { [TRACE_HEADER]: header } = input.headers;
          if (header !== undefined) trace = { [TRACE_HEADER]: header };
          return next(input);
        },
      },
    ],
    outbound: [
      {
        scheduleActivity: (input, next) => next(traced(input)),
        scheduleLocalActivity: (input, next) => next(traced(input)),
        startChildWorkflowExecution: (input, next) => next(traced(input)),
        continueAsNew: (input, next) => next(traced(input)),
      },
    ],
  };
};
