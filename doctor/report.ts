import { release } from 'node:os';
import type { Environment } from '../config/check';
import { VERSION } from '../config/version';
import type { Row } from './row';
import { settingsSet } from './settings';

/** What is sent with a bug: no secret, no value of a setting, nothing of a person. */
export interface Report {
  wonce: string;
  node: string;
  system: string;
  at: string;
  /** Names of the settings that are set. */
  settings: string[];
  rows: Row[];
}

export function reportOf(rows: Row[], env: Environment): Report {
  return {
    wonce: VERSION,
    node: process.version,
    system: `${process.platform} ${release()} ${process.arch}`,
    at: new Date().toISOString(),
    settings: settingsSet(env),
    rows,
  };
}
