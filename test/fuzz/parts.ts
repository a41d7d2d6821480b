import fc from 'fast-check';
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { duration } from '../../config/check';
import { EncryptingCodec } from '../../config/payload-codec';
import { retryAfterMs } from '../../config/retry-after';
import type { DealReceiver } from '../../crm/deal-receiver';
import { readDealsFile, readDealsRules } from '../../crm/deals-file/deals-file';
import { hubspotReceiver } from '../../crm/hubspot/receiver';
import { pipedriveReceiver } from '../../crm/pipedrive/receiver';
import { salesforceReceiver } from '../../crm/salesforce/receiver';
import { standardWebhooksReceiver } from '../../crm/standard-webhooks/receiver';
import { textCell } from '../../domain/csv';
import { readDeal } from '../../domain/deal';
import { readDealDecision } from '../../domain/deal-decision';
import { readDealNotification } from '../../domain/deal-notification';
import { readDecision, type Verb } from '../../domain/decision';
import { utcOf } from '../../domain/time';
import { readEnvelope } from '../../portal/envelope';
import { orderVerdict } from '../../portal/order-verdict';
import { payloadsIn } from '../../server/codec/payloads';
import { fieldsOf } from '../../server/page/form';
import { decodeText } from '../../validation/decode-text';
import { parseRequestText } from '../../validation/request-schema';
import { hubspotSource } from '../crm/hubspot-source';
import { pipedriveSource } from '../crm/pipedrive-source';
import { salesforceSource } from '../crm/salesforce-source';
import { ROOT } from '../support/processes';
import { tutorialRequest } from '../support/requests';
import { bytesOf, changed, foreignJson, formText } from './inputs';
import { hasCode, part, type Part } from './part';

const PUBLIC_URL = 'https://hooks.example.com/webhooks/sales';
const SHOP_SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const DEALS_YAML = readFileSync(join(ROOT, 'docs/examples/deals.yaml'), 'utf8');

const isRefusal = hasCode('NotAuthentic', 'MessageUnreadable');

/** What HubSpot sends: its messages are authentic, so that what is in them is read. */
const HUBSPOT =
  '[{"eventId":700100200,"subscriptionId":411022,"portalId":62515,"appId":880055,"occurredAt":1795427551123,' +
  '"subscriptionType":"deal.propertyChange","attemptNumber":0,"objectId":31415926535,"propertyName":"dealstage",' +
  '"propertyValue":"closedwon","changeSource":"CRM_UI","objectTypeId":"0-3"},{"subscriptionType":"deal.merge","portalId":62515,' +
  '"primaryObjectId":7,"mergedObjectIds":[8,9],"newObjectId":10,"fromObjectId":11,"toObjectId":12,"associationType":"DEAL_TO_LINE_ITEM"}]';
export const PIPEDRIVE =
  '{"meta":{"action":"change","company_id":"7700001","entity":"deal","entity_id":"17","id":"x","version":"2.0","merged_to_id":3},' +
  '"data":{"id":17,"status":"won","deal_id":4},"previous":{"status":"open","deal_id":5}}';
const CALLOUT =
  '{"event_id":"e","type":"opportunity.won","org_id":"00DAA0000001abc2AA","opportunity_id":"006AA00000xyzABYAY","occurred_at":"2026-11-24T09:00:00Z"}';
const SHOP =
  '{"type":"deal.won","timestamp":"2026-11-24T09:00:00Z","data":{"dealId":"order-17","wonAt":"2026-11-24T08:59:00+01:00",' +
  '"fields":{"serial":"3651E1292455","years":2},"company":{"name":"Acme"},"lineItems":[{"sku":"YS-ULT","name":"Ultimate","quantity":100}]}}';
