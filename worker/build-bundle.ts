import { bundleWorkflowCode } from '@temporalio/worker';
import { writeFile } from 'node:fs/promises';
import { licensesOf } from './bundled-licenses';
import {
  BUNDLED_LICENSES,
  ENCODING_WORKFLOW_BUNDLE,
  FAILURE_CONVERTER,
  PAYLOAD_CONVERTER,
  WORKFLOW_BUNDLE,
} from './workflow-bundle';

/**
 * Bundles the workflow code ahead of time, once as it is and once with failures encoded, with the worker version that will run it. `npm run build` calls this; the
 * worker refuses to start without the bundle, because bundling at run time would hide a broken image.
 */
async function buildBundle(
  file: string,
  converters: { failureConverterPath?: string } = {},
): Promise<string> {
  const workflowsPath = require.resolve('../workflows/workflows');
  const workflowInterceptorModules = [
    require.resolve('../workflows/failure-log'),
    require.resolve('../workflows/trace-header'),
  ];
  const { code } = await bundleWorkflowCode({
    workflowsPath,
    payloadConverterPath: PAYLOAD_CONVERTER,
    ...converters,
    // Of a source map nothing is used but the file and the line of a stack trace; a whole one takes a worker 30 MB.
    webpackConfigHook: (config) => ({ ...config, devtool: 'inline-nosources-cheap-module-source-map' }),
    workflowInterceptorModules,
    // Read once, and not for each run anew: none of them keeps anything of a run outside of its functions, which lint sees to.
    preloadModules: [workflowsPath, ...workflowInterceptorModules],
    logger: { log() {}, trace() {}, debug() {}, info() {}, warn: console.warn, error: console.error },
  });
  await writeFile(file, code);
  return code;
}

async function buildBundles(): Promise<void> {
  const bundles = [
    await buildBundle(WORKFLOW_BUNDLE),
    await buildBundle(ENCODING_WORKFLOW_BUNDLE, { failureConverterPath: FAILURE_CONVERTER }),
  ];
  await writeFile(BUNDLED_LICENSES, licensesOf(bundles));
}

buildBundles().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
