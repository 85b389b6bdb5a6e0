import { PineFault, type Place } from "./fault.ts";
import type { Machine } from "./machine.ts";
import { requireBool } from "./operators.ts";
import type { Variable } from "./scope.ts";
import { type Code, common, latest, NA, type Type, toBool, toNumber, type Value } from "./values.ts";

const MOST_ROUNDS = 100_000;

/** Tells the blocks of a loop that they are left: to go on with its next round, or not at all. */
export interface LoopSignal {
  state: "runs" | "continue" | "break";
}

export interface ReadyArm extends Place {
  readonly test: Code | undefined;
  readonly body: Code;
}

/** The value where no arm holds. */
const nothing = (type: Type, version: 5 | 6): Value => (type === "bool" && version === 6 ? false : NA);

/** The first arm whose test holds. */
export function choice(arms: readonly ReadyArm[], isUsed: boolean, version: 5 | 6): Code {
  for (const { test, ...place } of arms) if (test !== undefined) requireBool(test, version, place);
  return firstOf(arms, isUsed, version, (test) => toBool(test.run()));
}

/** The first arm whose value equals the key's. */
export function switchOf(key: Code, arms: readonly ReadyArm[], isUsed: boolean, version: 5 | 6): Code {
  let value: Value = NA;
  const code = firstOf(arms, isUsed, version, (test) => test.run() === value);
  return {
    ...code,
    form: latest(key.form, code.form),
    run: () => {
      value = key.run();
      return code.run();
    },
  };
}

function firstOf(
  arms: readonly ReadyArm[],
  isUsed: boolean,
  version: 5 | 6,
  holds: (test: Code) => boolean,
): Code {
  const [first] = arms;
  let type: Type = isUsed && first !== undefined ? first.body.type : "void";
  if (isUsed) for (const { body, ...place } of arms) type = common(type, body.type, version, place);
  const none = nothing(type, version);
  const forms = arms.flatMap(({ test, body }) => [test?.form ?? "const", body.form]);
  return {
    type,
    form: latest(...forms),
    run: () => {
      for (const { test, body } of arms) if (test === undefined || holds(test)) return body.run();
      return none;
    },
  };
}

/** Statements one after the other; stops where the loop around them is left. */
export function sequence(codes: readonly Code[], signal: LoopSignal | undefined): Code {
  const last = codes.at(-1);
  const run = () => {
    let value: Value = NA;
    for (const code of codes) {
      value = code.run();
      if (signal !== undefined && signal.state !== "runs") break;
    }
    return value;
  };
  return {
    type: last?.type ?? "void",
    form: latest(...codes.map(({ form }) => form)),
    run: codes.length === 1 && last !== undefined ? last.run : run,
  };
}

interface ForParts {
  readonly counter: Variable;
  readonly from: Code;
  readonly to: Code;
  readonly by: Code | undefined;
  readonly body: Code;
}

/** Counts down where it ends below its start. Its value is that of the last round. */
export function forLoop(parts: ForParts, signal: LoopSignal, machine: Machine, place: Place): Code {
  const { body, by, counter, from, to } = parts;
  return {
    type: body.type,
    form: "series",
    run: () => {
      const start = toNumber(from.run());
      const isUp = toNumber(to.run()) >= start;
      const step = Math.abs(by === undefined ? 1 : toNumber(by.run())) * (isUp ? 1 : -1);
      if (step === 0) throw new PineFault("a loop that counts by 0 has no end", place);
      let value: Value = NA;
      for (
        let at = start, round = 0;
        isUp ? at <= toNumber(to.run()) : at >= toNumber(to.run());
        at += step
      ) {
        round += 1;
        requireRound(round, machine, place);
        counter.set(at);
        signal.state = "runs";
        value = body.run();
        if (isBroken(signal)) break;
      }
      signal.state = "runs";
      return value;
    },
  };
}

export function whileLoop(test: Code, body: Code, signal: LoopSignal, machine: Machine, place: Place): Code {
  requireBool(test, machine.version, place);
  return {
    type: body.type,
    form: "series",
    run: () => {
      let value: Value = NA;
      for (let round = 1; toBool(test.run()); round += 1) {
        requireRound(round, machine, place);
        signal.state = "runs";
        value = body.run();
        if (isBroken(signal)) break;
      }
      signal.state = "runs";
      return value;
    },
  };
}

const isBroken = (signal: LoopSignal): boolean => signal.state === "break";

function requireRound(round: number, machine: Machine, place: Place): void {
  if (round > MOST_ROUNDS) throw new PineFault(`a loop of more than ${MOST_ROUNDS} rounds`, place);
  machine.spend(10, place);
}