const SOAP = `<?xml version="1.0" encoding="UTF-8"?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body>
<notifications xmlns="http://soap.sforce.com/2005/09/outbound"><OrganizationId>00DAA0000001abc2AA</OrganizationId><SessionId xsi:nil="true"/>
<Notification><Id>04lAA00000zzzzzAAA</Id><sObject xsi:type="sf:Opportunity" xmlns:sf="urn:sobject.enterprise.soap.sforce.com">
<sf:Id>006AA00000xyzABYAY</sf:Id><sf:StageName>Closed &amp; Won</sf:StageName><sf:IsWon>true</sf:IsWon></sObject></Notification>
</notifications></soapenv:Body></soapenv:Envelope>`;
const XML_PIECES = [
  ...[
    '<!DOCTYPE a [<!ENTITY b "c">]>',
    '<![CDATA[x]]>',
    '<!-- -- -->',
    '<?pi ?>',
    '&#x0;',
    '&#xFFFFFFFF;',
    '&lol;',
    '</a>',
  ],
  ...[
    '<__proto__ a="b">',
    '<constructor>',
    '</__proto__>',
    'xsi:type="__proto__"',
    '<Notification/>',
    '\uFEFF',
  ],
];

function webhook(receiver: DealReceiver, headersOf: (body: Buffer) => Record<string, string>) {
  return (body: Buffer) => receiver.receive({ headers: headersOf(body), body, receivedAt: new Date() });
}

function signedByHubspot(body: Buffer): Record<string, string> {
  const timestamp = String(Date.now());
  const [secret] = hubspotSource().secrets;
  const hmac = createHmac('sha256', secret!).update(`POST${PUBLIC_URL}`).update(body).update(timestamp);
  return {
    'x-hubspot-signature-v3': hmac.digest('base64'),
    'x-hubspot-request-timestamp': timestamp,
  };
}

function signedByShop(body: Buffer): Record<string, string> {
  const now = new Date();
  return {
    'webhook-id': 'msg_1',
    'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
    'webhook-signature': new Webhook(SHOP_SECRET).sign('msg_1', now, body.toString()),
  };
}

const NAMED = { deal: ['serial', 'years', '__proto__'], company: ['name'] };
const receivers = {
  hubspot: hubspotReceiver(hubspotSource(), PUBLIC_URL),
  pipedrive: pipedriveReceiver(pipedriveSource()),
  salesforce: salesforceReceiver(salesforceSource()),
  shop: standardWebhooksReceiver({ secrets: [SHOP_SECRET] }, NAMED),
};
/** What makes a message authentic for `pipedriveSource`. */
export const PIPEDRIVE_PROOF = {
  authorization: `Basic ${Buffer.from('wonce:new-password').toString('base64')}`,
};
const bearer = (type: string) => ({ authorization: 'Bearer new-secret', 'content-type': type });

const webhooks: Part[] = [
  part('hubspot', bytesOf(foreignJson(HUBSPOT)), webhook(receivers.hubspot, signedByHubspot), isRefusal),
  part(
    'pipedrive',
    bytesOf(foreignJson(PIPEDRIVE)),
    webhook(receivers.pipedrive, () => PIPEDRIVE_PROOF),
    isRefusal,
  ),
  part(
    'soap',
    bytesOf(changed(SOAP, XML_PIECES)),
    webhook(receivers.salesforce, () => bearer('text/xml')),
    isRefusal,
  ),
  part(
    'callout',
    bytesOf(foreignJson(CALLOUT)),
    webhook(receivers.salesforce, () => bearer('application/json')),
    isRefusal,
  ),
  part('standard-webhooks', bytesOf(foreignJson(SHOP)), webhook(receivers.shop, signedByShop), isRefusal),
  part(
    'headers',
    fc.record({
      name: fc.constantFrom(
        ...['authorization', 'content-type', 'x-hubspot-signature-v3', 'x-hubspot-request-timestamp'],
        ...['webhook-id', 'webhook-timestamp', 'webhook-signature', 'svix-id'],
      ),
      value: fc.oneof(
        fc.string({ unit: 'binary', maxLength: 60 }),
        changed(PIPEDRIVE_PROOF.authorization),
        changed('v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4= v1a,x'),
        fc.nat().map(String),
      ),
      pathToken: fc.string({ unit: 'binary', maxLength: 20 }),
    }),
    ({ name, value, pathToken }) => {
      const body = Buffer.from(SHOP);
      for (const [receiver, headers] of [
        [receivers.hubspot, signedByHubspot(body)],
        [receivers.pipedrive, PIPEDRIVE_PROOF],
        [receivers.salesforce, {}],
        [receivers.shop, signedByShop(body)],
      ] as const) {
        try {
          const message = { headers: { ...headers, [name]: value }, body, pathToken, receivedAt: new Date() };
          receiver.receive(message);
        } catch (error) {
          if (!isRefusal(error)) throw error;
        }
      }
    },
  ),
];

