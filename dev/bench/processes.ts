import { readdirSync, readFileSync } from 'node:fs';

/** What Linux counts processor time in: a hundredth of a second, on every machine that Node runs on. */
const TICK_MS = 10;

/** One process, as Linux tells of it in /proc. */
interface ProcessStat {
  pid: number;
  parent: number;
  /** Of itself and of the children that it has seen end, in ms. */
  processorMs: number;
}

/** @throws Error where there is no /proc */
function allProcesses(): ProcessStat[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => statOf(Number(pid)) ?? []);
}

/** proc_pid_stat(5); undefined when it has ended. */
function statOf(pid: number): ProcessStat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name before it may hold anything.
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const ticks = [11, 12, 13, 14].reduce((sum, place) => sum + fields[place]!, 0);
    return { pid, parent: fields[1]!, processorMs: ticks * TICK_MS };
  } catch {
    return undefined;
  }
}

/** A process and all that it has started, directly or not. */
export function familyOf(pid: number): number[] {
  return familyAmong(allProcesses(), pid).map((process) => process.pid);
}

function familyAmong(all: readonly ProcessStat[], pid: number): ProcessStat[] {
  const own = all.filter((process) => process.pid === pid);
  const children = all.filter(({ parent }) => parent === pid);
  return [...own, ...children.flatMap((child) => familyAmong(all, child.pid))];
}

/** Processor time that a process and all that it has started have used so far, in ms. */
export function processorMsOf(pid: number): number {
  return familyAmong(allProcesses(), pid).reduce((sum, { processorMs }) => sum + processorMs, 0);
}

/** Memory of a process, in MB (of a million bytes). */
export interface Memory {
  /** All of its pages that are in memory; those it shares with others, such as the program itself, are in each. */
  rss: number;
  /** Of what it shares with others its part alone. */
  pss: number;
}

/** @throws Error when it has ended */
export function memoryOf(pid: number): Memory {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const megabytes = (field: string) => {
    const [, kibibytes] = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(text) ?? [];
    return (Number(kibibytes) * 1024) / 1e6;
  };
  return { rss: megabytes('Rss'), pss: megabytes('Pss') };
}

/** The command line of a process, its words apart by spaces. */
export function commandLineOf(pid: number): string {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ').trim();
}
