import type { Environment } from '../config/check';
import { SettingsError } from '../config/settings-error';
import { serverSettings } from '../config/server-settings';
import { payloadKeys } from '../config/payload-keys';
import { workerSettings } from '../config/settings';
import { asExpected, notHandled, type Finding, type Row } from './row';

/** Whether worker and server would start with the settings that are there. Values are never told. */
export function checkSettings(env: Environment): Row[] {
  return [
    { subject: 'settings', what: 'worker', ...findingOf(() => workerSettings(env)) },
    { subject: 'settings', what: 'HTTP server', ...findingOf(() => serverSettings(env)) },
    { subject: 'settings', what: 'payloads in Temporal', ...payloadsFinding(env) },
  ];
}

function payloadsFinding(env: Environment): Finding {
  return findingOf(
    () => payloadKeys(env).map(({ id }) => id),
    ([first, ...others]) => {
      if (first === undefined) return 'in clear: WONCE_PAYLOAD_KEYS is not set';
      const more = others.length === 0 ? '' : `; read with ${others.join(', ')} as well`;
      return `encrypted with the key ${first}${more}`;
    },
  );
}

/** Names of Wonce's settings that are set here. */
export function settingsSet(env: Environment): string[] {
  const ours =
    /^(WONCE_|PORTAL_|DATABASE_URL$|TEMPORAL_|NODE_EXTRA_CA_CERTS$|NODE_OPTIONS$|(https?|no)_proxy$)/i;
  return Object.keys(env)
    .filter((name) => ours.test(name) && env[name] !== '' && env[name] !== undefined)
    .sort();
}

function findingOf<Read>(read: () => Read, inWords: (read: Read) => string = () => 'complete'): Finding {
  try {
    return asExpected(inWords(read()));
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    const lines = error.message.split('\n').filter((line) => line.startsWith('  '));
    const seen = lines.length === 0 ? error.message : lines.map((line) => line.trim()).join('. ');
    return notHandled(
      seen,
      'Set them as docs/settings.md says. In the folder of an `npm start`, that has its own.',
    );
  }
}
