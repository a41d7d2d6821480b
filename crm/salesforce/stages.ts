import { textOf } from '../lossless';
import type { WonIn } from '../won-run';
import type { Row } from './api';

/** Those that are not in use any more, too. */
export const STAGES = 'SELECT ApiName, MasterLabel, IsWon, LastModifiedDate FROM OpportunityStage';

/** By the rows of `STAGES`: a stage goes by its API name, or by its label. */
export function wonInOneOf(rows: readonly Row[]): WonIn {
  return (stage, leftAt) => {
    const by = (name: string) => rows.filter((row) => textOf(row[name]) === stage);
    const named = by('ApiName');
    const verdicts = (named.length > 0 ? named : by('MasterLabel')).map(({ IsWon, LastModifiedDate }) =>
      typeof IsWon !== 'boolean' || Date.parse(textOf(LastModifiedDate) ?? '') > leftAt ? undefined : IsWon,
    );
    // Two that say different things say nothing.
    return verdicts.every((verdict) => verdict === verdicts[0]) ? verdicts[0] : undefined;
  };
}
