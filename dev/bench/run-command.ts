import { spawn } from 'node:child_process';
import { once } from 'node:events';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Runs a command to its end, in a folder.
 *
 * @returns what it wrote to standard output
 * @throws Error with its last words when it does not end with 0
 */
export async function runCommand(
  command: string,
  args: readonly string[],
  env: Environment,
  folder: string,
): Promise<string> {
  const child = spawn(command, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    said += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code === 0) return output;
  throw new Error(
    `${command} ${args.join(' ')} ended with ${code ?? 'a signal'}. ${said.trim().slice(-500)}`,
  );
}