const ORDERED =
  '{"code":"success","detailMessage":"","requestId":"7249dc2422a5b3192c06b00fa77d31a2","result":{"orderNo":"ZC260101","transactionNo":"T1",' +
  '"orderStatus":"succeed","instanceIdList":[1],"productNo":"3651E1292455"},"status":200}';

const answers: Part[] = [
  part('envelope', foreignJson(ORDERED), readEnvelope),
  part(
    'order-answer',
    fc.record({
      httpStatus: fc.oneof(
        fc.constantFrom(200, 201, 302, 400, 401, 404, 429, 500, 502),
        fc.integer({ min: 100, max: 599 }),
      ),
      body: fc.oneof(foreignJson(ORDERED), fc.constantFrom('', '<html>', 'null')),
      retryAfter: fc.option(fc.string({ maxLength: 20 }), { nil: undefined }),
    }),
    ({ httpStatus, body, retryAfter }) => {
      const end = { httpStatus, body, bodySha256: '', ...(retryAfter !== undefined && { retryAfter }) };
      const verdict = orderVerdict(end, ['planted-secret']);
      // Whatever came: that nothing was ordered is proven by few things, and never by an answer that says success.
      const isSuccess =
        /"code":"success"/.test(body) && httpStatus === 200 && readEnvelope(body)?.status === 200;
      if (isSuccess && verdict.outcome === 'not-created')
        throw new Error('A success was taken for a refusal.');
    },
  ),
  part(
    'retry-after',
    fc.oneof(
      fc.string({ unit: 'binary' }),
      changed('Wed, 21 Oct 2026 07:28:00 GMT'),
      fc.integer().map(String),
    ),
    (text) => {
      const ms = retryAfterMs(text);
      if (ms !== undefined && !(ms >= 0 && Number.isFinite(ms))) throw new Error(`A wait of ${ms} ms.`);
    },
  ),
];

const REQUEST = JSON.stringify({
  ...tutorialRequest('fuzz-1'),
  operation: 'purchase',
  poNumber: 'PO-1',
  product: 'software',
});
const DEAL =
  '{"dealId":"17","isWon":true,"wonAt":"2026-11-24T09:00:00Z","toldAt":"2026-11-24T09:00:00Z","fields":{"a":"b"},"company":{},"lineItems":[{"sku":"x","quantity":"1"}]}';
const NOTIFICATION = `{"source":"shop","deal":"standard-webhooks:shop:17","by":"person","content":${DEAL},"decision":{"verb":"fill","fill":{"plan":"Ultimate","years":2,"services":["x"]},"by":"Ann","why":"w","via":"v"}}`;
const DECISION =
  '{"by":"Ann","why":"w","via":"v","about":"0a1b2c3d","id":"1","created":"ZC1","notCreated":"stop","fill":{"plan":"Ultimate","years":2}}';

/** What came as a JSON argument; what is none has not come so far. */
function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** A reader that says in words what is wrong: it throws nothing, and its words can be printed. */
function inWords(read: (input: unknown) => unknown) {
  return (text: string) => {
    const problem = read(json(text));
    if (typeof problem === 'string' && problem === '') throw new Error('Nothing is said.');
  };
}

const VERBS: Verb[] = ['choose', 'approve', 'reject', 'settle', 'cancel'];

