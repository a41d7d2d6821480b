import type { Environment } from '../config/check';
import { CrmError } from '../crm/deal-reader';
import { rightsToRead, type RightToRead } from '../crm/rights';
import { asExpected, notChecked, notHandled, type Finding, type Row } from './row';
import { NOT_TRUSTED } from './tls';

/** Each account of deals.yaml, by the cheapest reads that show whether its credentials and their scopes are right. */
export async function checkCrms(env: Environment): Promise<Row[]> {
  const { WONCE_DEALS_FILE: dealsFile } = env;
  if (!dealsFile) return [row('deals.yaml', notChecked('WONCE_DEALS_FILE is not set: no deals are bought'))];
  let sources: ReadonlyMap<string, RightToRead[]>;
  try {
    sources = await rightsToRead(dealsFile, env);
  } catch (error) {
    return [row('deals.yaml', unreadable(error))];
  }
  const rows = [row('deals.yaml', asExpected(`${sources.size} sources`))];
  for (const [name, rights] of sources) rows.push(row(name, await accountFinding(rights)));
  return rows;
}

/** Of deals.yaml and of what it names in the environment; values of secrets are never in it. */
export function unreadable(error: unknown): Finding {
  const { code, name, message } = error as Error & { code?: string };
  const words = message
    .split('\n')
    .map((line) => line.trim())
    .join(' ');
  // Node's own message has the path.
  const isOurs = !/^E[A-Z]+$/.test(code ?? '');
  return notHandled(
    isOurs ? words : `it cannot be read (${code ?? name})`,
    'Correct it: wonce deals check FILE. The secrets that it names have to be set here, too.',
  );
}

async function accountFinding(rights: readonly RightToRead[]): Promise<Finding> {
  if (rights.length === 0) return notChecked('it has no API: its messages hold the deals');
  const failed: string[] = [];
  const codes = new Set<string>();
  for (const { right, use } of rights) {
    const failure = await failureOf(use);
    if (failure === undefined) continue;
    const code = typeof failure === 'string' ? failure : failure.code;
    // What the proxy objects to, or is objected to in a certificate, is the same for all of them.
    if (failure instanceof CrmError && (code === 'CrmProxyRefused' || isOfCertificate(failure))) {
      return notHandled(failure.message, isOfCertificate(failure) ? NOT_TRUSTED : nextOf([code], true));
    }
    failed.push(`${right} (${code})`);
    codes.add(code);
  }
  if (failed.length === 0) return asExpected(`answers: ${rights.map(({ right }) => right).join(', ')}`);
  return notHandled(`fails: ${failed.join(', ')}`, nextOf([...codes], failed.length === rights.length));
}

function nextOf(codes: readonly string[], isAll: boolean): string {
  if (codes.includes('CrmUnauthorised')) {
    return isAll
      ? "Compare the token with the CRM's, and see that it has not been withdrawn."
      : 'The token is right, and may not read these: give it their scopes or rights at the CRM.';
  }
  if (codes.includes('CrmProxyRefused')) {
    return 'Compare HTTPS_PROXY with what whoever runs the proxy gave you, its user and password too; what needs none goes into NO_PROXY.';
  }
  if (codes.includes('CrmUnreachable'))
    return 'Check `api` in deals.yaml, and that this machine may reach it.';
  if (codes.includes('CrmRateLimited')) return 'Run it again later: Wonce waits for it.';
  return 'Check `api` in deals.yaml: something answers there, and not as the CRM documents.';
}

/** Node's codes of a certificate that is not taken stand in the message. */
function isOfCertificate({ message }: CrmError): boolean {
  return /\(\w*(?:CERT|SELF_SIGNED|UNABLE_TO|ERR_TLS)\w* at /.test(message);
}

async function failureOf(use: () => Promise<unknown>): Promise<CrmError | string | undefined> {
  try {
    await use();
    return undefined;
  } catch (error) {
    return error instanceof CrmError ? error : (error as Error).name;
  }
}

function row(what: string, finding: Finding): Row {
  return { subject: 'crm', what, ...finding };
}
