import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { openApiDocument } from '../../server/openapi';

interface Operation {
  responses: Record<string, { content?: Record<string, unknown> } | undefined>;
}

const contract = openApiDocument() as { paths: Record<string, Record<string, Operation | undefined>> };

const ajv = addFormats(new Ajv2020({ strict: false, allErrors: true }));
ajv.addSchema({ ...contract }, 'contract');

/** An answer as it came over HTTP. */
export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  /** The body, where it is JSON. */
  json: Record<string, unknown>;
}

/** Fails when the contract does not know of such an answer to such a call. */
export function expectAsInContract(method: string, path: string, answer: Answer): void {
  const call = `${method} ${path} answered ${answer.status}`;
  const { status, headers } = answer;
  const [contentType = ''] = (headers.get('content-type') ?? '').split(';');
  expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  if (status >= 400) expect(answer.json.instance).toBe(`urn:uuid:${headers.get('x-request-id')}`);
  const template = templateOf(path);
  const operation = template === undefined ? undefined : contract.paths[template]?.[method.toLowerCase()];
  if (operation === undefined) {
    expect([404, 405]).toContain(status);
    return expectValid(call, 'contract#/components/schemas/Problem', answer.json);
  }
  const described = operation.responses[String(status)];
  if (described === undefined)
    throw new Error(`${call}, of which the contract does not know: ${answer.text}`);
  expect(Object.keys(described.content ?? {})).toContain(contentType);
  if (!contentType.includes('json')) return;
  const at = ['paths', template!, method.toLowerCase(), 'responses', String(status), 'content', contentType];
  expectValid(call, `contract#/${at.map(pointer).join('/')}/schema`, answer.json);
}

/** The path of the contract, `/purchases/{requestId}`, that a path is one of. */
function templateOf(path: string): string | undefined {
  const [bare = ''] = path.split('?');
  return Object.keys(contract.paths).find((template) =>
    new RegExp(`^${template.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(bare),
  );
}

function pointer(part: string): string {
  return encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'));
}

function expectValid(call: string, schema: string, value: unknown): void {
  const isValid = ajv.compile({ $ref: schema });
  if (!isValid(value)) throw new Error(`${call}, not as in the contract: ${ajv.errorsText(isValid.errors)}`);
}
