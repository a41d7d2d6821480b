import { bundleWorkflowCode } from '@temporalio/worker';
import { writeFile } from 'node:fs/promises';
import { PAYLOAD_CONVERTER, WORKFLOW_BUNDLE } from './workflow-bundle';

/**
 * Bundles the workflow code ahead of time, with the worker version that will run it. `npm run build` calls this; the
 * worker refuses to start without the bundle, because bundling at run time would hide a broken image.
 */
async function buildBundle(): Promise<void> {
  const workflowsPath = require.resolve('../workflows/workflows');
  const { code } = await bundleWorkflowCode({
    workflowsPath,
    payloadConverterPath: PAYLOAD_CONVERTER,
    workflowInterceptorModules: [require.resolve('../workflows/failure-log')],
    logger: { log() {}, trace() {}, debug() {}, info() {}, warn: console.warn, error: console.error },
  });
  await writeFile(WORKFLOW_BUNDLE, code);
}

buildBundle().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
