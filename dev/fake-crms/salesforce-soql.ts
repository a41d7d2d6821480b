import { Refused } from './fake-crm';

/** How the REST API says that a call is wrong: a list of one. */
export function refusal(errorCode: string, message: string, status = 400): Refused {
  return new Refused(status, [{ message, errorCode }]);
}

/** A query, as far as opportunities are read back by one. */
export interface Query {
  /** Names with their relations, `Account.Name`, and queries of child records. */
  columns: (string | Query)[];
  from: string;
  where: Condition[];
  orderBy: { name: string; isDescending: boolean }[];
  limit: number | undefined;
}

export interface Condition {
  name: string;
  operator: string;
  value: string | number | boolean | null | Date;
}

const TOKEN =
  /\s*(?:(?<text>'(?:[^'\\]|\\.)*')|(?<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d))|(?<number>-?\d+(?:\.\d+)?)|(?<word>[A-Za-z]\w*(?:\.[A-Za-z]\w*)*)|(?<sign>!=|<=|>=|[(),=<>]))/y;

interface Token {
  kind: string;
  text: string;
}

/**
 * Reads `SELECT columns FROM object [WHERE … AND …] [ORDER BY …] [LIMIT n]`.
 *
 * @throws Refused MALFORMED_QUERY
 */
export function parseSoql(soql: string): Query {
  const reading = new Reading(tokensOf(soql));
  const query = queryAt(reading);
  if (!reading.isAtEnd()) throw malformed(`unexpected token: ${reading.next().text}`);
  return query;
}

function tokensOf(soql: string): Token[] {
  const tokens: Token[] = [];
  const end = soql.trimEnd().length;
  for (TOKEN.lastIndex = 0; TOKEN.lastIndex < end;) {
    const from = TOKEN.lastIndex;
    const match = TOKEN.exec(soql);
    const [kind, text] = Object.entries(match?.groups ?? {}).find(([, one]) => one !== undefined) ?? [];
    if (kind === undefined || text === undefined) throw malformed(`unexpected character at ${from}`);
    tokens.push({ kind, text });
  }
  return tokens;
}

class Reading {
  private place = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  isAtEnd(): boolean {
    return this.place === this.tokens.length;
  }

  next(): Token {
    const token = this.tokens[this.place++];
    if (token === undefined) throw malformed('unexpected end of the query');
    return token;
  }

  /** Whether the next is that word or sign; it is gone then. */
  take(text: string): boolean {
    const isNext = this.tokens[this.place]?.text.toUpperCase() === text;
    if (isNext) this.place++;
    return isNext;
  }

  expect(text: string): void {
    const { text: came } = this.next();
    if (came.toUpperCase() !== text) throw malformed(`expecting ${text}, found ${came}`);
  }

  word(): string {
    const { kind, text } = this.next();
    if (kind !== 'word') throw malformed(`expecting a name, found ${text}`);
    return text;
  }

  number(): number {
    const { text } = this.next();
    if (!/^\d+$/.test(text)) throw malformed(`expecting a number, found ${text}`);
    return Number(text);
  }
}

function queryAt(reading: Reading): Query {
  reading.expect('SELECT');
  const columns = listAt(reading, ',', () => (reading.take('(') ? nestedAt(reading) : reading.word()));
  reading.expect('FROM');
  const from = reading.word();
  const where = reading.take('WHERE') ? listAt(reading, 'AND', () => conditionAt(reading)) : [];
  const orderBy = reading.take('ORDER') ? orderAt(reading) : [];
  const limit = reading.take('LIMIT') ? reading.number() : undefined;
  return { columns, from, where, orderBy, limit };
}

function nestedAt(reading: Reading): Query {
  const query = queryAt(reading);
  reading.expect(')');
  return query;
}

function orderAt(reading: Reading): Query['orderBy'] {
  reading.expect('BY');
  return listAt(reading, ',', () => {
    const name = reading.word();
    const isDescending = reading.take('DESC');
    if (!isDescending) reading.take('ASC');
    return { name, isDescending };
  });
}

function conditionAt(reading: Reading): Condition {
  const name = reading.word();
  const { text: operator } = reading.next();
  if (!['=', '!=', '<', '<=', '>', '>='].includes(operator)) throw malformed(`unexpected token: ${operator}`);
  return { name, operator, value: valueOf(reading.next()) };
}

function valueOf({ kind, text }: Token): Condition['value'] {
  if (kind === 'text') return text.slice(1, -1).replace(/\\(.)/g, '$1');
  if (kind === 'time') return new Date(text);
  if (kind === 'number') return Number(text);
  switch (text.toLowerCase()) {
    case 'true':
      return true;
    case 'false':
      return false;
    case 'null':
      return null;
    default:
      throw malformed(`unexpected token: ${text}`);
  }
}

function listAt<Item>(reading: Reading, separator: string, item: () => Item): Item[] {
  const items = [item()];
  while (reading.take(separator)) items.push(item());
  return items;
}

function malformed(what: string) {
  return refusal('MALFORMED_QUERY', what);
}
