import type { Reason } from './status';

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
  | { verdict: 'ask' | 'leave'; reason: Reason };

/** A deal that is won, and what is known about it. */
export interface Win {
  /** Oldest first. */
  wins: readonly JudgedWin[];
  /** When it became won; absent when the CRM does not tell: then all its wins are one. */
  wonAt?: string;
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
 * Judges a deal that is won. Each win is bought once: the same time of winning is the same win. A deal that was lost and
 * is won again is a guess with money unless the house has a rule for it.
 */
export function judgeWin(input: Win): Verdict {
  const { wins, wonAt, isWanted, wonAgain } = input;
  const newest = wins.at(-1);
  const same = wonAt === undefined ? newest : wins.findLast((win) => win.wonAt === wonAt);
  if (same !== undefined) {
    const mayBuy = same === newest && (same.requestId === undefined || input.isUnbought);
    return isWanted && mayBuy ? { verdict: 'buy' } : { verdict: 'known', win: same };
  }
  if (isWanted) return { verdict: 'buy' };
  if (newest === undefined) return judgeFirst(input);
  switch (wonAgain) {
    case 'buy':
      // Of the win before no time is known: it may be this one. And what was won before it may be late word of it.
      if (newest.wonAt !== undefined && Date.parse(wonAt!) > Date.parse(newest.wonAt)) {
        return { verdict: 'buy' };
      }
      break;
    case 'ignore':
      return { verdict: 'leave', reason: wonAgainReason(newest, 'The rules say that nothing is bought.') };
    case 'ask':
      break;
  }
  return { verdict: 'ask', reason: wonAgainReason(newest, 'Decide with buy or dismiss.') };
}

const MERGED: Reason = {
  code: 'DealMerged',
  message:
    'The deal was made of several deals, and one of them may have been bought under its own id. See what there is: ' +
    'wonce deals list. Decide with buy or dismiss.',
};

function judgeFirst({ wonAt, since, isMerged }: Pick<Win, 'wonAt' | 'since' | 'isMerged'>): Verdict {
  if (wonAt === undefined || Date.parse(wonAt) >= since.getTime()) {
    return isMerged ? { verdict: 'ask', reason: MERGED } : { verdict: 'buy' };
  }
  const message =
    `The deal was won at ${wonAt}, and what was won before ${since.toISOString()} is not bought unasked ` +
    '(since, in deals.yaml). If it is to be bought, decide with buy.';
  return { verdict: 'leave', reason: { code: 'WonBeforeSince', message } };
}

function wonAgainReason({ wonAt, requestId }: JudgedWin, then: string): Reason {
  const before = `${wonAt === undefined ? '' : ` at ${wonAt}`}${requestId === undefined ? ', and dismissed' : `, as purchase ${requestId}`}`;
  return { code: 'WonAgain', message: `The deal was won before${before}. ${then}` };
}
