import { readFileSync } from 'node:fs';

/** What a healthy package-lock.json looks like here; see docs/contributing.md. */
const text = readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8');
const packages = Object.entries(JSON.parse(text).packages);
const problems = [];

const temporal = packages.filter(([path]) => /node_modules\/@temporalio\/[^/]+$/.test(path));
const versions = new Set(temporal.map(([, { version }]) => version));
if (versions.size !== 1)
  problems.push(`All @temporalio packages must have one version; there are ${[...versions].join(', ')}.`);

const protobufjs = packages.filter(
  ([path, { version }]) => /(^|\/)node_modules\/protobufjs$/.test(path) && /^8\./.test(version),
);
if (protobufjs.length !== 1) {
  problems.push(
    `There must be exactly one protobufjs 8, or histories cannot be replayed; there are ${protobufjs.length}.`,
  );
}

if (/"resolved": "http/.test(text)) problems.push('package-lock.json names a package host; see .npmrc.');

problems.forEach((problem) => console.error(problem));
process.exitCode = problems.length > 0 ? 1 : 0;
