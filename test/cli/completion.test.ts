import { execFileSync, spawnSync } from 'node:child_process';
import { requestFile, wonce } from '../support/npm-start';

/** What bash offers behind a line. */
async function offered(line: string): Promise<string[]> {
  const script = requestFile('completion', (await wonce('completion', 'bash')).stdout);
  const words = line.split(' ');
  const ask =
    `source '${script}'; COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); ` +
    `COMP_CWORD=${words.length - 1}; _wonce; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync('bash', ['-c', ask], { encoding: 'utf8' }).split('\n').filter(Boolean);
}

it.each([
  ['wonce de', ['deals']],
  ['wonce deals d', ['dismiss']],
  ['wonce deals list --w', ['--wide']],
  ['wonce list --status wait', ['waiting-for-choice', 'waiting-for-approval', 'waiting-for-decision']],
  ['wonce settle deal-4711 --not-created ', ['order-again', 'stop']],
  ['wonce completion f', ['fish']],
  ['wonce deals show hubspot:1:2 --j', ['--json']],
  ['wonce status deals --t', []],
])('behind "%s" bash offers %j', async (line, words) => {
  expect(await offered(line)).toEqual(words);
});

it.each(['bash', 'zsh', 'fish'])(
  'the script for %s has every command, and the shell reads it',
  async (shell) => {
    const { code, stdout } = await wonce('completion', shell);
    expect(code).toBe(0);
    for (const command of ['audit', 'renewals', 'deals fill', 'completion'])
      expect(stdout).toContain(`'wonce ${command}'`);
    const isThere = spawnSync(shell, ['-c', 'true']).status === 0;
    if (isThere) execFileSync(shell, ['-n', requestFile('completion', stdout)]);
  },
);

it('a shell that there is not is wrong use', async () => {
  expect((await wonce('completion', 'tcsh')).code).toBe(2);
});
