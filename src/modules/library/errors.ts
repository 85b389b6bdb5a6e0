import { Problem } from "../../http/problem.ts";

export const documentNotFound = () =>
  new Problem(404, "documents.not_found", "There is no such document on this desk.");

export const stillProcessing = () =>
  new Problem(
    409,
    "documents.processing",
    "The document is being processed; cancel its job, or send `force: true`.",
  );

export const badRange = (size_bytes: number) =>
  new Problem(416, "request.bad_range", `The file has ${size_bytes} bytes.`, {
    headers: { "content-range": `bytes */${size_bytes}` },
  });
