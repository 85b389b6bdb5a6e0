import { invalidInput, Problem } from "../../../http/problem.ts";
import { REFUSALS, type Refusal } from "../../../platform/outbound-policy.ts";
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

export const addressRefused = (refusal: Refusal) =>
  invalidInput([{ path: "provider.url", code: `datasets.url_${refusal}`, message: REFUSALS[refusal] }]);

export const alpacaNotConfigured = () =>
  new Problem(
    422,
    "datasets.alpaca_not_configured",
    "This deployment has no access to Alpaca: set the secrets ALPACA_KEY_ID and ALPACA_SECRET_KEY.",
  );
