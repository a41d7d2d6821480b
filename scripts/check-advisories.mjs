import { spawnSync } from 'node:child_process';

/**
 * Asks the registry for advisories about the packages that ship. One that is high or critical fails; a registry that
 * answers no such question is told, and fails nothing: the lockfile is the same as before.
 */
const { stdout, stderr } = spawnSync('npm', ['audit', '--omit=dev', '--audit-level=high', '--json'], {
  encoding: 'utf8',
  shell: process.platform === 'win32',
});
const answer = parsed(stdout);

if (answer?.message !== undefined) {
  console.warn(`Advisories: NOT asked, the registry does not answer (${answer.message}).`);
} else if (answer?.vulnerabilities === undefined) {
  console.error(`Advisories: npm audit failed.\n${stderr}`);
  process.exitCode = 1;
} else {
  const serious = Object.values(answer.vulnerabilities).filter(({ severity }) =>
    ['high', 'critical'].includes(severity),
  );
  serious.forEach(({ name, severity, range }) => console.error(`${name} ${range}: ${severity}`));
  console.log(`Advisories: ${serious.length} high or critical about the packages that ship.`);
  if (serious.length > 0) {
    console.error(
      'Look with: npm audit --omit=dev. Take a version without them, or say in SECURITY.md why not.',
    );
    process.exitCode = 1;
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
