import { isRecord, textOf } from '../../portal/envelope';
import { PortalError } from '../../portal/portal-error';
import { isAnswer } from '../../portal/transport';
import { compareClocks } from '../clock';
import { asExpected, handled, notChecked, notHandled, REPORT_IT, type Finding, type Row } from '../row';
import { checkTls } from '../tls';
import { lookAll, noneChecked, portalRow, type Assumption } from './assumption';
import { failedRead } from './failed-read';
import { typeOf } from './shape';
import { rawOf, type VendorAccount } from './vendor-account';

const STRUCTURE_PAGE = 'Request Structure';
const TOKEN_PAGE = 'Request Access Token';
const RULES_PAGE = 'Authorization Rules';
const USUAL_LIFE_S = '1800';

/** The address, before anything is sent there. */
export async function checkAddress(url: string, isPrivate: boolean): Promise<Row[]> {
  const address = isPrivate
    ? asExpected(url.startsWith('https:') ? 'https://' : 'http://, of this machine or allowed')
    : notHandled(
        'http://, of another machine',
        'Set PORTAL_URL to https://…: client secret and orders would go in clear. Nothing was sent.',
      );
  return [
    portalRow('address', STRUCTURE_PAGE, address),
    portalRow('TLS', STRUCTURE_PAGE, await checkTls(url)),
  ];
}

/** Gets a token as the product does. */
export async function checkToken(
  account: VendorAccount,
  allowanceMs: number,
): Promise<{ rows: Row[]; hasToken: boolean }> {
  const before = Date.now();
  const failure = await account.token.authorization().then(
    () => undefined,
    (error: unknown) => error,
  );
  const read = rawOf(account.transport.tokenAnswer ?? { errorCode: 'UNKNOWN', neverConnected: true });
  const finding = failure === undefined ? asExpected('given') : tokenFailure(failure, failedOrGood(read));
  const date = isAnswer(read.answer) ? read.answer.date : undefined;
  const now = (before + Date.now()) / 2;
  const clock = compareClocks(date === undefined ? undefined : Date.parse(date), now, allowanceMs);
  return {
    rows: [
      portalRow('token', TOKEN_PAGE, finding),
      ...(read.isGood ? await lookAll(read.result, TOKEN) : noneChecked(TOKEN, 'there is no token')),
      clockRow(clock),
    ],
    hasToken: failure === undefined,
  };
}

/** By its clock the vendor says when an order was made. */
function clockRow(finding: Finding): Row {
  return { subject: 'portal', what: 'clock', ...finding };
}

export function tokenNotChecked(why: string): Row[] {
  return [
    portalRow('token', TOKEN_PAGE, notChecked(why)),
    ...noneChecked(TOKEN, why),
    clockRow(notChecked(why)),
  ];
}

const TOKEN: Assumption<unknown>[] = [
  { what: 'token: fields', page: TOKEN_PAGE, look: fieldsFinding },
  { what: 'token: life', page: RULES_PAGE, look: lifeFinding },
];

function failedOrGood(read: ReturnType<typeof rawOf>): Finding {
  return read.isGood ? notHandled('a success without a token that can be used', REPORT_IT) : failedRead(read);
}

function tokenFailure(failure: unknown, finding: Finding): Finding {
  if (!(failure instanceof PortalError)) throw failure;
  if (failure.code !== 'PortalUnauthorised') return finding;
  return notHandled(
    `the credentials are turned down: ${finding.seen}`,
    'Compare PORTAL_CLIENT_ID and PORTAL_CLIENT_SECRET with the Partner Portal, System > API; see that the API is switched on there, and whether an IP restriction is set.',
  );
}

function fieldsFinding(result: unknown): Finding {
  const fields = isRecord(result) ? result : {};
  const types = ['expiresIn', 'refreshToken', 'token', 'tokenHead'].map(
    (key) => [key, typeOf(fields[key])] as const,
  );
  const seen = types.map(([key, type]) => `${key}: ${type}`).join(', ');
  // How long it lives has a row of its own.
  const others = types.filter(([key, type]) => key !== 'expiresIn' && type !== 'text');
  if (others.length === 0) return asExpected(types.map(([key]) => key).join(', '));
  return handled(seen, 'Nothing: a token that cannot be used would be a row above.');
}

function lifeFinding(result: unknown): Finding {
  const life = isRecord(result) ? result.expiresIn : undefined;
  const text = textOf(life);
  const seen = `expiresIn: ${typeOf(life)}${/^\d{1,9}$/.test(text ?? '') ? `, ${text} s` : ''}`;
  if (typeOf(life) === 'text' && text === USUAL_LIFE_S) return asExpected(seen);
  const next =
    text !== undefined && Number(text) >= 0
      ? 'Nothing: another token is asked for in time.'
      : 'Nothing: half an hour is assumed, and a token that is turned down is replaced.';
  return handled(seen, next);
}
