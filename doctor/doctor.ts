import { A_DURATION, readDuration } from '../config/duration';
import type { Environment } from '../config/check';
import { isPrivate } from '../config/clear-text';
import { checkCrms } from './crm';
import { checkLedger } from './ledger';
import { notHandled, REPORT_IT, SUBJECTS, type Row, type Subject } from './row';
import { checkSettings } from './settings';
import { checkTemporal } from './temporal';
import { checkVendor } from './vendor-api/vendor';
import { checkWebhooks } from './webhooks';

export interface DoctorOptions {
  /** What is looked at; all of it without. */
  only?: readonly Subject[] | undefined;
  /** Told what is looked at next. */
  progress: (what: string) => void;
}

/**
 * Looks at everything Wonce stands on, and changes nothing. What is not as expected is a row like any other: nothing
 * that is found makes it fail.
 */
export async function examine(
  env: Environment,
  { only = SUBJECTS, progress }: DoctorOptions,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const subject of SUBJECTS.filter((one) => only.includes(one))) {
    progress(subject);
    rows.push(...(await rowsOf(subject, env, (what) => progress(`${subject}: ${what}`))));
  }
  return rows;
}

/** A check that breaks down is a row, too: the others are worth as much without it. */
async function rowsOf(subject: Subject, env: Environment, progress: (what: string) => void): Promise<Row[]> {
  try {
    return await CHECKS[subject](env, progress);
  } catch (error) {
    const { code, name } = error as { code?: unknown; name?: string };
    const word = typeof code === 'string' && /^\w{1,60}$/.test(code) ? code : (name ?? 'UNKNOWN');
    return [{ subject, what: 'the check itself', ...notHandled(`it broke down (${word})`, REPORT_IT) }];
  }
}

type Check = (env: Environment, progress: (what: string) => void) => Promise<Row[]>;

const CHECKS: Record<Subject, Check> = {
  settings: (env) => Promise.resolve(checkSettings(env)),
  portal: checkPortal,
  temporal: (env) => checkTemporal(env, env.WONCE_TASK_QUEUE?.trim() || 'wonce'),
  ledger: checkLedger,
  crm: checkCrms,
  webhooks: (env) => checkWebhooks(serverAddresses(env), env),
};

const CLOCK_ALLOWANCE = '10m';

async function checkPortal(env: Environment, progress: (what: string) => void): Promise<Row[]> {
  const [url, clientId, clientSecret] = ['PORTAL_URL', 'PORTAL_CLIENT_ID', 'PORTAL_CLIENT_SECRET'].map(
    (name) => env[name]?.trim(),
  );
  if (!url || !clientId || !clientSecret) {
    const missing = Object.entries({
      PORTAL_URL: url,
      PORTAL_CLIENT_ID: clientId,
      PORTAL_CLIENT_SECRET: clientSecret,
    });
    const names = missing.filter(([, value]) => !value).map(([name]) => name);
    return [
      portalRow(`not set: ${names.join(', ')}`, 'Set them; the Partner Portal has them under System > API.'),
    ];
  }
  if (!/^https?:\/\/[^/]/.test(url) || !URL.canParse(url)) {
    return [portalRow('PORTAL_URL is no address', 'Expected https://openapi.partner.yeastar.com.')];
  }
  const clockAllowanceMs = readDuration(env.WONCE_SETTLE_CLOCK_ALLOWANCE ?? CLOCK_ALLOWANCE);
  if (clockAllowanceMs === undefined) {
    return [portalRow('WONCE_SETTLE_CLOCK_ALLOWANCE is no duration', `Expected ${A_DURATION}.`)];
  }
  return checkVendor(
    { url, clientId, clientSecret, isPrivate: isPrivate(url, env), clockAllowanceMs },
    progress,
  );
}

function portalRow(seen: string, next: string): Row {
  return { subject: 'portal', what: 'address', ...notHandled(seen, next) };
}

/** As the server itself reads them (docs/settings.md). */
function serverAddresses(env: Environment) {
  const host = env.WONCE_HOST?.trim() || '127.0.0.1';
  const port = env.WONCE_PORT?.trim() || '8080';
  const isEverywhere = ['0.0.0.0', '::'].includes(host);
  const name = isEverywhere ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
  return {
    publicUrl: env.WONCE_PUBLIC_URL?.trim().replace(/\/+$/, '') || undefined,
    localUrl: `http://${name}:${port}`,
  };
}