const typed: Part[] = [
  part('request', foreignJson(REQUEST), parseRequestText, hasCode('InvalidRequest', 'ServiceNeedsPlan')),
  part(
    'decision',
    foreignJson(DECISION),
    inWords((input) => VERBS.map((verb) => readDecision(verb, input))[0]),
  ),
  part(
    'deal-decision',
    foreignJson(DECISION),
    inWords((input) => (['fill', 'buy', 'dismiss'] as const).map((verb) => readDealDecision(verb, input))[0]),
  ),
  part('notification', foreignJson(NOTIFICATION), inWords(readDealNotification)),
  part('deal', foreignJson(DEAL), inWords(readDeal)),
  part(
    'deals.yaml',
    fc.oneof(
      changed(DEALS_YAML, [
        '&a *a',
        '*a',
        '<<: *a',
        '!!js/function x',
        '? :',
        '- - -',
        '{',
        '__proto__: {x: 1}',
        '|',
        '>-',
        '%YAML 9',
      ]),
      bytesOf(foreignJson('{"sources":{"a":{"crm":"hubspot","account":"1","license":{"plan":"x"}}}}')).map(
        String,
      ),
    ),
    (text) => {
      for (const read of [() => readDealsRules(text), () => readDealsFile(text, {}, 'reading')]) {
        try {
          read();
        } catch (error) {
          if (!hasCode('DealsFileInvalid', 'FieldNameWrong')(error)) throw error;
        }
      }
    },
  ),
  part('text', fc.uint8Array({ maxLength: 200 }), (bytes) => decodeText(Buffer.from(bytes))),
  part('time', fc.oneof(changed('2026-11-24T09:00:00.123+01:00'), fc.string()), utcOf),
  part('duration', fc.oneof(changed('90s'), fc.string()), (text) => duration.safeParse(text)),
];

const KEY = { id: 'k1', secret: Buffer.alloc(32, 7) };
const codec = new EncryptingCodec([KEY]);
const PAYLOADS =
  '{"payloads":[{"metadata":{"encoding":"YmluYXJ5L2VuY3J5cHRlZA==","encryption-key-id":"azE="},"data":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=="}]}';

const payloads: Part[] = [
  part(
    'payload',
    fc.record({
      encoding: fc.oneof(fc.constant('binary/encrypted'), fc.string()),
      keyId: fc.oneof(fc.constant('k1'), fc.constant('k2'), fc.string()),
      data: fc.uint8Array({ maxLength: 200 }),
    }),
    ({ encoding, keyId, data }) => {
      const metadata = { encoding: Buffer.from(encoding), 'encryption-key-id': Buffer.from(keyId) };
      return codec.decode([{ metadata, data }]);
    },
    hasCode('PayloadKeyUnknown', 'PayloadUnreadable'),
  ),
  part(
    'changed-payload',
    fc.record({ at: fc.nat(), byte: fc.integer({ min: 1, max: 255 }), text: fc.string() }),
    async ({ at, byte, text }) => {
      const [whole] = await codec.encode([
        { metadata: { encoding: Buffer.from('json/plain') }, data: Buffer.from(text) },
      ]);
      const data = Buffer.from(whole!.data!);
      data[at % data.length]! ^= byte;
      await codec.decode([{ ...whole!, data }]);
      throw new Error('It was opened, though it was changed.');
    },
    hasCode('PayloadUnreadable'),
  ),
  part(
    'codec-call',
    bytesOf(foreignJson(PAYLOADS)),
    (body) => codec.decode(payloadsIn(body)),
    hasCode('PayloadsInvalid', 'PayloadKeyUnknown', 'PayloadUnreadable'),
  ),
];

const shown: Part[] = [
  part('form', formText(['token', 'next', 'by']), (text) =>
    fieldsOf(Object.fromEntries(new URLSearchParams(text))),
  ),
  part(
    'csv',
    fc.oneof(
      fc.string({ unit: 'binary' }),
      changed(' =1+1;"a",\r\n@SUM(A1)', ['=', '＝', '\t', '\u2028', '"']),
    ),
    (text) => {
      const cell = textCell(text);
      const isQuoted = /^"(?:[^"]|"")*"$/.test(cell);
      if (!isQuoted && /[",;\r\n]/.test(cell)) throw new Error(`More than one cell: ${JSON.stringify(cell)}`);
      if (/(^"?|;)\s*[=+\-@]/.test(cell)) throw new Error(`A formula: ${JSON.stringify(cell)}`);
    },
  ),
];

/** Every parser that needs no server. */
export const PARTS: readonly Part[] = [...webhooks, ...answers, ...typed, ...payloads, ...shown];
