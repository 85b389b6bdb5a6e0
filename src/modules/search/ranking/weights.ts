import type { Intent } from "../text/intents.ts";

/** What a passage's score is made of; each signal is about 1 for the best passage of a query, feedback -1 to 1. */
export const SIGNALS = [
  "bm25",
  "title",
  "topics",
  "words",
  "order",
  "near",
  "forms",
  "fit",
  "neighbours",
  "feedback",
] as const;
export type SignalName = (typeof SIGNALS)[number];
export type Signals = Partial<Record<SignalName, number>>;

/**
 * Chosen on four collections (`npm run eval:search`) in the middle of a flat optimum: with one weight a quarter larger
 * or smaller none of them loses more than .012 nDCG@10, and most less than .004. Forms, neighbours, fit and feedback
 * have no collection and are held small by reason.
 */
const WEIGHTS: Record<SignalName, number> = {
  bm25: 1,
  title: 0.4,
  topics: 0.45,
  words: 0.2,
  order: 0.2,
  near: 0.6,
  forms: 0.4,
  fit: 0.15,
  neighbours: 0.5,
  feedback: 0.3,
};

const FIT: Partial<Record<Intent, number>> = { code: 0.3, formula: 0.3 };

/** The weights for one query. What serves a detected intent counts as far as the detection is sure of itself. */
export function weightsFor(intent: Intent, confidence: number): Record<SignalName, number> {
  return {
    ...WEIGHTS,
    forms: WEIGHTS.forms * confidence,
    fit: (FIT[intent] ?? WEIGHTS.fit) * confidence,
  };
}

/** Each signal's share of the score. */
export function shares(signals: Signals, weights: Record<SignalName, number>): Signals {
  const parts: Signals = {};
  for (const name of SIGNALS) {
    const value = signals[name];
    if (value !== undefined) parts[name] = value * weights[name];
  }
  return parts;
}

export function scoreOf(signals: Signals, weights: Record<SignalName, number>): number {
  let score = 0;
  for (const name of SIGNALS) score += (signals[name] ?? 0) * weights[name];
  return score;
}
