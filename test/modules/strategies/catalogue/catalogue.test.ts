import { describe, expect, it } from "vitest";
import { STRATEGIES, strategyNamed } from "../../../../src/modules/strategies/catalogue/catalogue.ts";
import { checkedValues } from "../../../../src/modules/strategies/catalogue/declare.ts";
import { conditionText } from "../../../../src/modules/strategies/language/numbers.ts";
import { dataFile } from "../../../support/data.ts";

interface Listed {
  id: string;
  core: number;
  params: { name: string; default: number; min: number; max: number; step: number }[];
  constraint: string;
}

const bytes = await dataFile("strategies.json");
const listed: Listed[] | undefined = bytes && JSON.parse(new TextDecoder().decode(bytes));

describe("the catalogue", () => {
  it.skipIf(listed === undefined)("has the ids, ranges and constraints that it was ordered with", () => {
    const ordered = listed?.map(({ constraint, core, id, params }) => ({
      ...{ id, core: core === 1 },
      params: params.map((told) => ({ ...told })),
      constraint: chained(constraint),
    }));
    const built = STRATEGIES.map(({ constraints, core, id, parameters }) => ({
      ...{ id, core },
      params: Object.entries(parameters).map(([name, { title: _, ...told }]) => ({ name, ...told })),
      constraint: constraints.map((one) => conditionText(one)),
    }));
    expect(built).toEqual(ordered);
  });

  it("has defaults that are allowed, and ranges that hold whole steps", () => {
    for (const { constraints, id, parameters } of STRATEGIES) {
      expect([id, checkedValues(parameters, constraints, {}).faults]).toEqual([id, []]);
      for (const [name, { max, min, step }] of Object.entries(parameters)) {
        const steps = (max - min) / step;
        expect([id, name, Math.abs(steps - Math.round(steps)) < 1e-9]).toEqual([id, name, true]);
      }
    }
  });

  it("tells what is wrong with parameters, each by its name", () => {
    const strategy = strategyNamed("sma_cross");
    const given = { fast: 40, slow: 30, speed: 1 };
    const { faults } = checkedValues(strategy?.parameters ?? {}, strategy?.constraints ?? [], given);
    expect(faults.map(({ code, name }) => [name, code])).toEqual([
      ["speed", "unknown"],
      ["fast", "constraint"],
    ]);
  });
});

/** `fast < mid < slow` as two conditions. */
function chained(constraint: string): string[] {
  const parts = constraint.split(/ (<=|<) /);
  const conditions: string[] = [];
  for (let at = 0; at + 2 < parts.length; at += 2)
    conditions.push(`${parts[at]} ${parts[at + 1]} ${parts[at + 2]}`);
  return conditions;
}
