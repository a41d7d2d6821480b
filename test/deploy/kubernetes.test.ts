import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SECRET_SETTINGS, withSecretsOfFiles } from '../../config/secret-files';
import { serverSettings } from '../../config/server-settings';
import { workerSettings } from '../../config/settings';
import { readDealsRules } from '../../crm/deals-file/deals-file';
import { ROOT } from '../support/processes';
import { FOLDER, manifests, objectsIn, problemsOf, type Manifest } from './manifests';

interface Probe {
  httpGet?: { path: string; port: string };
}

interface Container {
  image: string;
  command: string[];
  ports?: { name: string; containerPort: number }[];
  env: { name: string; value: string }[];
  envFrom?: { configMapRef: { name: string } }[];
  lifecycle?: { preStop: { exec: { command: string[] } } };
  startupProbe?: Probe;
  readinessProbe?: Probe;
  livenessProbe?: Probe;
  resources: { requests: Record<string, string>; limits: Record<string, string> };
  securityContext: object;
  volumeMounts: { name: string; mountPath: string; readOnly?: boolean }[];
}

interface Pod {
  automountServiceAccountToken: boolean;
  terminationGracePeriodSeconds?: number;
  securityContext: object;
  containers: [Container];
  volumes: { name: string; secret?: { secretName: string } }[];
}

type Labels = Record<string, string>;
interface Workload extends Manifest {
  spec: {
    replicas?: number;
    selector?: { matchLabels: Labels };
    template: { metadata: { labels: Labels }; spec: Pod };
  };
}

const all = manifests();
const of = (kind: string, name: string) =>
  all.find((object) => object.kind === kind && object.metadata.name === name)!;
const worker = of('Deployment', 'wonce-worker') as Workload;
const server = of('Deployment', 'wonce-server') as Workload;
const tables = of('Job', 'wonce-tables') as Workload;
const workloads: [string, Workload][] = [
  ['worker', worker],
  ['server', server],
  ['tables', tables],
];
const podOf = ({ spec }: Workload) => spec.template.spec;
const containerOf = (workload: Workload) => podOf(workload).containers[0];
const secretOf = (workload: Workload) =>
  podOf(workload).volumes.find(({ secret }) => secret !== undefined)!.secret!.secretName;
const keysOf = (secret: string) =>
  Object.keys((of('Secret', secret) as Manifest & { stringData: Labels }).stringData);

it('all is what the API of Kubernetes has', () => {
  expect(problemsOf(all)).toEqual([]);
});

it.each<[string, (pod: Pod & Record<string, unknown>) => void, RegExp]>([
  [
    'a field that there is not',
    (pod) => (pod.terminationGracePeriodSecond = 75),
    /terminationGracePeriodSecond"' does not exist in type 'PodSpec'/,
  ],
  [
    'one deep inside',
    ({ containers: [{ livenessProbe }] }) => Object.assign(livenessProbe!, { httpGett: {} }),
    /httpGett"' does not exist in type 'Probe'/,
  ],
  [
    'a value of another kind',
    (pod) => Object.assign(pod, { terminationGracePeriodSeconds: '75s' }),
    /'string' is not assignable to type 'number'/,
  ],
  ['a field that must be there', (pod) => Object.assign(pod, { containers: [{}] }), /'name' is missing/],
])('%s would be found', (_what, spoil, told) => {
  const spoilt = structuredClone(server);
  spoil(podOf(spoilt) as Pod & Record<string, unknown>);
  expect(problemsOf([spoilt]).join('\n')).toMatch(told);
});

it('an object that there is not would be found', () => {
  expect(problemsOf([{ ...server, kind: 'Deploiment' }])).toHaveLength(1);
});

it('kubectl apply -k has all of it, but the example of secrets', () => {
  const [{ resources }] = objectsIn('kustomization.yaml') as [{ resources: string[] }];
  const files = readdirSync(FOLDER).filter((name) => !/^(kustomization|secrets\.example)\.yaml$/.test(name));
  expect([...resources].sort()).toEqual(files.sort());
});

