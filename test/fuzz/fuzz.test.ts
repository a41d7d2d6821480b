import fc from 'fast-check';
import { pipedriveReceiver } from '../../crm/pipedrive/receiver';
import { pipedriveSource } from '../crm/pipedrive-source';
import { TestStack } from '../support/stack';
import { serve, type ServerForTests } from '../server/running-server';
import { AnyVendor } from './any-vendor';
import type { Fuzz } from './part';
import { PARTS } from './parts';
import { servedParts, signIn, type Ground } from './served-parts';

const TOKEN = 'a-token-for-fuzzing';

/** Set by `npm run fuzz`: how long each part runs, with which seed, and which parts do. */
const { WONCE_FUZZ_SECONDS, WONCE_FUZZ_SEED, WONCE_FUZZ_PARTS } = process.env;
const seed = Number(WONCE_FUZZ_SEED ?? 20261128);
const seconds = WONCE_FUZZ_SECONDS === undefined ? undefined : Number(WONCE_FUZZ_SECONDS);
const chosen = WONCE_FUZZ_PARTS?.split(',').filter(Boolean) ?? [];

/**
 * So many inputs of a parser in `npm test`, and of one behind HTTP, where each costs some milliseconds. `npm run fuzz` takes
 * so many again and again, with the next seed each time, until the time is over.
 */
const RUNS = { parser: 400, served: 60 };

let stack: TestStack;
let ground: Ground & { server: ServerForTests };

beforeAll(async () => {
  stack = await TestStack.start();
  // What is right among the inputs is a quote or a decision, which without a worker waits for one.
  await stack.startWorker();
  const openId = {
    ...{ issuer: 'http://127.0.0.1:1', clientId: 'wonce', clientSecret: 'a-secret' },
    allowed: ['@reseller.example'],
  };
  const source = pipedriveSource();
  const options = {
    tokens: [TOKEN],
    accounts: { pipe: { source, receiver: pipedriveReceiver(source) } },
    openId,
  };
  const [server, vendor] = await Promise.all([serve(stack, options), AnyVendor.start()]);
  ground = { server, vendor, token: TOKEN };
  await signIn(ground);
});
afterAll(async () => {
  await ground.server.close();
  await ground.vendor.stop();
  await stack.stop();
});

function fuzzed(name: string, numRuns: number): Fuzz {
  return async (inputs, read) => {
    let count = 0;
    const tell = setInterval(() => process.stderr.write(`${name}: ${count} inputs\n`), 5_000);
    const property = fc.asyncProperty(inputs, async (input) => {
      count += 1;
      await read(input);
    });
    const end = Date.now() + (seconds ?? 0) * 1000;
    try {
      for (let round = 0; round === 0 || Date.now() < end; round++) {
        await fc.assert(property, { seed: seed + round, numRuns });
      }
    } finally {
      clearInterval(tell);
      if (seconds !== undefined) process.stderr.write(`${name}: ${count} inputs in all\n`);
    }
  };
}

const served = servedParts(() => ground);
const parts = [...PARTS, ...served].filter(({ name }) => chosen.length === 0 || chosen.includes(name));

it.each(parts.map((one) => [one.name, one] as const))(
  'whatever comes, it is read or refused: %s',
  async (name, one) => one.property(fuzzed(name, served.includes(one) ? RUNS.served : RUNS.parser)),
  ((seconds ?? 0) + 120) * 1000,
);

it('the parts that were asked for are there', () => {
  const names = [...PARTS, ...served].map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(chosen));
  expect(new Set(names).size).toBe(names.length);
});
