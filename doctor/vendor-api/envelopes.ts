import { effectiveStatus, isRecord, is2xx, saidBy, textOf } from '../../portal/envelope';
import { kindOfFailure, type FailureKind } from '../../portal/failure-kind';
import { isAnswer } from '../../portal/transport';
import { asExpected, handled, notChecked, notHandled, REPORT_IT, type Finding, type Row } from '../row';
import { lookAll, noneChecked, type Assumption } from './assumption';
import { failedRead } from './failed-read';
import { shapeOf, typeOf, wordOf } from './shape';
import { rawOf, type RawRead, type VendorAccount } from './vendor-account';

const PAGE = 'Response Results';

/** No order has it. */
const NOBODYS = '0';

/** An Authorization header that nobody was given. */
const NO_TOKEN = 'Bearer wonce-doctor';

interface Seen {
  /** All good answers. */
  good: RawRead[];
  unknownOrder: RawRead;
  wrongToken: RawRead;
}

/** What surrounds every answer, and what refusals look like: no error code is documented but one. After all other reads. */
export async function checkEnvelopes(account: VendorAccount): Promise<Row[]> {
  const good = (await account.transport.seen()).map(rawOf).filter(({ isGood }) => isGood);
  const unknownOrder = await account.read(`/order/openapi/order/v1/get/${NOBODYS}`);
  const wrongToken = await account.readWith(NO_TOKEN, '/pricing/openapi/purchase/v1/product_list');
  return lookAll({ good, unknownOrder, wrongToken }, ENVELOPES);
}

export function envelopesNotChecked(why: string): Row[] {
  return noneChecked(ENVELOPES, why);
}

const ENVELOPES: Assumption<Seen>[] = [
  { what: 'envelope: request id', page: PAGE, look: ({ good }) => ofAll(good, requestIdFinding) },
  { what: 'envelope: status', page: PAGE, look: ({ good }) => ofAll(good, statusFinding) },
  { what: 'envelope: other fields', page: PAGE, look: ({ good }) => ofAll(good, fieldsFinding) },
  {
    what: 'refusals: an order that is not there',
    page: PAGE,
    look: ({ unknownOrder }) => refusalFinding(unknownOrder, ['refused', 'not-there']),
  },
  {
    what: 'refusals: a token that is none',
    page: PAGE,
    look: ({ wrongToken }) => refusalFinding(wrongToken, ['unauthorised']),
  },
];

function ofAll(good: RawRead[], look: (bodies: Record<string, unknown>[]) => Finding): Finding {
  const bodies = good.map(({ body }) => body).filter(isRecord);
  return bodies.length === 0 ? notChecked('there is no good answer') : look(bodies);
}

function requestIdFinding(bodies: Record<string, unknown>[]): Finding {
  const ids = bodies.map(({ requestId }) => requestId);
  const seen = `requestId: ${[...new Set(ids.map(typeOf))].join(' or ')}`;
  if (ids.some((id) => textOf(id) === undefined)) {
    return notHandled(
      seen,
      `By it the vendor's own refusals are told from others': without it an order that is refused waits for a person. ${REPORT_IT}`,
    );
  }
  if (ids.every((id) => /^[0-9a-f]{32}$/.test(textOf(id)!))) return asExpected('32 hex digits');
  return handled(`${seen}, not 32 hex digits`, 'Nothing: it is quoted as it is.');
}

function statusFinding(bodies: Record<string, unknown>[]): Finding {
  const statuses = bodies.map(({ status }) => status);
  const types = [...new Set(statuses.map(typeOf))].join(' or ');
  if (types === 'number') return asExpected('status: number');
  return handled(`status: ${types}`, 'Nothing: a text is read, and without one that of HTTP counts.');
}

const FIELDS = ['code', 'detailMessage', 'requestId', 'result', 'status'];

function fieldsFinding(bodies: Record<string, unknown>[]): Finding {
  const others = bodies.filter(
    (body) =>
      typeOf(body.code) !== 'text' ||
      typeOf(body.detailMessage) !== 'text' ||
      Object.keys(body).some((key) => !FIELDS.includes(key)),
  );
  if (others.length === 0) return asExpected('code: text, detailMessage: text, result');
  return handled(shapeOf(others[0]), 'Nothing: success is told by code, HTTP and status.');
}

/** @param expected what the product has to make of it */
function refusalFinding(read: RawRead, expected: readonly FailureKind[]): Finding {
  const { answer, envelope } = read;
  if (!isAnswer(answer) || envelope === undefined) return failedRead(read);
  const kind = kindOfFailure(answer.httpStatus, envelope);
  const status = effectiveStatus(answer.httpStatus, envelope);
  const seen = `HTTP ${answer.httpStatus}, status ${status}${saidBy({ vendorCode: wordOf(envelope.code) })}, result: ${shapeOf(envelope.result)}`;
  if (read.isGood) return notHandled(`a success: ${seen}`, REPORT_IT);
  if (!expected.includes(kind)) {
    return notHandled(`${seen}; taken as ${kind}`, `It is waited over, or a person is asked. ${REPORT_IT}`);
  }
  if (!is2xx(answer.httpStatus)) return asExpected(seen);
  return handled(`inside a 200: ${seen}`, 'Nothing: it is told by the envelope.');
}
