import { requestFile, wonceWith } from '../support/npm-start';

it('a user without a login name, as in a container, is known by the number', async () => {
  const nameless = "require('node:os').userInfo = () => { throw new Error('uv_os_get_passwd'); };";
  const env = { NODE_OPTIONS: `--require ${requestFile('nameless.cjs', nameless)}` };
  for (const command of [['cancel'], ['deals', 'buy']]) {
    const { code, stdout } = await wonceWith(env, ...command, '--help');
    expect(code).toBe(0);
    expect(stdout).toContain(`who decides (default: "uid ${process.getuid!()}")`);
  }
});

it('says which version it is', async () => {
  const { code, stdout } = await wonceWith({}, '--version');
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as string });
});
