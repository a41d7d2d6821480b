import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from './prepare.mjs';

const USAGE = `npm run fuzz -- [--minutes N] [--seed N] [PART…]

Lets every parser of what others send read whatever comes, until the time is over; all of them, or the parts that are named.
  --minutes N  altogether (10)
  --seed N     the inputs are the same for the same seed (any)`;

/** As many parts as there are, or a few more: the time is shared among them. */
const ALL_PARTS = 45;

const options = {
  minutes: { type: 'string', default: '10' },
  seed: { type: 'string' },
  help: { type: 'boolean' },
};
let given;
try {
  given = parseArgs({ options, allowPositionals: true });
} catch (error) {
  stop(error.message);
}
const { values, positionals: parts } = given;
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}
const minutes = Number(values.minutes);
const seed = values.seed === undefined ? randomInt(2 ** 31) : Number(values.seed);
if (!(minutes > 0)) stop(`--minutes: expected a number above 0, came ${values.minutes}`);
if (!Number.isInteger(seed)) stop(`--seed: expected a whole number, came ${values.seed}`);

const seconds = Math.max(1, Math.round((minutes * 60) / (parts.length || ALL_PARTS)));
console.log(`Seed ${seed}; ${seconds} s for each part.`);
const tests = spawn(process.execPath, [join(ROOT, 'scripts', 'test.mjs'), 'test/fuzz/fuzz.test.ts'], {
  env: {
    ...process.env,
    WONCE_FUZZ_SECONDS: String(seconds),
    WONCE_FUZZ_SEED: String(seed),
    WONCE_FUZZ_PARTS: parts.join(','),
  },
  stdio: 'inherit',
});
tests.on('exit', (code) => {
  if (code !== 0) {
    const again = [
      'npm run fuzz --',
      `--minutes ${minutes}`,
      `--seed ${seed}`,
      ...parts.map((part) => JSON.stringify(part)),
    ];
    console.log(`To see it again: ${again.join(' ')}\nA part alone finds it as soon: name it behind.`);
  }
  process.exitCode = code === 0 ? 0 : 1;
});

function stop(problem) {
  console.error(`${problem}\n\n${USAGE}`);
  process.exit(2);
}
