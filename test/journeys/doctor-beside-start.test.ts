import type { Report } from '../../doctor/report';
import { start, wonceWith } from '../support/npm-start';

it('in the folder of a running start, all is found that runs there, and nothing is amiss', async () => {
  const running = start();
  await running.saw(/Up until Ctrl-C/);
  const credentials = {
    PORTAL_CLIENT_ID: 'fake-portal-client',
    PORTAL_CLIENT_SECRET: 'fake-portal-secret',
  };
  const { stdout, code } = await wonceWith(credentials, 'doctor', '--json');
  const { rows } = JSON.parse(stdout) as Report;
  expect(rows.filter(({ verdict }) => verdict === 'different, not handled')).toEqual([]);
  expect(code).toBe(0);
  const found = Object.fromEntries(
    rows.map(({ subject, what, verdict }) => [`${subject}: ${what}`, verdict]),
  );
  expect(found).toMatchObject({
    'portal: token': 'as expected',
    'temporal: workflow worker': 'as expected',
    'temporal: version of the worker': 'as expected',
    'ledger: tables': 'as expected',
    'ledger: rights': 'as expected',
    'webhooks: server': 'as expected',
  });
});
