import { invalidInput, Problem } from "../../http/problem.ts";

export const fileNotFound = () => new Problem(404, "files.not_found", "There is no such file on this desk.");

export const fileExpired = () =>
  new Problem(410, "files.expired", "The file has expired: files are kept for 24 hours.");

export const notText = () =>
  new Problem(415, "files.not_text", "The file is no CSV: it is not text in UTF-8.");

export const emptyFile = () => invalidInput([{ path: "file", code: "files.empty", message: "has no bytes" }]);

export const linkNotFound = () =>
  new Problem(404, "links.not_found", "There is no such link, or its file is no longer there.");

export const linkExpired = () =>
  new Problem(410, "links.expired", "The link has expired; ask for another one.");
