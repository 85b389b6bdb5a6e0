import { z } from "zod";
import { Problem } from "../../http/problem.ts";
import { defineJob, PermanentFailure, type SliceOutcome } from "../jobs/define.ts";
import type { JsonObject } from "../jobs/job.ts";
import { searchItem } from "./schemas.ts";
import { searchDesk } from "./search.ts";

/** As much of a passage as a hit of a hundred has room for. */
const EXCERPT_CHARACTERS = 300;

/** One search of the desk's library as a job, for batches of them. */
export const queryJob = defineJob({
  type: "search.query",
  input: searchItem,
  checkpoint: z.never(),
  batch: { item: searchItem, permission: "search:query", example: { query: "position sizing", limit: 5 } },
  async run({ desk, input, platform }): Promise<SliceOutcome> {
    try {
      return { done: resultOf(await searchDesk(platform, desk, input)) };
    } catch (error) {
      if (error instanceof Problem && error.status < 500)
        throw new PermanentFailure(error.code, error.message);
      throw error;
    }
  },
});

function resultOf({ intent, query, results, total }: Awaited<ReturnType<typeof searchDesk>>): JsonObject {
  const hits = results.map(({ document_id, id, locator, score, text, title }) => ({
    ...{ id, document_id, title, score, locator: { ...locator } },
    text: text.slice(0, EXCERPT_CHARACTERS).toWellFormed(),
  }));
  return { query, intent, results: hits, total };
}
