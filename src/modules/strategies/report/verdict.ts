import { keptOf } from "../overfitting/plateau.ts";
import type { Metric } from "../statistics/curve-metrics.ts";
import { isMissing, type Missing, type OverfittingContent } from "./content.ts";
import { count, counted, decimal, percent, signedPercent } from "./format.ts";

/** What a test says of the result: for it, against it, or neither; a test that was not made is none of these. */
export type Finding = "for" | "against" | "open" | "not made";

export interface Evidence {
  test: string;
  figure: string;
  finding: Finding;
  reading: string;
}

export interface Verdict {
  answer: string;
  /** All tests that were made speak for it. */
  holdsUp: boolean;
  reason: string;
  evidence: Evidence[];
}

/** A choice of ours: the usual 95 % confidence; a PBO of half says that choosing is no better than chance, a tenth is called low. */
const CONFIDENT = 0.95;
const LOW_PBO = 0.1;
const CHANCE_PBO = 0.5;
/** Half of the figure kept out of sample (as Pardo 2008 asks); for neighbouring parameters the same level is a choice of ours. */
const KEPT = 0.5;

/** What the evidence against overfitting says together: one test against it is enough, and all that were made must be for it. */
export function verdictOf(overfitting: OverfittingContent | Missing, bars: number): Verdict {
  if (isMissing(overfitting))
    return {
      answer: "Not tested for overfitting",
      holdsUp: false,
      reason: `The figures describe the past and nothing shows that they are more than luck: ${overfitting.missing}.`,
      evidence: [],
    };
  const evidence = [
    ofWalkForward(overfitting),
    ofDeflated(overfitting),
    ofPbo(overfitting),
    ofProbabilistic(overfitting),
    ofTrackRecord(overfitting, bars),
    ofPlateau(overfitting),
    ofPerturbation(overfitting),
  ];
  const having = (finding: Finding) => evidence.filter((one) => one.finding === finding).length;
  const made = evidence.length - having("not made");
  const told = `${count(having("against"))} of ${counted(made, "test")} speak against it, ${count(having("for"))} for it, ${count(having("open"))} neither way.`;
  const adverse = evidence.filter(({ finding }) => finding === "against").map(summaryOf);
  return { ...answerOf(made, having("for"), adverse, told), evidence };
}

const summaryOf = ({ figure, reading, test }: Evidence): string => `${test} ${figure}: ${reading}`;

function answerOf(made: number, favourable: number, adverse: readonly string[], told: string) {
  if (made === 0)
    return {
      answer: "Not tested for overfitting",
      holdsUp: false,
      reason: "None of the tests could be made; each one says why.",
    };
  if (adverse.length > 0)
    return {
      answer: "The result does not hold up",
      holdsUp: false,
      reason: `${told} ${adverse.slice(0, 2).join(" ")}`,
    };
  if (favourable === made)
    return {
      answer: "The result holds up so far",
      holdsUp: true,
      reason: `All ${counted(made, "test")} that could be made speak for it. That is evidence, not proof.`,
    };
  return { answer: "The evidence is not enough", holdsUp: false, reason: told };
}

const notMade = (test: string, reason: string): Evidence => ({
  ...{ test, figure: "–", finding: "not made", reading: `Not made: ${reason}.` },
});

const above = (value: number, good: number, bad: number): Finding =>
  value >= good ? "for" : value < bad ? "against" : "open";

function ofProbability(
  test: string,
  metric: Metric,
  { against, reading }: { against: number; reading(probability: string): string },
): Evidence {
  if (typeof metric !== "number") return notMade(test, metric.missing);
  const figure = decimal(metric, 3);
  return {
    ...{ test, figure, finding: above(metric, CONFIDENT, against) },
    reading: reading(percent(metric)),
  };
}

const ofProbabilistic = ({ probabilisticSharpe }: OverfittingContent): Evidence =>
  ofProbability("Probabilistic Sharpe ratio", probabilisticSharpe, {
    against: 0.5,
    reading: (probability) =>
      `${probability} sure that the true Sharpe ratio is above 0, if this had been the only setting tried.`,
  });

