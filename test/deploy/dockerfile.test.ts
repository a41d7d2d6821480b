import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readDockerfile } from '../image/dockerfile';
import { ROOT } from '../support/processes';

/** What needs no image to be made; the steps themselves are carried out by `npm run test:image`. */
const stages = readDockerfile();
const [first, last] = [stages[0]!, stages.at(-1)!];
const copied = stages.flatMap(({ steps }) =>
  steps.flatMap((step) => (step.kind === 'COPY' && step.from === undefined ? step.sources : [])),
);
const textOf = (file: string) => readFileSync(join(ROOT, file), 'utf8');

it('stands on one base, of a version that does not move, with glibc', () => {
  expect(new Set(stages.map(({ base }) => base)).size).toBe(1);
  expect(first.base).toMatch(/^node:\d+\.\d+\.\d+-bookworm-slim$/);
});

it('compiles every room but dev/', () => {
  const { include } = JSON.parse(textOf('tsconfig.build.json')) as { include: string[] };
  const folders = first.steps.flatMap((step) => (step.kind === 'COPY' ? step.sources : []));
  expect(folders.filter((folder) => include.includes(folder)).sort()).toEqual(
    include.filter((room) => room !== 'dev').sort(),
  );
});

it('copies what is there, and nothing that .dockerignore leaves out', () => {
  const leftOut = textOf('.dockerignore').trim().split('\n');
  expect(copied.filter((path) => leftOut.includes(path))).toEqual([]);
  expect(copied.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  expect(leftOut).toEqual(expect.arrayContaining(['.env', '*.env', 'secrets', '.git']));
});

it('installs the packages as they are locked, runs none of their scripts, and ships none for development', () => {
  const installs = stages.flatMap(({ steps }) =>
    steps.flatMap((step) => (step.kind === 'RUN' && step.command.startsWith('npm ci') ? step.command : [])),
  );
  expect(installs).toEqual(['npm ci --ignore-scripts', 'npm ci --ignore-scripts --omit=dev']);
});

it('runs as a user by number who is not root, and ends on SIGTERM', () => {
  expect(last.user).toMatch(/^[1-9]\d*:[1-9]\d*$/);
  expect(last.stopSignal).toBe('SIGTERM');
  expect(last.command).toEqual(['node', 'dist/worker/main.js']);
});

it('says what it is, of the version of the package', () => {
  const { name, version, license, description } = JSON.parse(textOf('package.json')) as Record<
    string,
    string
  >;
  expect(last.labels).toEqual({
    'org.opencontainers.image.title': name,
    'org.opencontainers.image.version': version,
    'org.opencontainers.image.licenses': license,
    'org.opencontainers.image.description': description,
  });
});
