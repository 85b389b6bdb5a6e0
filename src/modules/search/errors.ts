import { Problem } from "../../http/problem.ts";

export const noExactVectors = () =>
  new Problem(
    422,
    "search.mode_unavailable",
    "What is looked for word for word can't be ranked by meaning alone: take `hybrid` or `bm25`, or another intent.",
  );

export const passageNotFound = () =>
  new Problem(404, "search.passage_not_found", "There is no such passage.");
