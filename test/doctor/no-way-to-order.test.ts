import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { ROOT } from '../support/processes';

const ORDER_PATH = '/order/v1/save';

function filesIn(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesIn(path) : [path];
  });
}

/** Files of ours that a file imports, types among them, by whatever kind of import. */
function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  const names = [...text.matchAll(/(?:from|import|require)\s*\(?\s*['"](\.{1,2}\/[^'"]+)['"]/g)].map(
    ([, name]) => name!,
  );
  return names.map((name) => {
    // What is imported later is named as it is when compiled.
    const path = join(dirname(file), name).replace(/\.js$/, '');
    const found = [`${path}.ts`, join(path, 'index.ts'), path].find(
      (one) => existsSync(one) && statSync(one).isFile(),
    );
    if (found === undefined) throw new Error(`${file} imports ${name}, which is not there.`);
    return found;
  });
}

function reachedFrom(files: readonly string[]): string[] {
  const reached = new Set(files);
  // A set that grows while it is gone through is gone through to its end.
  for (const file of reached) importsOf(file).forEach((one) => reached.add(one));
  return [...reached].map((file) => relative(ROOT, file));
}

it('nothing that doctor/ and its command import, however far, can order: neither place-order nor the address of orders is reached', () => {
  const reached = reachedFrom([...filesIn(join(ROOT, 'doctor')), join(ROOT, 'cli', 'doctor-command.ts')]);
  expect(reached).toContain('portal/transport.ts');
  expect(reached.filter((file) => /portal\/(place-order|portal-client|order-body)/.test(file))).toEqual([]);
  expect(reached.filter((file) => readFileSync(join(ROOT, file), 'utf8').includes(ORDER_PATH))).toEqual([]);
});

it('the walk finds what can order, where it is', () => {
  const reached = reachedFrom([join(ROOT, 'worker', 'start-worker.ts')]);
  expect(reached).toContain('portal/place-order.ts');
  expect(reached.some((file) => readFileSync(join(ROOT, file), 'utf8').includes(ORDER_PATH))).toBe(true);
});