describe.each(workloads)('%s', (_name, workload) => {
  const container = containerOf(workload);

  it('is of the image of this version', () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
    expect(container.image).toBe(`wonce:${version}`);
  });

  it('has no right that the strictest standard does not allow, and writes to /tmp alone', () => {
    expect(podOf(workload)).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
    });
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    const writable = container.volumeMounts.filter(({ readOnly }) => readOnly !== true);
    expect(writable.map(({ mountPath }) => mountPath)).toEqual(['/tmp']);
  });

  it('asks for what it needs, and has a limit', () => {
    expect(Object.keys(container.resources.requests)).toEqual(['cpu', 'memory']);
    expect(container.resources.limits.memory).toMatch(/Mi$/);
  });

  it('has each secret in a file of the one secret that it is given', () => {
    const keys = keysOf(secretOf(workload));
    const files = container.env.filter(
      ({ name, value }) => name.endsWith('_FILE') && value.startsWith('/run'),
    );
    expect(files.map(({ value }) => value.replace('/run/secrets/wonce/', '')).sort()).toEqual(keys.sort());
    const names = container.env.map(({ name }) => name);
    expect(names.filter((name) => (SECRET_SETTINGS as readonly string[]).includes(name))).toEqual([]);
  });
});

it('the owner of the tables is known to the job that makes them alone', () => {
  expect(keysOf(secretOf(tables))).toEqual(['ledger-owner-url']);
  for (const workload of [worker, server])
    expect(keysOf(secretOf(workload))).not.toContain('ledger-owner-url');
});

it('an order in flight is finished, and requests that have begun are answered', () => {
  expect(podOf(worker).terminationGracePeriodSeconds).toBeGreaterThanOrEqual(75);
  const waits = Number(containerOf(server).lifecycle!.preStop.exec.command[1]);
  expect(podOf(server).terminationGracePeriodSeconds).toBeGreaterThanOrEqual(30 + waits);
});

it('the server is asked by what it has', () => {
  const { startupProbe, readinessProbe, livenessProbe, ports } = containerOf(server);
  expect([startupProbe, readinessProbe, livenessProbe].map((probe) => probe!.httpGet)).toEqual([
    { path: '/readyz', port: 'http' },
    { path: '/healthz', port: 'http' },
    { path: '/healthz', port: 'http' },
  ]);
  expect(ports).toEqual([{ name: 'http', containerPort: 8080 }]);
});

describe.each(workloads.slice(0, 2))('of the %s', (name, workload) => {
  it('there are two, of which one stays when a node is emptied', () => {
    expect(workload.spec.replicas).toBe(2);
    const { labels } = workload.spec.template.metadata;
    const budget = of('PodDisruptionBudget', `wonce-${name}`);
    expect(budget.spec).toEqual({ minAvailable: 1, selector: { matchLabels: labels } });
    expect(workload.spec.selector).toEqual({ matchLabels: labels });
  });
});

it('service and policy of the network are those of the server', () => {
  const { labels } = server.spec.template.metadata;
  expect(of('Service', 'wonce-server').spec).toMatchObject({ selector: labels });
  expect(of('NetworkPolicy', 'wonce-server').spec).toMatchObject({ podSelector: { matchLabels: labels } });
});

describe('with the secrets of the example', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wonce-manifests-'));
  const { data } = of('ConfigMap', 'wonce-settings') as Manifest & { data: Labels };
  const deals = (of('ConfigMap', 'wonce-deals') as Manifest & { data: Labels }).data['deals.yaml']!;
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function environmentOf(workload: Workload): Labels {
    const { stringData } = of('Secret', secretOf(workload)) as Manifest & { stringData: Labels };
    for (const [key, value] of Object.entries(stringData)) writeFileSync(join(folder, key), value);
    writeFileSync(join(folder, 'deals.yaml'), deals);
    const own = containerOf(workload).env.map(({ name, value }) => [
      name,
      value.replace('/run/secrets/wonce', folder).replace('/etc/wonce', folder),
    ]);
    return withSecretsOfFiles({ ...data, ...(Object.fromEntries(own) as Labels) }) as Labels;
  }

  it('the worker has all settings that it must have', () => {
    const { databaseUrl, portal } = workerSettings(environmentOf(worker));
    expect(databaseUrl).toMatch(/^postgres:\/\/wonce_app:/);
    expect(portal.clientId).toBe('CHANGE-ME');
  });

  it('the server has all settings that it must have', () => {
    expect(serverSettings(environmentOf(server))).toMatchObject({
      ...{ host: '0.0.0.0', port: 8080, publicUrl: 'https://wonce.example.com' },
    });
  });

  it('deals.yaml is one that can be read', () => {
    expect(readDealsRules(deals).sources.map(({ name }) => name)).toEqual(['hubspot']);
  });
});
