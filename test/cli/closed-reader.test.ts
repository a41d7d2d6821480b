import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { join } from 'node:path';
import { ROOT } from '../support/processes';

it.each([[['--help']], [['buy', '--help']], [['completion', 'bash']]])(
  'whoever has read enough of %s is told nothing of a broken pipe',
  async (args) => {
    const command = spawn(process.execPath, [join(ROOT, 'bin', 'wonce.js'), ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    command.stdout.destroy();
    const [said] = await Promise.all([text(command.stderr), once(command, 'exit')]);
    expect([command.exitCode, said]).toEqual([0, '']);
  },
);
