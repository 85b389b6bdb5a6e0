/** The votes of one desk's people on one passage as the answer to one query. */
export interface Votes {
  /** How many people voted; each counts once, with the last vote. */
  voters: number;
  /** The mean of their votes, 1 to 5. */
  mean: number;
}

/** As many indifferent votes stand against what people say, so that a single vote moves little. */
const PRIOR_VOTERS = 2;

/** What the votes say, from -1 (everybody says 1) to 1 (everybody says 5), shrunk while there are few. */
export function voteSignal({ mean, voters }: Votes): number {
  return ((mean - 3) / 2) * (voters / (voters + PRIOR_VOTERS));
}
