import { strategyNamed } from "../catalogue/catalogue.ts";
import { checkedValues, type Strategy } from "../catalogue/declare.ts";
import { rangesOf } from "../catalogue/prepare.ts";
import type { Side } from "../engine/settings.ts";
import { badParameters, longOnly, unknownStrategy } from "../errors.ts";
import type { Values } from "../language/numbers.ts";

/** The strategy of a body's field, if it may hold what is asked. 422 naming the field. */
export function chosenStrategy(name: string, side: Side, path = ""): Strategy {
  const strategy = strategyNamed(name);
  if (strategy === undefined) throw unknownStrategy(`${path}strategy`);
  if (strategy.sides === "long" && side !== "long") throw longOnly(`${path}side`);
  return strategy;
}

/** The values that a run of the strategy has, those left out by default. 422 naming each that is wrong. */
export function chosenValues(strategy: Strategy, given: Values, path = ""): Values {
  const { faults, values } = checkedValues(rangesOf(strategy), strategy.constraints, given);
  if (faults.length > 0) throw badParameters(`${path}parameters`, faults);
  return values;
}
