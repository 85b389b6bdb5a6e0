import { Problem } from "../../../http/problem.ts";
import type { Run, RunKind } from "./store.ts";

export const runNotFound = (kind: RunKind) =>
  new Problem(404, `${kind}s.not_found`, `There is no such ${kind} on this desk.`);

/** Of a run that is under way, or has ended without a result. */
export const runNotReady = (kind: RunKind, ended: Run["ended"]) =>
  new Problem(
    409,
    `${kind}s.not_ready`,
    ended === null
      ? `The ${kind} has no result yet: see its job, and ask again once that has succeeded.`
      : `The ${kind} ended without a result, as its job tells: retry that, or ask for a new one.`,
  );
