import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils';
import { DeterminismViolationError } from '@temporalio/workflow';
import { temporalTarget } from '../config/temporal-connection';
import type { Environment } from '../config/check';
import type { Replayed, RunHistory } from '../domain/replay';
import { runCodeFor } from './workflow-bundle';

/** What is read of a history before it is replayed. */
interface Events {
  events?: { workflowExecutionStartedEventAttributes?: Started | null }[] | null;
}
interface Started {
  workflowId?: string | null;
  workflowType?: { name?: string | null } | null;
}

/**
 * Replays histories, one after the other, with the workflow code of this build and the payload keys of the environment: would each
 * run go on with it? It needs no server, starts nothing and writes nothing.
 *
 * @throws SettingsError when WONCE_PAYLOAD_KEYS is wrong
 */
export async function* replay(
  env: Environment,
  histories: AsyncIterable<RunHistory> | Iterable<RunHistory>,
): AsyncGenerator<Replayed, void, undefined> {
  const options = runCodeFor(temporalTarget(env));
  // What fails is told in the results.
  const silent = new DefaultLogger('ERROR', () => undefined);
  Runtime.install({ logger: silent, telemetryOptions: { logging: { filter: 'OFF' } } });
  const unreadable: Replayed[] = [];
  const asked: Omit<Replayed, 'problem'>[] = [];
  const readable = async function* () {
    for await (const run of histories) {
      const { history, problem, ...about } = withStart(run);
      if (problem !== undefined)
        unreadable.push({ ...about, problem: { kind: 'unreadable', message: problem } });
      else {
        asked.push(about);
        yield { workflowId: about.workflowId, history };
      }
    }
  };
  for await (const { error } of Worker.runReplayHistories(options, readable())) {
    yield* unreadable.splice(0);
    yield { ...asked.shift()!, ...(error && { problem: problemOf(error) }) };
  }
  yield* unreadable;
}

/** With what its first event says: a replay needs the id that the run had. */
function withStart(run: RunHistory): RunHistory {
  if (run.problem !== undefined) return run;
  try {
    const history = asHistory(run.history);
    const { workflowId, workflowType } = history.events![0]!.workflowExecutionStartedEventAttributes!;
    return {
      ...run,
      history,
      workflowId: workflowId || run.workflowId,
      ...(workflowType?.name && { workflowType: workflowType.name }),
    };
  } catch {
    return {
      ...run,
      problem: 'expected the history of a run that begins with its start; came something else',
    };
  }
}

/** A history in JSON has its numbers as text. */
function asHistory(history: unknown): Events {
  const isJson = typeof (history as { events: { eventId: unknown }[] }).events[0]!.eventId === 'string';
  return isJson ? historyFromJSON(history) : (history as Events);
}

function problemOf(error: Error): NonNullable<Replayed['problem']> {
  const kind = error instanceof DeterminismViolationError ? 'nondeterminism' : 'failure';
  return { kind, message: reasonIn(error.message) };
}

/** Around it are the SDK's own words for the kind, and a failure of Rust's in its debugging form, stack and all. */
function reasonIn(message: string): string {
  const details = message.replace(/^.*? Details: /s, '');
  const quoted = /^.*?Failure \{ message: ("(?:[^"\\]|\\.)*")/s.exec(details)?.[1];
  // Written by Rust; what JSON does not know of it stays as it is.
  const text = quoted?.replace(/\\(?!["\\nrt])/g, '\\\\');
  return text === undefined ? details : (JSON.parse(text) as string);
}
