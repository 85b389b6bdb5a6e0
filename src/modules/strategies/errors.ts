import { invalidInput, Problem } from "../../http/problem.ts";
import type { ParameterFault } from "./catalogue/declare.ts";

export const strategyNotFound = () =>
  new Problem(404, "strategies.not_found", "There is no such strategy; GET /v1/strategies lists them.");

export const unknownStrategy = (path: string) =>
  invalidInput([
    { path, code: "strategies.unknown", message: "is no strategy; GET /v1/strategies lists them" },
  ]);

export const badParameters = (path: string, faults: readonly ParameterFault[]) =>
  invalidInput(
    faults.map(({ code, message, name }) => ({
      path: `${path}.${name}`,
      code: `strategies.${code}`,
      message,
    })),
  );

export const longOnly = (path: string) =>
  invalidInput([
    {
      path,
      code: "strategies.long_only",
      message: "must be `long`: the strategy has no rule for short positions",
    },
  ]);
