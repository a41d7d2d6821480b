import { XMLParser } from 'fast-xml-parser';
import { MessageRefused } from '../../crm/deal-receiver';
import { ACKNOWLEDGEMENT, readOutboundMessage } from '../../crm/salesforce/outbound-message';

const NOTIFICATION = `<Notification><Id>04lAA00000zzzzzAAA</Id>
   <sObject xsi:type="sf:Opportunity" xmlns:sf="urn:sobject.enterprise.soap.sforce.com">
    <sf:Id>006AA00000xyzABYAY</sf:Id><sf:StageName>Closed Won</sf:StageName><sf:IsWon>true</sf:IsWon>
   </sObject></Notification>`;

/** As the guide shows it. */
const message = (notifications = NOTIFICATION) => `<?xml version="1.0" encoding="UTF-8"?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body>
 <notifications xmlns="http://soap.sforce.com/2005/09/outbound">
  <OrganizationId>00DAA0000001abc2AA</OrganizationId><ActionId>04kAA0000000001AAA</ActionId>
  <SessionId xsi:nil="true"/><EnterpriseUrl>https://acme.my.salesforce.com/services/Soap/c/60.0/00D</EnterpriseUrl>
  <PartnerUrl>https://acme.my.salesforce.com/services/Soap/u/60.0/00D</PartnerUrl>
  ${notifications}</notifications></soapenv:Body></soapenv:Envelope>`;

function refusalOf(text: string): MessageRefused {
  try {
    readOutboundMessage(text);
  } catch (error) {
    if (error instanceof MessageRefused) return error;
    throw error;
  }
  throw new Error('It was not refused.');
}

const fieldOf = (value: string) =>
  readOutboundMessage(message(NOTIFICATION.replace('Closed Won', value))).notifications[0]!.field(
    'StageName',
  );

describe('an Outbound Message', () => {
  it('is read as the guide shows it', () => {
    const { organizationId, notifications } = readOutboundMessage(message());
    expect(organizationId).toBe('00DAA0000001abc2AA');
    expect(notifications).toHaveLength(1);
    const [one] = notifications;
    expect(one!.sObject).toBe('Opportunity');
    expect(['Id', 'StageName', 'IsWon', 'Name'].map((name) => one!.field(name))).toEqual([
      '006AA00000xyzABYAY',
      'Closed Won',
      'true',
      undefined,
    ]);
  });

  it.each([1, 2, 100])('holds %d notifications', (count) => {
    expect(readOutboundMessage(message(NOTIFICATION.repeat(count))).notifications).toHaveLength(count);
  });

  it('may call its namespaces what it likes', () => {
    const other = message()
      .replaceAll('sf:', 'ns7:')
      .replaceAll(':sf=', ':ns7=')
      .replaceAll('soapenv', 'S')
      .replaceAll(/<(\/?)(notifications|Notification|OrganizationId|sObject|Id)\b/g, '<$1o:$2');
    const [one] = readOutboundMessage(other).notifications;
    expect([one!.sObject, one!.field('Id')]).toEqual(['Opportunity', '006AA00000xyzABYAY']);
  });

  it('keeps ids that look like numbers as they are', () => {
    const [one] = readOutboundMessage(
      message().replace('006AA00000xyzABYAY', '006000000000001'),
    ).notifications;
    expect(one!.field('Id')).toBe('006000000000001');
  });

  it.each([
    ['R&amp;D &lt;won&gt; &quot;x&quot; &apos;y&apos;', `R&D <won> "x" 'y'`],
    ['&#87;on &#x57;on', 'Won Won'],
    ['&amp;lt;', '&lt;'],
    ['<![CDATA[Closed & <Won>]]>', 'Closed & <Won>'],
    ['&lt;!DOCTYPE x&gt;', '<!DOCTYPE x>'],
    ['', undefined],
  ])('%s is a value, too', (value, expected) => {
    expect(fieldOf(value)).toBe(expected);
  });

  it.each([
    ['toString', undefined],
    ['__proto__', undefined],
    ['constructor', undefined],
  ])('has no field %s unless it was sent', (name, expected) => {
    expect(readOutboundMessage(message()).notifications[0]!.field(name)).toBe(expected);
  });
});

describe('XML that is refused', () => {
  const lol = Array.from({ length: 30 }, (_, n) => `<!ENTITY l${n + 1} "&l${n};&l${n};">`).join('');

  it.each<[string, string, string]>([
    [
      'a DOCTYPE',
      message().replace('<soapenv', '<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x"><soapenv'),
      'DOCTYPE',
    ],
    [
      'an entity bomb',
      message(NOTIFICATION.replace('Closed Won', '&l30;')).replace(
        '<soapenv',
        `<!DOCTYPE x [<!ENTITY l0 "l">${lol}]><soapenv`,
      ),
      'DOCTYPE',
    ],
    ['a file of the machine', '<!doctype x [<!entity f SYSTEM "file:///etc/passwd">]><x>&f;</x>', 'DOCTYPE'],
    ['no XML', 'OrganizationId=00D', 'well-formed'],
    ['nothing', '', 'well-formed'],
    ['half of it', message().slice(0, 700), 'well-formed'],
    ['tags that do not match', '<a><b></a></b>', 'well-formed'],
    ['a bottomless one', '<a>'.repeat(5000) + '</a>'.repeat(5000), 'well-formed'],
    ['another envelope', '<Envelope><Body><fault/></Body></Envelope>', 'notifications'],
    ['two bodies', message().replace('<soapenv:Body>', '<soapenv:Body/><soapenv:Body>'), 'notifications'],
    ['no notification', message(''), '1 to 100 notifications, came 0'],
    ['101 notifications', message(NOTIFICATION.repeat(101)), '1 to 100 notifications, came 101'],
  ])('%s', (_what, text, expected) => {
    const startedAt = Date.now();
    const refusal = refusalOf(text);
    expect(refusal.code).toBe('MessageUnreadable');
    expect(refusal.message).toContain(expected);
    expect(Date.now() - startedAt).toBeLessThan(20_000);
  });
});

it('is acknowledged with Ack true in the namespace of the message', () => {
  expect(ACKNOWLEDGEMENT.contentType).toMatch(/^text\/xml/);
  const { 'soapenv:Envelope': envelope } = new XMLParser({ ignoreAttributes: false }).parse(
    ACKNOWLEDGEMENT.body,
  ) as Record<string, Record<string, Record<string, unknown>>>;
  expect(envelope!['soapenv:Body']).toEqual({
    notificationsResponse: { '@_xmlns': 'http://soap.sforce.com/2005/09/outbound', Ack: true },
  });
});
