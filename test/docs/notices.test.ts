import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NoticeSender } from '../../notices/notice-sender';
import { freePort } from '../../dev/stack/free-port';
import { cleanEnvironment, ROOT, RunningProcess } from '../support/processes';
import { until } from '../support/until';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const [, EXAMPLE = ''] =
  /```js\n([^]*?)```/.exec(readFileSync(join(ROOT, 'docs', 'notices.md'), 'utf8')) ?? [];

it('the receiver in docs/notices.md runs: it takes what is signed, once, and nothing else', async () => {
  const port = String(await freePort());
  const env = { ...cleanEnvironment(), PORT: port, WONCE_NOTICES_SECRET: SECRET };
  const receiver = new RunningProcess(spawn(process.execPath, ['-e', EXAMPLE], { cwd: ROOT, env }));
  const url = `http://127.0.0.1:${port}/`;
  await until('the receiver to listen', () =>
    fetch(url, { method: 'POST' }).then(
      ({ status }) => status === 401,
      () => false,
    ),
  );
  const sender = new NoticeSender([{ id: 'one', kind: 'signed', url, host: 'one' }], SECRET);
  const [data, foundAt] = [
    { requestId: 'harbour-1', link: 'https://wonce.example/orders/harbour-1' },
    new Date(),
  ];
  for (const id of ['msg_1', 'msg_1']) {
    await sender.send({ id, type: 'purchase.waiting', address: 'one', data, foundAt }, 1);
  }
  const forger = new NoticeSender(
    [{ id: 'one', kind: 'signed', url, host: 'one' }],
    `${SECRET.slice(0, -4)}AAAA`,
  );
  await expect(
    forger.send({ id: 'msg_2', type: 'deal.waiting', address: 'one', data, foundAt }, 1),
  ).rejects.toThrow('one answered 401');
  await receiver.kill();
  expect(receiver.output).toBe('purchase.waiting harbour-1 https://wonce.example/orders/harbour-1\n');
});
