import { Problem } from "../../http/problem.ts";

export const documentNotFound = () =>
  new Problem(404, "documents.not_found", "There is no such document on this desk.");

export const stillProcessing = () =>
  new Problem(
    409,
    "documents.processing",
    "The document is being processed; cancel its job, or send `force: true`.",
  );
