import { type FieldError, invalidInput, Problem } from "../../http/problem.ts";
import { MAX_FILE_ITEMS } from "./policy.ts";

export const batchNotFound = () =>
  new Problem(404, "batches.not_found", "There is no such batch on this desk.");

export const unknownType = (known: string[]) =>
  invalidInput([
    {
      path: "type",
      code: "batches.unknown_type",
      message: `is none that runs in batches; those are ${known.join(", ")}`,
    },
  ]);

export const oneSourceNeeded = () =>
  invalidInput([
    { path: "items", code: "batches.one_source", message: "send either `items` or `file_id`, and not both" },
  ]);

export const badItems = (errors: FieldError[]) => invalidInput(errors);

export const nothingToRetry = () =>
  new Problem(
    409,
    "batches.nothing_to_retry",
    "No item of the batch that was started has failed, and none was cancelled. Bad rows are no items: mend the file.",
  );

/** What is wrong with a file of items as a whole. */
export const badHeader = (message: string) =>
  invalidInput([{ path: "file_id", code: "batches.bad_header", message }]);

export const tooManyRows = `The file has more than ${MAX_FILE_ITEMS} rows.`;
