import type { ReportFonts } from "../report/page/paper.ts";

/** The typeface of an isolate's reports, once one of them has it. */
let shared: ReportFonts | undefined;

/** The typeface that comes with Bourse, 150 kB. A report waits for its own fetch alone: another's may end with it. */
export async function reportFonts(assets: Fetcher): Promise<ReportFonts> {
  shared ??= {
    regular: await fontFile(assets, "/report/report-regular.ttf"),
    semibold: await fontFile(assets, "/report/report-semibold.ttf"),
  };
  return shared;
}

async function fontFile(assets: Fetcher, path: string): Promise<Uint8Array> {
  const answer = await assets.fetch(`https://assets.invalid${path}`);
  if (!answer.ok)
    throw new Error(`The static file ${path} answered ${answer.status}; "npm run build:assets" makes it.`);
  return new Uint8Array(await answer.arrayBuffer());
}
