import { Problem } from "../../../http/problem.ts";
import type { RunKind } from "./store.ts";

export const runNotFound = (kind: RunKind) =>
  new Problem(404, `${kind}s.not_found`, `There is no such ${kind} on this desk.`);

export const runNotReady = (kind: RunKind) =>
  new Problem(
    409,
    `${kind}s.not_ready`,
    `The ${kind} has no result: see its job, and ask again once that has succeeded.`,
  );
