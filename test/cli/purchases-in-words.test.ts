import { purchasesInWords } from '../../cli/purchases-in-words';
import { widthOf } from '../../cli/wrap';
import type { PurchaseRecord } from '../../ledger/purchase-record';
import { tutorialRequest } from '../support/requests';

const ORDER = { orderNo: 'ZC3206258125675945984', orderStatus: 'succeed' };

function purchase(requestId: string, more: Partial<PurchaseRecord> = {}): PurchaseRecord {
  return {
    ...{ requestId, workflowId: `purchase:${requestId}`, fingerprint: '', status: 'ordered', attempts: 1 },
    ...{ cancellationRequested: false, eventCount: 1, headHash: '' },
    request: tutorialRequest(requestId),
    ...{ createdAt: new Date(Date.now() - 3 * 3_600_000), updatedAt: new Date(), ...more },
  };
}

it('a list begins with the zone and a header, and says what each is, how it stands and how old it is', () => {
  const po = { ...tutorialRequest('deal-1'), poNumber: 'PO-7781' };
  const [head, header, line] = purchasesInWords(
    { purchases: [purchase('deal-1', { request: po, order: ORDER })] },
    {},
    'Europe/Berlin',
  ).split('\n');
  expect(head).toMatch(/^As of \d{4}-\d\d-\d\d \d\d:\d\d:\d\d, Europe\/Berlin, UTC\+0[12]:00$/);
  expect(header!.split(/ +/)).toEqual(['STATUS', 'FOR', 'PLAN', 'PO', 'ORDER', 'AGE', 'ID']);
  expect(line!.split(/ {2,}/)).toEqual([
    ...['ordered', '3651E1292455', 'Ultimate', 'PO-7781', ORDER.orderNo, '3 h', 'deal-1'],
  ]);
});

it('what is the same in all, because nothing is known of it, has no column', () => {
  const [, header] = purchasesInWords({ purchases: [purchase('deal-1')] }, {}).split('\n');
  expect(header).not.toMatch(/ORDER|PO/);
  expect(purchasesInWords({ purchases: [] }, {})).toBe('No purchases.');
});

it('it fits 79 columns whatever stands in it, ids lose their beginnings, and --wide shows them whole', () => {
  const ids = ['1', '2'].map((end) => `hubspot:9001234:${'3'.repeat(90)}:${end}`);
  const purchases = ids.map((id) =>
    purchase(id, {
      ...{ status: 'waiting-for-decision', order: ORDER },
      request: {
        ...{ ...tutorialRequest(id), plan: 'Ultimate'.repeat(9), poNumber: 'PO-'.repeat(20) },
        license: { kind: 'new', partner: { company: '株式会社'.repeat(20) } },
      },
    }),
  );
  const narrow = purchasesInWords({ purchases }, {}).split('\n');
  expect(Math.max(...narrow.map((line) => widthOf(line.replaceAll('…', '.'))))).toBeLessThan(80);
  expect(narrow.slice(2).map((line) => /….{6,}:[12]$/.test(line))).toEqual([true, true]);
  const wide = purchasesInWords({ purchases }, { wide: true }, 'UTC').split('\n');
  expect(wide[1]).toMatch(/^SINCE +STATUS/);
  for (const [row, id] of ids.entries()) expect(wide[row + 2]).toContain(id);
  expect(wide.join('')).not.toContain('…');
});

it('what asks for the next page can be typed', () => {
  const page = { purchases: [purchase('deal-1')], next: '1795517878386~deal-1' };
  expect(purchasesInWords(page, { status: 'ordered', limit: 1, wide: true }).split('\n').at(-1)).toBe(
    'more: wonce list --status ordered --limit 1 --wide --after 1795517878386~deal-1',
  );
});
