import { bookedIn, dataDir, portalOf, requestFile, start, wonce } from '../support/npm-start';
import { tutorialRequest } from '../support/requests';

describe('the command, in the folder of a running start', () => {
  it('a person settles what the evidence does not: decisions are checked, and exit codes say how it stands', async () => {
    const running = start([], { WONCE_SETTLE_FIRST_LOOK: '200ms', WONCE_SETTLE_WINDOW: '1s' });
    await running.saw(/Up until Ctrl-C/);
    const portal = await portalOf(running);
    const buy = (id: string) =>
      wonce('buy', requestFile(`${id}.json`, { ...tutorialRequest(id), poNumber: id }));
    const bought = await buy('settle-1');
    const [, orderNo] = /order number +(\S+)/.exec(bought.stdout)!;

    await portal('faults', {
      endpoint: 'orders',
      kind: 'cut',
      when: 'before',
      match: { poNumber: 'settle-2' },
    });
    const waiting = await buy('settle-2');
    expect(waiting.code).toBe(3);
    expect(waiting.stdout).toMatch(
      /waiting-for-decision[\s\S]*^ {2}wonce settle settle-2 --created ORDER_NUMBER$/m,
    );
    expect((await wonce('list', '--status', 'waiting-for-decision')).stdout).toMatch(/settle-2/);

    const misspelt = await wonce('list', '--status', 'waiting');
    expect([misspelt.code, misspelt.stdout]).toEqual([2, '']);
    expect(misspelt.stderr).toMatch(/waiting-for-choice, waiting-for-approval, ordering/);

    const another = await wonce('settle', 'settle-2', '--created', orderNo!);
    expect(another.code).toBe(1);
    expect(another.stderr).toMatch(/DecisionRefused: .*belongs to the request "settle-1"/);
    expect((await wonce('settle', 'settle-2')).code).toBe(2);
    expect((await wonce('settle', 'settle-2', '--not-created', 'perhaps')).code).toBe(2);
    expect((await wonce('choose', 'settle-2', '42')).stderr).toMatch(/NothingWaits/);
    expect((await wonce('choose', 'nobody', '42')).stderr).toMatch(/UnknownPurchase/);

    const again = [
      'settle',
      'settle-2',
      '--not-created',
      'order-again',
      '--by',
      'Ann',
      '--why',
      'not in the portal',
    ];
    const settled = await wonce(...again);
    expect(settled.code).toBe(0);
    expect(settled.stdout).toMatch(/status +ordered/);
    expect((await wonce('audit', 'settle-2')).stdout).toMatch(/Ann decided: order again — not in the portal/);
    expect((await wonce(...again)).code).toBe(1);
    expect(bookedIn(dataDir()).filter((order) => order.poNumber === 'settle-2')).toHaveLength(1);
  });

  it('buy twice is one order, other content is refused; results on stdout, progress on stderr, exit codes', async () => {
    const running = start();
    await running.saw(/Up until Ctrl-C/);
    const request = { ...tutorialRequest('command-1'), poNumber: 'command-1' };
    const file = requestFile('request.json', request);

    const first = await wonce('buy', file, '--json');
    expect(first.code).toBe(0);
    const bought = JSON.parse(first.stdout) as { order: { orderNo: string } };
    const second = await wonce('buy', file, '--json');
    expect(second.code).toBe(0);
    expect(JSON.parse(second.stdout)).toMatchObject({ order: bought.order });
    expect(second.stderr).toMatch(/known already/);

    const other = await wonce('buy', requestFile('other.json', { ...request, years: 3 }));
    expect(other).toMatchObject({ code: 1, stdout: '' });
    expect(other.stderr).toMatch(/RequestConflict: .*years \(2 before, 3 now\)/);
    expect(bookedIn(dataDir()).filter((order) => order.poNumber === 'command-1')).toHaveLength(1);

    const malformed = await wonce('buy', requestFile('malformed.json', '{"requestId": '));
    expect(malformed).toMatchObject({ code: 1, stdout: '' });
    expect(malformed.stderr).toMatch(/InvalidRequest: The request is not JSON/);

    expect((await wonce('status', 'nobody')).stderr).toMatch(/UnknownPurchase: .*wonce list/);
    expect((await wonce('status', 'nobody')).code).toBe(1);
    expect((await wonce('buy', 'no-such-file.json')).code).toBe(2);
    expect((await wonce('frobnicate')).code).toBe(2);
    expect((await wonce('--help')).code).toBe(0);
    expect((await wonce('cancel', 'command-1')).stderr).toMatch(/NothingWaits/);

    const list = JSON.parse((await wonce('list', '--json')).stdout) as { purchases: { requestId: string }[] };
    expect(list.purchases.map((purchase) => purchase.requestId)).toContain('command-1');
    const audit = await wonce('audit', 'command-1');
    expect(audit.stdout).toMatch(/ordered, attempt 1[\s\S]*The chain of 3 events holds/);
    expect((await wonce('audit', '--verify')).stdout).toMatch(/0 broken/);
  });
});