const ofDeflated = ({ deflatedSharpe, trials }: OverfittingContent): Evidence =>
  ofProbability("Deflated Sharpe ratio", deflatedSharpe, {
    against: 0.9,
    reading: (probability) =>
      `${probability} sure that it is more than the best that luck gives in ${counted(trials, "trial")}; 95% is asked for.`,
  });

function ofTrackRecord({ minimumTrackRecord }: OverfittingContent, bars: number): Evidence {
  const test = "Minimum track record";
  if (typeof minimumTrackRecord !== "number") return notMade(test, minimumTrackRecord.missing);
  const isEnough = bars >= minimumTrackRecord;
  return {
    ...{ test, figure: counted(Math.ceil(minimumTrackRecord), "bar"), finding: isEnough ? "for" : "against" },
    reading: `So many are needed to be 95% sure of a Sharpe ratio above 0; there are ${count(bars)}.`,
  };
}

function ofPbo({ backtestOverfitting: pbo }: OverfittingContent): Evidence {
  const test = "Probability of overfitting (PBO)";
  if (isMissing(pbo)) return notMade(test, pbo.missing);
  const { probability, splits } = pbo;
  const finding = probability <= LOW_PBO ? "for" : probability >= CHANCE_PBO ? "against" : "open";
  return {
    ...{ test, figure: percent(probability), finding },
    reading: `In so many of ${counted(splits, "split")} the best in sample was below the median out of sample.`,
  };
}

function ofWalkForward({ walkForward }: OverfittingContent): Evidence {
  const test = "Walk-forward efficiency";
  if (isMissing(walkForward)) return notMade(test, walkForward.missing);
  const { efficiency, inSample, metric, outOfSample, stitchedReturn, windows } = walkForward;
  if (typeof efficiency !== "number") return notMade(test, efficiency.missing);
  const both = windows.filter((one) => one.inSample !== null && one.outOfSample !== null).length;
  const shown = (value: Metric) => (typeof value === "number" ? decimal(value) : "–");
  return {
    ...{ test, figure: percent(efficiency, 0) },
    finding: stitchedReturn > 0 ? above(efficiency, KEPT, KEPT / 2) : "against",
    reading: `${metric} ${shown(inSample)} in sample and ${shown(outOfSample)} out of sample, mean of ${both} of ${counted(windows.length, "window")}; one after another they return ${signedPercent(stitchedReturn)} out of sample.`,
  };
}

const AT_ZERO = "the figure at the point is 0, of which there is no part";

function ofPlateau({ plateau }: OverfittingContent): Evidence {
  const test = "Plateau";
  if (isMissing(plateau)) return notMade(test, plateau.missing);
  const { mean, metric, neighbours, peak, worst } = plateau;
  if (peak === 0) return notMade(test, AT_ZERO);
  const kept = keptOf(peak, mean);
  return {
    ...{ test, figure: percent(kept, 0), finding: above(kept, 0.8, KEPT) },
    reading: `${metric} ${decimal(peak)} at the point, ${decimal(mean)} over its ${counted(neighbours, "neighbour")}, ${decimal(worst)} at the worst.`,
  };
}

function ofPerturbation({ perturbation }: OverfittingContent): Evidence {
  const test = "Moved parameters";
  if (isMissing(perturbation)) return notMade(test, perturbation.missing);
  const { base, high, low, median, metric, runs, steps } = perturbation;
  if (base === 0) return notMade(test, AT_ZERO);
  const kept = keptOf(base, median);
  return {
    ...{ test, figure: percent(kept, 0), finding: above(kept, 0.8, KEPT) },
    reading: `${metric} ${decimal(median)} at the median of ${counted(runs, "run")} moved by up to ${counted(steps, "step")}; 90% lie from ${decimal(low)} to ${decimal(high)}.`,
  };
}
