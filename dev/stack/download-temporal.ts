import { TestWorkflowEnvironment } from '@temporalio/testing';

/** Lets Temporal's SDK download its development server into a folder (first argument), as it does for tests. */
async function downloadInto(folder: string): Promise<void> {
  const environment = await TestWorkflowEnvironment.createLocal({
    server: { executable: { type: 'cached-download', downloadDir: folder } },
  });
  await environment.teardown();
}

downloadInto(process.argv[2] ?? '.').catch((error: unknown) => {
  process.stderr.write(`${(error as Error).message.replaceAll('\n', ' ')}\n`);
  process.exitCode = 1;
});
