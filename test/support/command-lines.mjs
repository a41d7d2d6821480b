// Writes each command line of this machine's processes that is new into a file: whoever is on the machine can read them.
import { appendFileSync, readdirSync, readFileSync } from 'node:fs';

const [file] = process.argv.slice(2);
const seen = new Set();
setInterval(() => {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const line = commandLine(pid);
    if (line === '' || seen.has(line)) continue;
    seen.add(line);
    appendFileSync(file, `${line}\n`);
  }
}, 500);

function commandLine(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return ''; // It has ended.
  }
}
