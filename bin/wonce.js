#!/usr/bin/env node
'use strict';

let command;
try {
  command = require('../dist/cli/main.js');
} catch (error) {
  if (error.code !== 'MODULE_NOT_FOUND') throw error;
  console.error('wonce is not built yet. Run: npm ci && npm run build (npm start does both).');
  process.exit(1);
}
command.run(
  process.argv,
  () => require('../dist/worker/main.js').runWorker(),
  () => require('../dist/server/main.js').runServer(),
  () => require('../dist/server/codec/main.js').runCodecServer(),
  (...asked) => require('../dist/doctor/doctor.js').examine(...asked),
  (...asked) => require('../dist/worker/replay.js').replay(...asked),
  (options) => stack().start(options),
);

/** What tries Wonce out is in the package, and not in the image. */
function stack() {
  try {
    return require('../dist/dev/stack/start.js');
  } catch (error) {
    if (error.code !== 'MODULE_NOT_FOUND') throw error;
    console.error(
      'wonce start tries Wonce out, and is not in the image: it is in the package (docs/package.md).',
    );
    process.exit(1);
  }
}
