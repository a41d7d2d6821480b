import { chatText } from '../../domain/chat-text';
import { noticeInWords, shortly } from '../../domain/notice';

/** What Slack, Mattermost, Google Chat or Teams would obey. */
const OBEYED = /[<>&*~`@#|[\]\\]|:\/\/|(^|\P{L})_|_(\P{L}|$)|\n/u;

describe('in a chat, texts of others are texts alone', () => {
  it.each([
    ['a mention of the whole channel', '<!channel> <!here|here> @everyone @channel <users/all> <at>Ann</at>'],
    ['a link under another name', '<https://evil.example|your bank> [your bank](https://evil.example)'],
    ['an address', 'see https://evil.example/?a=b&c=d'],
    ['signs of format', '*bold* _italic_ ~gone~ `code` ```block``` **bold** # title > quote \\*'],
    ['what Slack reads as a sign', '&lt;!channel&gt;'],
    ['lines', 'one\n> two\r\n# three'],
    ['what nobody sees', '<\u200b!channel> \u202egnp.exe'],
  ])('%s', (_what, text) => {
    expect(chatText(text)).not.toMatch(OBEYED);
  });

  it('an address without a scheme is no link either', () => {
    expect(chatText('www.evil.example and evil.example/x')).not.toMatch(/\w\.\w/);
  });

  it('and they can still be read; what has no meaning stays as it is', () => {
    expect(chatText('<!channel> *now*')).toBe('‹!channel› ∗now∗');
    expect(chatText('order_2026-11:4, 2.5 years, "Ultimate" (100)')).toBe(
      'order_2026-11:4, 2.5 years, "Ultimate" (100)',
    );
  });

  it('wherever they stand in a notice', () => {
    const bad = '<!channel> *x*';
    const waits = {
      requestId: bad,
      status: 'waiting-for-choice',
      asked: bad,
      since: '2026-11-27T23:10:11.000Z',
    };
    const texts = [
      noticeInWords({ type: 'purchase.waiting', data: waits }),
      noticeInWords({ type: 'deal.waits-too-long', data: { ...waits, deal: bad } }),
      noticeInWords({
        type: 'renewal.near',
        data: { serialNumber: bad, plan: bad, expiresOn: '2027-03-31', daysLeft: 1 },
      }),
    ];
    for (const text of texts) expect(text).not.toMatch(OBEYED);
    expect(texts[0]).toBe(
      'The purchase ‹!channel› ∗x∗ waits (waiting-for-choice), since 2026-11-27 23:10 UTC: ‹!channel› ∗x∗',
    );
    expect(texts[2]).toBe('The PBX ‹!channel› ∗x∗ (‹!channel› ∗x∗) expires on 2027-03-31, in 1 day');
  });
});

describe('what is asked is told in short', () => {
  it('without e-mail addresses', () => {
    expect(shortly('no contact "ann.arbour@customer.example", (bo@x.example), 5 @ home')).toBe(
      'no contact "a…@customer.example", (b…@x.example), 5 @ home',
    );
  });

  it('in one line of at most 300 characters, whole ones', () => {
    expect(shortly(' one\n two\t\u001b[31m')).toBe('one two \\u{1b}[31m');
    const long = shortly('😀'.repeat(400));
    expect([...long]).toHaveLength(300);
    expect(long.endsWith('😀…')).toBe(true);
  });
});
