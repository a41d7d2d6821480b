import type { WhenWon } from '../../domain/deal';
import type { KnownReason } from '../../domain/status';

/** A win that something was decided about: the purchase that was made of it, or none. */
export interface JudgedWin {
  wonAt?: string;
  requestId?: string;
}

/** What becomes of a deal that is won. */
export type Verdict =
  | { verdict: 'buy' }
  /** It was decided about before. */
  | { verdict: 'known'; win: JudgedWin }
  | { verdict: 'ask' | 'leave'; reason: KnownReason };

/** A deal that is won, and what is known about it. */
export interface Win extends WhenWon {
  /** Oldest first. */
  wins: readonly JudgedWin[];
  /** The CRM keeps when its deals were won: a time that it does not tell is a reason to ask. */
  isDated?: boolean;
  /** Wins before are not bought unasked. */
  since: Date;
  wonAgain: 'ask' | 'buy' | 'ignore';
  /** A person has decided to buy it. */
  isWanted: boolean;
  /** Nothing came of the purchase of the newest win: refused or cancelled. */
  isUnbought: boolean;
  /** It was made of several deals, which may have been bought under their own ids. */
  isMerged: boolean;
}

/**
 * Judges a deal that is won. Each win is bought once. A deal that was lost and is won again is a guess with money unless
 * the house has a rule for it, and whatever may be the same win is a guess in any case.
 */
export function judgeWin(input: Win): Verdict {
  const { wins, isWanted } = input;
  const newest = wins.at(-1);
  const same = sameWin(input);
  if (same !== undefined) {
    const mayBuy = same === newest && (same.requestId === undefined || input.isUnbought);
    return isWanted && mayBuy ? { verdict: 'buy' } : { verdict: 'known', win: same };
  }
  if (isWanted) return { verdict: 'buy' };
  return newest === undefined ? judgeFirst(input) : judgeAgain(input, newest);
}

/** The win that this one is, among those that were decided about: the same time of winning is the same win. */
function sameWin({ wins, wonAt }: Win): JudgedWin | undefined {
  if (wonAt === undefined) return wins.at(-1);
  const isSame = (win: JudgedWin) => win.wonAt !== undefined && Date.parse(win.wonAt) === Date.parse(wonAt);
  return wins.findLast(isSame);
}

function judgeFirst({ wonAt, wonFrom, toldAt, isDated, since, isMerged }: Win): Verdict {
  const latest = wonAt ?? toldAt;
  if (latest === undefined && isDated) return { verdict: 'ask', reason: UNTOLD };
  if (latest !== undefined && isBefore(latest, since)) {
    const message =
      `The deal was won at ${latest}, and what was won before ${since.toISOString()} is not bought unasked ` +
      '(since, in deals.yaml). If it is to be bought, decide with buy.';
    return { verdict: 'leave', reason: { code: 'WonBeforeSince', message } };
  }
  if (wonFrom !== undefined && isBefore(wonFrom, since)) {
    const message =
      `The deal was won between ${wonFrom} and ${latest}, and nobody can tell when: what it was in between is not known. ` +
      `What was won before ${since.toISOString()} is not bought unasked (since, in deals.yaml). Decide with buy or dismiss.`;
    return { verdict: 'ask', reason: { code: 'WonTimeUnknown', message } };
  }
  return isMerged ? { verdict: 'ask', reason: MERGED } : { verdict: 'buy' };
}

function isBefore(time: string, since: Date): boolean {
  return Date.parse(time) < since.getTime();
}

const UNTOLD: KnownReason = {
  code: 'WonTimeUnknown',
  message:
    'The deal is won, and the CRM does not tell since when: it may have been before since, of deals.yaml. Decide with buy or dismiss.',
};

const MERGED: KnownReason = {
  code: 'DealMerged',
  message:
    'The deal was made of several deals, and one of them may have been bought under its own id. See what there is: ' +
    'wonce deals list. Decide with buy or dismiss.',
};

function judgeAgain({ wonAt, wonFrom = wonAt, wonAgain }: Win, newest: JudgedWin): Verdict {
  const earliest = Math.min(...[wonAt, wonFrom].map((time) => Date.parse(time!)));
  // Of the win before no time is known: it may be this one. What was won before it may be a late notification of it. And without
  // proof that it was not won in between it may be the same.
  const isAnother = newest.wonAt !== undefined && earliest > Date.parse(newest.wonAt);
  switch (wonAgain) {
    case 'buy':
      if (isAnother) return { verdict: 'buy' };
      break;
    case 'ignore':
      return { verdict: 'leave', reason: wonAgainReason(newest, 'The rules say that nothing is bought.') };
    case 'ask':
      break;
  }
  const doubt = isAnother ? '' : 'It may be the same win: nothing tells that it was not won in between. ';
  return { verdict: 'ask', reason: wonAgainReason(newest, `${doubt}Decide with buy or dismiss.`) };
}

function wonAgainReason({ wonAt, requestId }: JudgedWin, then: string): KnownReason {
  const before = `${wonAt === undefined ? '' : ` at ${wonAt}`}${requestId === undefined ? ', and dismissed' : `, as purchase ${requestId}`}`;
  return { code: 'WonAgain', message: `The deal was won before${before}. ${then}` };
}
