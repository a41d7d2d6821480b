import { effectiveStatus, saidBy, type Envelope } from '../../portal/envelope';
import { kindOfFailure } from '../../portal/failure-kind';
import { isAnswer, TOO_LARGE, type Answer } from '../../portal/transport';
import { notHandled, REPORT_IT, type Finding } from '../row';
import { shapeOf, wordOf } from './shape';
import { NO_TOKEN, type RawRead } from './vendor-account';

/** Why a read brought no result, told apart by what has to be done. */
export function failedRead({ answer, body, envelope }: RawRead): Finding {
  if (!isAnswer(answer)) return noAnswer(answer.errorCode);
  if (envelope !== undefined) return refused(answer.httpStatus, envelope);
  return notTheVendor(answer, body);
}

function noAnswer(code: string): Finding {
  const seen = `no answer (${code})`;
  if (code === NO_TOKEN) return notHandled('no other token is given', 'Run it again; see the rows "token".');
  if (code === TOO_LARGE)
    return notHandled('an answer that is longer than any that is documented', REPORT_IT);
  if (code === 'ECONNREFUSED') {
    return notHandled(seen, 'Nobody listens there. Check PORTAL_URL, host and port.');
  }
  if (['ENOTFOUND', 'EAI_AGAIN'].includes(code)) {
    return notHandled(seen, "The name is not known here. Check PORTAL_URL and this machine's name service.");
  }
  if (/CERT|SELF_SIGNED|UNABLE_TO|TLS|SSL|EPROTO/.test(code)) {
    return notHandled(seen, 'The connection is not trusted: see the row "TLS".');
  }
  return notHandled(
    seen,
    "Check that this machine may reach PORTAL_URL, and the Partner Portal's IP restriction (System > API). Then run it again.",
  );
}

function notTheVendor(
  { httpStatus, body: text, contentType = '', location }: Answer,
  body: unknown,
): Finding {
  if (httpStatus >= 300 && httpStatus < 400) {
    return notHandled(
      `HTTP ${httpStatus}, a redirect to ${hostOf(location)}`,
      'Redirects are not followed: the secret would go along. Set PORTAL_URL to the address of the API itself, https://openapi.partner.yeastar.com.',
    );
  }
  if (/html/i.test(contentType) || /^\s*</.test(text)) {
    return notHandled(
      `HTTP ${httpStatus}, an HTML page of ${text.length} characters`,
      'Something else than the API answers: a proxy, a firewall, a page for maintenance, or PORTAL_URL is not the address of the API.',
    );
  }
  const what = body === undefined ? 'no JSON' : `JSON without the envelope (${shapeOf(body)})`;
  return notHandled(
    `HTTP ${httpStatus}, ${what}, ${text.length} characters`,
    `Check PORTAL_URL. ${REPORT_IT}`,
  );
}

function refused(httpStatus: number, envelope: Envelope): Finding {
  const kind = kindOfFailure(httpStatus, envelope);
  const status = effectiveStatus(httpStatus, envelope);
  const seen = `refused (${status}${saidBy({ vendorCode: wordOf(envelope.code) })})`;
  switch (kind) {
    case 'unauthorised':
      return notHandled(
        seen,
        "Check PORTAL_CLIENT_ID and PORTAL_CLIENT_SECRET against the Partner Portal, System > API, and whether the account manager has granted the API's permissions.",
      );
    case 'slow-down':
    case 'out-of-order':
      return notHandled(seen, 'It may pass: run it again in some minutes. Wonce waits for it.');
    case 'refused':
    case 'not-there':
    case 'not-understood':
      return notHandled(seen, REPORT_IT);
  }
}

function hostOf(location: string | undefined): string {
  if (location === undefined) return 'nowhere';
  return URL.canParse(location) ? new URL(location).host : 'another path';
}
