import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  Parser,
  type CST,
  type Document,
  type YAMLError,
} from 'yaml';
import { withoutMark } from '../../validation/json-text';
import { plainText, unprintableIn, visibleText } from '../../domain/visible-text';

export type Path = readonly PropertyKey[];

/** Where something stands in a file. */
export interface Place {
  /** Counted from 1. */
  line: number;
  /** Keys with points between them; empty where the file itself is meant. */
  path: string;
}

/** One thing that is wrong with a file: where, and what would be right. */
export interface Problem extends Place {
  /** "expected …; came …" */
  problem: string;
}

/** A YAML file as plain data; numbers are the text that was written, so that ids keep every digit. */
export interface YamlTree {
  value: unknown;
  problems: Problem[];
  /** The path in words, and the line of its deepest part that is there. */
  placeOf(path: Path): Place;
}

/** deals.yaml itself has nine levels. */
const DEEPEST = 64;
const TOO_DEEP = `expected at most ${DEEPEST} levels of lists and keys; came more`;
/** How often the parts marked with & may be used again; a file that multiplies itself needs more. */
const MOST_ALIASES = 100;
/** Numbers that mean what they look like: no 1e3, no 0x1F. */
const PLAIN_NUMBER = /^-?\d+(\.\d+)?$/;

/**
 * Reads YAML 1.2 (core schema). Custom tags, a key twice and keys that are no text are problems. What nobody can see in a
 * text or key is not there; a line break, an escape or the like in one is a problem.
 */
export function readYaml(text: string): YamlTree {
  if (isTooDeep(text)) return unreadable([{ line: 1, path: '', problem: TOO_DEEP }]);
  const lines = new LineCounter();
  const document = parseDocument(withoutMark(text), {
    schema: 'core',
    lineCounter: lines,
    prettyErrors: false,
    resolveKnownTags: false,
    // TreeBuilder looks for them itself: to YAML, 1 and "1" are two keys.
    uniqueKeys: false,
  });
  const lineAt = (offset: number) => Math.max(lines.linePos(offset).line, 1);
  // A tag that is not known is a mere warning to YAML, and its value would be taken as text.
  const wrong = [...document.errors, ...document.warnings].map((error) => ({
    line: lineAt(error.pos[0]),
    path: '',
    problem: `expected YAML; came something else (${wordsOf(error)})`,
  }));
  return wrong.length > 0 ? unreadable(wrong) : new TreeBuilder(document, lineAt).build();
}

function unreadable(problems: Problem[]): YamlTree {
  return { value: undefined, problems, placeOf: (path) => ({ line: 1, path: pathInWords(path) }) };
}

/** Whether lists and keys stand in one another deeper than anything that is meant: who follows them runs out of stack. */
function isTooDeep(text: string): boolean {
  let level: CST.Token[] = [...new Parser().parse(text)];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > DEEPEST) return true;
    level = level.flatMap(partsOf);
  }
  return false;
}

function partsOf(token: CST.Token): CST.Token[] {
  if (token.type === 'document') return token.value === undefined ? [] : [token.value];
  const items = 'items' in token ? token.items : [];
  return items
    .flatMap(({ key, value }) => [key, value])
    .filter((part) => part !== undefined && part !== null);
}

/** Without what the message quotes of the file: it may be a secret. */
function wordsOf({ code, message }: YAMLError): string {
  return code === 'BAD_DIRECTIVE' ? 'a directive that is not known' : message.replace(/(?<=\w): .*$/s, '');
}

class TreeBuilder {
  private readonly lines = new Map<string, number>();
  private readonly problems: Problem[] = [];
  private aliases = 0;

  constructor(
    private readonly document: Document,
    private readonly lineAt: (offset: number) => number,
  ) {}

  build(): YamlTree {
    const value = this.valueOf(this.document.contents, []);
    const placeOf = (path: Path) => ({ line: this.lineOf(path), path: pathInWords(path) });
    return { value, problems: this.problems, placeOf };
  }

  private lineOf(path: Path): number {
    const line = this.lines.get(keyOf(path));
    return line ?? (path.length === 0 ? 1 : this.lineOf(path.slice(0, -1)));
  }

  private report(path: Path, problem: string, line = this.lineOf(path)): undefined {
    this.problems.push({ line, path: pathInWords(path), problem });
  }

  private valueOf(node: unknown, path: Path): unknown {
    if (node === null || node === undefined) return null;
    if (isScalar(node)) return this.scalar(node.value, node.source ?? '', path);
    if (isSeq(node)) return node.items.map((item, index) => this.item(item, [...path, index]));
    if (isMap(node)) return this.map(node.items, path);
    if (!isAlias(node)) return this.report(path, 'expected text, a list or keys; came something else');
    this.aliases += 1;
    const target = this.aliases > MOST_ALIASES ? undefined : node.resolve(this.document);
    if (target !== undefined) return this.valueOf(target, path);
    // Said once: what multiplies itself would fill the screen.
    if (this.aliases > MOST_ALIASES + 1) return undefined;
    return this.report(
      path,
      `expected a part marked with & further up, and at most ${MOST_ALIASES} such uses; came another *`,
    );
  }

  private item(node: unknown, path: Path): unknown {
    this.setLine(path, node);
    return this.valueOf(node, path);
  }

  private scalar(value: unknown, source: string, path: Path): unknown {
    if (typeof value === 'string') return this.text(value, path);
    if (typeof value !== 'number' && typeof value !== 'bigint') return value;
    if (PLAIN_NUMBER.test(source)) return source;
    return this.report(
      path,
      'expected a number in digits, or text in quotes; came another way to write a number',
    );
  }

  private text(value: string, path: Path): string | undefined {
    const text = visibleText(value);
    const hidden = unprintableIn(text);
    if (hidden === undefined) return text;
    return this.report(
      path,
      `expected text in one line and without control and format characters; came ${hidden}`,
    );
  }

  private map(pairs: readonly { key: unknown; value: unknown }[], path: Path): Record<string, unknown> {
    const entries = new Map<string, unknown>();
    for (const { key: node, value } of pairs) {
      const key = isScalar(node) ? plainText(node.source ?? '') : '';
      if (key === '' || key === '__proto__') {
        this.report(path, 'expected text as a key; came something else');
        continue;
      }
      const hidden = unprintableIn(key);
      if (hidden !== undefined) {
        this.report(path, `expected keys without control and format characters; came ${hidden}`);
        continue;
      }
      const place = [...path, key];
      if (entries.has(key)) {
        const already = `came a key that stands in line ${this.lineOf(place)} already`;
        this.report(place, `expected each key once; ${already}`, this.lineOfNode(node));
        continue;
      }
      this.setLine(place, node);
      entries.set(key, this.valueOf(value, place));
    }
    return Object.fromEntries(entries);
  }

  private setLine(path: Path, node: unknown): void {
    const line = this.lineOfNode(node);
    if (line !== undefined) this.lines.set(keyOf(path), line);
  }

  private lineOfNode(node: unknown): number | undefined {
    const offset = isNode(node) ? node.range?.[0] : undefined;
    return offset === undefined ? undefined : this.lineAt(offset);
  }
}

function keyOf(path: Path): string {
  return JSON.stringify(path.map(String));
}

/** `sources.hubspot.license.years` */
function pathInWords(path: Path): string {
  return path.map(String).join('.');
}
