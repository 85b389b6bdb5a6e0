import { invalidInput, Problem } from "../../../http/problem.ts";
import type { CsvRefusal } from "../bars/csv/refusal.ts";

export const datasetNotFound = () =>
  new Problem(404, "datasets.not_found", "There is no such data set on this desk.");

export const datasetGone = () =>
  new Problem(404, "datasets.not_found", "The data set was deleted meanwhile.");

export const unreadableCsv = ({ code, message }: CsvRefusal) =>
  invalidInput([{ path: "file", code: `datasets.${code}`, message }]);

export const irregularTimes = () =>
  invalidInput([
    {
      path: "timeframe",
      code: "datasets.timeframe_needed",
      message: "is needed, since the times of the bars do not show one",
    },
  ]);

export const badField = (path: string, message: string) =>
  invalidInput([{ path, code: "datasets.invalid", message }]);
