import pino from 'pino';
import type { DealInbox } from '../../client/deal-inbox';
import type { WonceClient } from '../../client/wonce-client';
import { createApp } from '../../server/app';
import { openApiDocument } from '../../server/openapi';
import { PROBLEM_CODES } from '../../server/problem';
import { USUAL_PAGE } from './usual-page';

const contract = openApiDocument() as { paths: Record<string, Record<string, unknown>> };

/** What belongs to the page, whose addresses are for people. */
const OF_PAGE = /^[A-Z]+ \/($|orders|deals|renewals|new|search|sign-|events|looking|assets)/;

/** Every route of the API, as `POST /purchases/{requestId}/decisions`, by Fastify's own picture of them. */
async function routes(): Promise<string[]> {
  const app = createApp({
    tokens: [],
    client: undefined as unknown as WonceClient,
    inbox: undefined as unknown as DealInbox,
    accounts: new Map(),
    ...USUAL_PAGE,
    log: pino({ level: 'silent' }),
  });
  await app.ready();
  const branch: string[] = [];
  return app
    .printRoutes({ commonPrefix: false })
    .split('\n')
    .flatMap((line) => {
      const [, indent = '', part = '', methods = ''] = /^([│ ]*)[├└]── (\S+)(?: \((.*)\))?$/.exec(line) ?? [];
      branch.splice(indent.length / 4, branch.length, part);
      const path = branch.join('').replaceAll(/:(\w+)/g, '{$1}');
      // Who may get may also ask for the head.
      return methods
        .split(', ')
        .filter((method) => method !== '' && method !== 'HEAD')
        .map((method) => `${method} ${path}`)
        .filter((route) => !OF_PAGE.test(route));
    });
}

it('every route of the server is in the contract, and the other way round', async () => {
  const inContract = Object.entries(contract.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect((await routes()).sort()).toEqual(inContract.sort());
});

it('every problem is in the contract', () => {
  const text = JSON.stringify(contract);
  const ofPage = ['CrossSite', 'TooManySignIns', 'UnknownDeal'];
  const ofCodecServer = ['OriginNotAllowed', 'PayloadsInvalid', 'PayloadKeyUnknown', 'PayloadUnreadable'];
  const ofApi = PROBLEM_CODES.filter((code) => ![...ofPage, ...ofCodecServer].includes(code));
  for (const code of ofApi) expect(text).toContain(`\`${code}\``);
});
