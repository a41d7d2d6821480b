import { Command } from 'commander';
import { startOptionsOf, withStartOptions, type StartOptions } from '../../cli/start-command';

/** Reads the arguments of `npm start -- …`; prints help, or what is wrong, and ends the process for those. */
export function readOptions(argv: string[]): StartOptions {
  return startOptionsOf(withStartOptions(new Command('npm start --')).parse(argv));
}
