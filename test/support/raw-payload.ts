import type { Client } from '@temporalio/client';
import { randomUUID } from 'node:crypto';

/** A payload as somebody sends it by hand, byte for byte. */
export interface RawPayload {
  /** None: without an encoding at all. */
  encoding?: string;
  data: string;
}

function payloadsOf({ encoding, data }: RawPayload) {
  const metadata = encoding === undefined ? {} : { encoding: Buffer.from(encoding) };
  return { payloads: [{ metadata, data: Buffer.from(data) }] };
}

/** Starts a run with a payload that no converter has made. */
export async function startRaw(
  temporal: Client,
  run: { workflowId: string; type: string; taskQueue: string },
  payload: RawPayload,
): Promise<void> {
  await temporal.workflowService.startWorkflowExecution({
    namespace: temporal.options.namespace,
    workflowId: run.workflowId,
    workflowType: { name: run.type },
    taskQueue: { name: run.taskQueue },
    requestId: randomUUID(),
    input: payloadsOf(payload),
  });
}

export async function signalRaw(
  temporal: Client,
  workflowId: string,
  signalName: string,
  payload: RawPayload,
): Promise<void> {
  await temporal.workflowService.signalWorkflowExecution({
    namespace: temporal.options.namespace,
    workflowExecution: { workflowId },
    signalName,
    input: payloadsOf(payload),
    requestId: randomUUID(),
  });
}

/** @returns the message with which the update was refused; undefined when it was taken */
export async function updateRaw(
  temporal: Client,
  workflowId: string,
  name: string,
  payload: RawPayload,
): Promise<string | undefined> {
  const { outcome } = await temporal.workflowService.updateWorkflowExecution({
    namespace: temporal.options.namespace,
    workflowExecution: { workflowId },
    waitPolicy: { lifecycleStage: 3 },
    request: {
      meta: { updateId: randomUUID(), identity: 'by hand' },
      input: { name, args: payloadsOf(payload) },
    },
  });
  return outcome?.failure?.message ?? undefined;
}
