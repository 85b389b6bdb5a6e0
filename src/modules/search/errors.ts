import { Problem } from "../../http/problem.ts";

export const passageNotFound = () =>
  new Problem(404, "search.passage_not_found", "There is no such passage.");
