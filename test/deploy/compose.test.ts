import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SECRET_SETTINGS, withSecretsOfFiles } from '../../config/secret-files';
import { serverSettings } from '../../config/server-settings';
import { workerSettings } from '../../config/settings';
import { ROOT } from '../support/processes';
import { composeFile, composeProblems, interpolated, type Service } from './compose-file';

const { services, secrets } = composeFile();
const all = Object.entries(services);
const RUN_ONCE = ['temporal-schema', 'temporal-namespace', 'ledger-roles', 'ledger-tables'];
const ofWonce = ['ledger-tables', 'worker', 'server', 'codec-server', 'ui-guard'];

it('is what the compose specification allows', () => {
  expect(composeProblems(composeFile())).toEqual([]);
});

it.each([
  ['restrat', 'always', /restrat|additional properties/],
  ['read_only', [], /read_only/],
  ['deploy', { resources: { limits: { memroy: '1g' } } }, /limits.*additional properties/],
])('a %s of %j would be found', (key, value, told) => {
  const file = composeFile();
  Object.assign(file.services.worker!, { [key]: value });
  expect(composeProblems(file).join('\n')).toMatch(told);
});

describe.each(all)('%s', (name, service: Service) => {
  it('is of a version that does not move', () => {
    expect(service.image).toMatch(/^[\w/-]+:\d+\.\d+(\.\d+)?(-\w+)?$/);
  });

  it('is started again, and within limits', () => {
    expect(service.restart).toBe(RUN_ONCE.includes(name) ? 'on-failure:5' : 'unless-stopped');
    const { cpus, memory, pids } = service.deploy.resources.limits;
    expect([cpus, memory, pids]).not.toContain(undefined);
  });

  it('has no rights that it does not need, and writes where it must', () => {
    expect(service).toMatchObject({
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
    });
    expect(service.cap_add).toBeUndefined();
  });

  it('is asked whether it is well, as long as it runs', () => {
    expect(service.healthcheck === undefined).toBe(RUN_ONCE.includes(name));
  });

  it('has secrets in files that it is given, and none in its environment', () => {
    for (const [setting, value] of Object.entries(service.environment ?? {})) {
      expect(SECRET_SETTINGS).not.toContain(setting);
      expect(setting).not.toMatch(/(PASSWORD|SECRET|TOKENS|PWD)$/);
      if (!setting.endsWith('_FILE') || !value.startsWith('/run/secrets/')) continue;
      expect(service.secrets).toContain(value.slice('/run/secrets/'.length));
    }
    for (const secret of service.secrets ?? []) expect(Object.keys(secrets)).toContain(secret);
  });

  it('is open to this machine alone, if at all', () => {
    for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:/);
  });

  it('mounts what is there', () => {
    const sources = (service.volumes ?? []).map((volume) =>
      typeof volume === 'string' ? volume.split(':')[0]! : volume.source,
    );
    for (const source of sources.filter((one) => one.startsWith('./deploy/')))
      expect(existsSync(join(ROOT, source))).toBe(true);
  });
});

it('all of Wonce is one image, which is made here and of the version of the package', () => {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    version: string;
  };
  const images = ofWonce.map((name) => services[name]!.image);
  expect(new Set(images)).toEqual(new Set([`wonce:${version}`]));
  expect(all.filter(([, { build }]) => build !== undefined).map(([name]) => name)).toEqual(['ledger-tables']);
});

it('of Temporal all is of one version', () => {
  const versions = ['temporal', 'temporal-schema', 'temporal-namespace'].map(
    (name) => services[name]!.image.split(':')[1],
  );
  expect(new Set(versions).size).toBe(1);
});

it('there are two workers, with time to finish an order; the server has time to answer', () => {
  expect(services.worker!.deploy.replicas).toBe(2);
  expect(services.worker!.stop_grace_period).toBe('75s');
  expect(services.server!.stop_grace_period).toBe('30s');
});

it('worker and server own nothing in the ledger: its owner is known to what makes roles and tables', () => {
  const given = (secret: string) =>
    all.filter(([, service]) => service.secrets?.includes(secret)).map(([name]) => name);
  expect(given('ledger-owner-url')).toEqual(['ledger-roles', 'ledger-tables']);
  expect(given('ledger-superuser-password')).toEqual(['ledger', 'ledger-roles']);
  expect(given('ledger-url')).toEqual(['ledger-roles', 'worker', 'server']);
  for (const name of ['worker', 'server']) {
    expect(services[name]!.depends_on).toMatchObject({
      'ledger-tables': { condition: 'service_completed_successfully' },
    });
  }
});

describe('with the secrets that deploy/make-secrets.sh makes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wonce-secrets-'));
  const place = join(folder, 'secrets');
  let told: string;
  beforeAll(() => {
    told = make();
    writeFileSync(join(place, 'portal-client-id'), 'id\n');
    writeFileSync(join(place, 'portal-client-secret'), 'planted\n');
    writeFileSync(join(folder, 'deals.yaml'), '');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const make = () =>
    execFileSync('sh', [join(ROOT, 'deploy', 'make-secrets.sh'), place], { encoding: 'utf8' });

  it('each that the file names is there, or is told to be written', () => {
    for (const { file } of Object.values(secrets))
      expect(existsSync(join(folder, file)) || told.includes(file.split('/').at(-1)!)).toBe(true);
    expect(told).toMatch(/to be written by you: portal-client-id/);
  });

  it('others of this machine do not come to them, and the processes in the containers can read them', () => {
    const modeOf = (path: string) => statSync(join(place, path)).mode & 0o777;
    expect(modeOf('.').toString(8)).toBe('700');
    expect(modeOf('ledger-url').toString(8)).toBe('644');
    expect(modeOf('worker').toString(8)).toBe('755');
  });

  it('made again, all stay as they are', () => {
    expect(make()).toBe('');
  });

  function environmentOf(name: string): Record<string, string> {
    const env = interpolated(services[name]!.environment!, { WONCE_PUBLIC_URL: 'https://wonce.example' });
    const onThisMachine = Object.entries(env).map(([setting, value]) => [
      setting,
      value.replace('/run/secrets', place).replace('/etc/wonce', folder),
    ]);
    return withSecretsOfFiles(Object.fromEntries(onThisMachine) as Record<string, string>) as Record<
      string,
      string
    >;
  }

  it('the worker has all settings that it must have', () => {
    const { databaseUrl, portal, dealsFile } = workerSettings(environmentOf('worker'));
    expect(databaseUrl).toMatch(/^postgres:\/\/wonce_app:\w{64}@ledger:5432\/wonce$/);
    expect(portal).toMatchObject({ clientId: 'id', clientSecret: 'planted' });
    expect(dealsFile).toBe(join(folder, 'deals.yaml'));
  });

  it('the server has all settings that it must have', () => {
    const { host, tokens, publicUrl } = serverSettings(environmentOf('server'));
    expect([host, publicUrl]).toEqual(['0.0.0.0', 'https://wonce.example']);
    expect(tokens).toEqual([expect.stringMatching(/^\w{64}$/)]);
  });
});
