import { reach } from "../../../../platform/faults.ts";
import { defineJob, PermanentFailure, type SliceOutcome } from "../../../jobs/define.ts";
import type { Progress } from "../../../jobs/job.ts";
import { MAX_BARS } from "../../bars/csv/options.ts";
import { orFail } from "../../runs/of-job.ts";
import { askProvider } from "./ask.ts";
import { assemble } from "./assemble.ts";
import { dropPages, keepPage } from "./pages.ts";
import type { Provider } from "./provider.ts";
import { chosenProvider } from "./providers.ts";
import { MAX_REQUESTS } from "./schemas.ts";
import { checkpoint, type Import, type ImportProgress, importInput } from "./slice.ts";

const START: ImportProgress = { part: 0, token: null, tries: 0, pages: 0, rows: 0 };

/** Fetches bars page by page and makes a data set of them. A page that is fetched twice replaces itself. */
export const importJob = defineJob({
  type: "datasets.import",
  permission: "datasets:write",
  input: importInput,
  checkpoint,
  run: async (slice: Import): Promise<SliceOutcome> => await orFail(() => fetchPages(slice)),
  settled: async (platform, { desk_id, id }) => await dropPages(platform, desk_id, id),
});

async function fetchPages(slice: Import): Promise<SliceOutcome> {
  const { input, platform, signal } = slice;
  const provider = chosenProvider(platform.settings, input.request);
  let at = slice.resumed ?? START;
  while (at.part < provider.parts) {
    signal.throwIfAborted();
    const answer = await askProvider(platform, provider, at);
    if ("wait_ms" in answer) {
      await slice.checkpoint({ ...at, tries: at.tries + 1 }, progressAt(at, provider));
      return answer;
    }
    const { next, rows } = answer;
    await keepPage(platform, { desk: slice.desk, job: slice.id, page: at.pages }, rows);
    await reach("slice.effect", slice.id);
    const place = next === null ? { part: at.part + 1, token: null } : { part: at.part, token: next };
    at = { ...place, tries: 0, pages: at.pages + 1, rows: at.rows + rows.length };
    requireLimits(at, provider);
    await slice.checkpoint(at, progressAt(at, provider));
    if (slice.exhausted()) return "yield";
  }
  return { done: await assemble(slice, at) };
}

function requireLimits({ pages, part, rows }: ImportProgress, { parts }: Provider): void {
  if (rows > MAX_BARS)
    throw new PermanentFailure("datasets.too_many_rows", `A data set has at most ${MAX_BARS} bars.`);
  if (pages >= MAX_REQUESTS && part < parts)
    throw new PermanentFailure(
      "datasets.too_many_pages",
      `An import takes at most ${MAX_REQUESTS} requests.`,
    );
}

/** Most of the way is fetching; how many pages a part has, nobody tells beforehand. */
function progressAt({ pages, part, rows }: ImportProgress, { parts }: Provider): Progress {
  return {
    phase: "fetching",
    fraction: (0.9 * part) / parts,
    message: `Fetched ${rows} bars in ${pages} pages`,
    counters: { bars: rows, pages, parts_done: part, parts },
  };
}
