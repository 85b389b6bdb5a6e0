import type { DeskId, JobId } from "../../../../platform/ids.ts";
import { deletePrefix } from "../../../../platform/objects.ts";
import type { Platform } from "../../../../platform/platform.ts";
import type { ProviderRow } from "./provider.ts";

/** Columns of the pages; no cell holds a tab or a line break. */
const COLUMNS = ["date", "time", "symbol", "open", "high", "low", "close", "volume"] as const;
export const DELIMITER = "\t";

const prefixOf = (desk: DeskId, job: JobId): string => `desks/${desk}/imports/${job}/`;
const keyOf = (desk: DeskId, job: JobId, page: number): string =>
  `${prefixOf(desk, job)}${String(page).padStart(6, "0")}`;

/** Keeps a page of an import; the same page again replaces it. */
export async function keepPage(
  { files }: Platform,
  { desk, job, page }: { desk: DeskId; job: JobId; page: number },
  rows: readonly ProviderRow[],
): Promise<void> {
  const lines = rows.map((row) => `${COLUMNS.map((name) => row[name]).join(DELIMITER)}\n`);
  await files.put(keyOf(desk, job, page), lines.join(""));
}

/** All pages as the text of one CSV. A page that is gone throws. */
export async function* textOfPages(
  { files }: Platform,
  { desk, job, pages }: { desk: DeskId; job: JobId; pages: number },
): AsyncGenerator<string> {
  yield `${COLUMNS.join(DELIMITER)}\n`;
  for (let page = 0; page < pages; page += 1) {
    const object = await files.get(keyOf(desk, job, page));
    if (object === null) throw new Error(`page ${page} of import ${job} is gone`);
    yield await object.text();
  }
}

export const dropPages = ({ files }: Platform, desk: DeskId, job: JobId): Promise<void> =>
  deletePrefix(files, prefixOf(desk, job));
