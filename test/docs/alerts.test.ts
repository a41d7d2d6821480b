import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ROOT } from '../support/processes';
import { PROMETHEUS_FILES } from '../support/prometheus';
import { required } from '../support/required';

interface Rules {
  groups: { rules: { alert: string; labels: object; annotations: { runbook: string; summary: string } }[] }[];
}

const rules = (parse(readFileSync(join(PROMETHEUS_FILES, 'alerts.yml'), 'utf8')) as Rules).groups.flatMap(
  (group) => group.rules,
);

it.each([
  ['check', 'rules', 'alerts.yml'],
  ['check', 'config', 'prometheus.yml'],
  ['test', 'rules', 'alerts.test.yml'],
])('promtool %s %s %s', (...args) => {
  const promtool = join(required('WONCE_TEST_PROMETHEUS_BIN'), 'promtool');
  const said = execFileSync(promtool, args, { cwd: PROMETHEUS_FILES, encoding: 'utf8', stdio: 'pipe' });
  expect(said).toMatch(/SUCCESS/);
});

it('each alert has a test in which it fires', () => {
  const tests = readFileSync(join(PROMETHEUS_FILES, 'alerts.test.yml'), 'utf8');
  for (const { alert } of rules)
    expect(tests).toMatch(new RegExp(`alertname: ${alert}\\s+exp_alerts:\\s+- `));
});

it('each alert names its section of the runbook, and each section is of an alert', () => {
  const page = readFileSync(join(ROOT, 'docs', 'runbooks', 'alerts.md'), 'utf8');
  const sections = [...page.matchAll(/^## (\w+)$/gm)].map(([, title]) => title);
  expect(sections.sort()).toEqual(rules.map(({ alert }) => alert).sort());
  for (const { alert, annotations } of rules) {
    expect(annotations.runbook).toBe(`docs/runbooks/alerts.md#${alert.toLowerCase()}`);
  }
});
