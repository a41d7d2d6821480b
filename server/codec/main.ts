import { codecSettings } from '../../config/codec-settings';
import { createLog } from '../../config/log';
import { stopOnSignal } from '../../config/process-life';
import { withSecretsOfFiles } from '../../config/secret-files';
import { errorInWords } from '../../domain/printable';
import { createCodecApp } from './app';

/**
 * Runs the codec server until SIGTERM or SIGINT: it decrypts payloads for the Temporal UI and command, and encrypts what
 * they send. Ends the process with 1 and one clear line on standard error when it cannot start.
 */
export async function runCodecServer(): Promise<void> {
  try {
    const { host, port, keys, tokens, origins, logLevel } = codecSettings(withSecretsOfFiles(process.env));
    const log = createLog('wonce-codec-server', logLevel);
    const app = createCodecApp({ keys, tokens, origins, log });
    const url = await app.listen({ host, port });
    stopOnSignal(async () => {
      await app.close();
      log.info('codec server stopped');
    });
    log.info({ keyIds: keys.map(({ id }) => id), origins }, `codec server listening on ${url}`);
  } catch (error) {
    process.stderr.write(`wonce codec-server cannot run: ${errorInWords(error)}\n`);
    process.exit(1);
  }
}

if (require.main === module) void runCodecServer();
