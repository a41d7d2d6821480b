import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../support/processes';

/** One instruction of a Dockerfile, as far as ours uses them. */
export type Step =
  | { kind: 'COPY'; from: string | undefined; sources: string[]; to: string }
  | { kind: 'RUN'; command: string }
  | { kind: 'WORKDIR'; folder: string };

/** A stage: what comes after a FROM. */
export interface Stage {
  /** The last one has none. */
  name: string | undefined;
  base: string;
  steps: Step[];
  env: Record<string, string>;
  labels: Record<string, string>;
  user: string | undefined;
  stopSignal: NodeJS.Signals | undefined;
  command: string[] | undefined;
}

/** The stages of the Dockerfile. @throws Error at an instruction that this does not know */
export function readDockerfile(file = join(ROOT, 'Dockerfile')): Stage[] {
  const stages: Stage[] = [];
  for (const line of instructionsOf(readFileSync(file, 'utf8'))) {
    const [, word = '', rest = ''] = /^(\w+)\s+(.*)$/s.exec(line) ?? [];
    if (word === 'FROM') stages.push(stageOf(rest));
    else read(stages.at(-1)!, word, rest);
  }
  return stages;
}

/** Without comments, and each on one line. */
function instructionsOf(text: string): string[] {
  const lines = text.split('\n').filter((line) => !/^\s*#/.test(line));
  return lines
    .join('\n')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line !== '');
}

function stageOf(rest: string): Stage {
  const [base = '', , name] = rest.split(/\s+/);
  return {
    ...{ name, base, steps: [], env: {}, labels: {} },
    ...{ user: undefined, stopSignal: undefined, command: undefined },
  };
}

function read(stage: Stage, word: string, rest: string): void {
  switch (word) {
    case 'WORKDIR':
      stage.steps.push({ kind: 'WORKDIR', folder: rest });
      return;
    case 'RUN':
      stage.steps.push({ kind: 'RUN', command: rest });
      return;
    case 'COPY':
      stage.steps.push(copyOf(rest));
      return;
    case 'ENV':
      Object.assign(stage.env, pairsIn(rest));
      return;
    case 'LABEL':
      Object.assign(stage.labels, pairsIn(rest));
      return;
    case 'USER':
      stage.user = rest;
      return;
    case 'STOPSIGNAL':
      stage.stopSignal = rest as NodeJS.Signals;
      return;
    case 'CMD':
      stage.command = JSON.parse(rest) as string[];
      return;
    default:
      throw new Error(`The Dockerfile has ${word}, which these tests do not know.`);
  }
}

function copyOf(rest: string): Step {
  const words = rest.split(/\s+/);
  const from = /^--from=(\S+)$/.exec(words[0]!)?.[1];
  const paths = from === undefined ? words : words.slice(1);
  return { kind: 'COPY', from, sources: paths.slice(0, -1), to: paths.at(-1)! };
}

/** `a=b c="d e"` */
function pairsIn(rest: string): Record<string, string> {
  const pairs = [...rest.matchAll(/([\w.-]+)=(?:"([^"]*)"|(\S+))/g)];
  return Object.fromEntries(pairs.map(([, key, quoted, plain]) => [key!, quoted ?? plain!]));
}
