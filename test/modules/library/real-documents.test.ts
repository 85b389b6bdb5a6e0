import { expect, it } from "vitest";
import { dataFile } from "../../support/data.ts";
import { newAccount, processed, type UploadedDocument, upload } from "../../support/desk.ts";
import { search } from "../../support/search.ts";

const REASON = "the folder of real documents is not here";

/** A sentence that a reader of the document knows the place of. */
const KNOWN = [
  {
    file: "pari-users.pdf",
    units: 675,
    query: "if the first character in the string is ^, the complement of the given set of indices is taken",
    quote: "complement of the given set of indices",
    locator: { page: 300 },
  },
  {
    file: "two-columns.pdf",
    units: 7,
    query: "Bold math symbols may be achieved using the bm package",
    quote: "Bold math symbols may be achieved",
    locator: { page: 3 },
  },
  {
    file: "parameter-heatmap.ipynb",
    units: 24,
    query: "we use vision to make judgements on larger data sets much faster",
    quote: "judgements on larger data sets",
    locator: { cell: 11 },
  },
] as const;

for (const { file, locator, query, quote, units } of KNOWN) {
  it(`finds a sentence of ${file} with the place where it stands`, async (ctx) => {
    const bytes = await dataFile(`documents/${file}`);
    if (bytes === undefined) return ctx.skip(REASON);
    const { access_token: token } = await newAccount();
    const { id } = await (await upload(token, bytes, file)).json<UploadedDocument>();
    expect(await processed(token, id, 110_000)).toMatchObject({ status: "completed", unit_count: units });
    const { results } = await search(token, { query });
    expect(results[0]?.text.replace(/\s+/g, " ")).toContain(quote);
    expect(results[0]?.locator).toMatchObject(locator);
  }, 120_000);
}

for (const file of ["developers-reference.epub", "live-manual.ja.epub"]) {
  it(`reads ${file} chapter by chapter`, async (ctx) => {
    const bytes = await dataFile(`documents/${file}`);
    if (bytes === undefined) return ctx.skip(REASON);
    const { access_token: token } = await newAccount();
    const { id } = await (await upload(token, bytes, file)).json<UploadedDocument>();
    const document = await processed(token, id, 110_000);
    expect(document.status).toBe("completed");
    const { results } = await search(token, { query: "debian package maintainer" });
    expect(results.length).toBeGreaterThan(0);
    expect(results[0]?.locator.chapter).toBeGreaterThan(0);
    expect(results[0]?.document_id).toBe(id);
  }, 120_000);
}
