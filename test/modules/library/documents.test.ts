import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { beforeAll, describe, expect, it } from "vitest";
import {
  type Account,
  call,
  newAccount,
  processed,
  type UploadedDocument,
  upload,
  uploadAndProcess,
} from "../../support/desk.ts";
import { testEnv } from "../../support/env.ts";
import { handbook } from "../../support/handbook.ts";
import { search } from "../../support/search.ts";

let account: Account;
let token: string;
beforeAll(async () => {
  account = await newAccount();
  token = account.access_token;
});

async function titles(query: string): Promise<string[]> {
  const answer = await call(`/v1/documents?${query}`, { token });
  const { data } = await answer.json<{ data: { title: string }[] }>();
  return data.map(({ title }) => title);
}

describe("lists", () => {
  beforeAll(async () => {
    const files: [string, Record<string, string>][] = [
      ["alpha", { title: "Alpha risk", author: "Ada", category: "books", tags: "risk,sizing" }],
      ["bravo", { title: "bravo notes", author: "Ben", category: "notes", tags: "risk" }],
      ["charlie", { title: "Charlie sizing", author: "Ada", category: "notes", tags: "sizing" }],
    ];
    for (const [text, fields] of files) {
      const { id } = await (
        await upload(token, `List ${text}.`, `${text}.txt`, fields)
      ).json<UploadedDocument>();
      await processed(token, id);
    }
  });

  it("gives the newest first, and every other order by name", async () => {
    expect(await titles("sort=-created_at")).toEqual(["Charlie sizing", "bravo notes", "Alpha risk"]);
    expect(await titles("sort=title")).toEqual(["Alpha risk", "bravo notes", "Charlie sizing"]);
    expect(await titles("sort=-title")).toEqual(["Charlie sizing", "bravo notes", "Alpha risk"]);
    expect(await titles("sort=created_at")).toEqual(["Alpha risk", "bravo notes", "Charlie sizing"]);
  });

  it.each([
    ["category=notes", ["Charlie sizing", "bravo notes"]],
    ["author=Ada", ["Charlie sizing", "Alpha risk"]],
    ["tag=risk", ["bravo notes", "Alpha risk"]],
    ["tag=risk&tag=sizing", ["Alpha risk"]],
    ["tag=risk&sort=title", ["Alpha risk", "bravo notes"]],
    ["q=SIZING", ["Charlie sizing"]],
    ["q=ada&category=books", ["Alpha risk"]],
    ["status=completed&author=Ben", ["bravo notes"]],
    ["status=failed", []],
    ["q=%25%27%22*", ["Charlie sizing", "bravo notes", "Alpha risk"]],
  ])("filters by %s", async (query, expected) => {
    expect(await titles(query)).toEqual(expected);
  });

  it("walks every page once in each order, by its cursor alone", async () => {
    for (const sort of ["-created_at", "title", "-title", "updated_at"]) {
      const seen: string[] = [];
      for (let cursor: string | null = ""; cursor !== null; ) {
        const answer = await call(`/v1/documents?limit=1&sort=${sort}${cursor && `&cursor=${cursor}`}`, {
          token,
        });
        const page = await answer.json<{ data: { id: string }[]; next_cursor: string | null }>();
        seen.push(...page.data.map(({ id }) => id));
        cursor = page.next_cursor;
      }
      expect(new Set(seen).size, sort).toBe(3);
      expect(seen.length, sort).toBe(3);
    }
  });

  it("refuses an order that does not exist rather than passing it on", async () => {
    expect((await call("/v1/documents?sort=title;DROP", { token })).status).toBe(422);
  });
});

describe("edits", () => {
  it("needs the version that was read, and search follows at once", async () => {
    const { access_token } = await newAccount();
    const { id } = await uploadAndProcess(access_token, "# Rule\n\nCut the losing position.", "edit.md");
    const read = await call(`/v1/documents/${id}`, { token: access_token });
    const etag = read.headers.get("etag") ?? "";
    const json = { title: "Zebra manual", tags: ["stripes"], category: null };
    const patch = (headers: Record<string, string>) =>
      call(`/v1/documents/${id}`, { method: "PATCH", token: access_token, json, headers });
    expect((await patch({})).status).toBe(428);
    expect((await patch({ "if-match": '"999.completed.x"' })).status).toBe(412);
    const edited = await patch({ "if-match": etag });
    expect(edited.status).toBe(200);
    expect(await edited.json()).toMatchObject({ title: "Zebra manual", tags: ["stripes"] });
    expect((await patch({ "if-match": etag })).status).toBe(412);
    expect((await search(access_token, { query: "zebra" })).results[0]?.title).toBe("Zebra manual");
    const tagged = { query: "losing position", filters: { tags: ["stripes"] } };
    expect((await search(access_token, tagged)).results.length).toBe(1);
    expect((await search(access_token, { ...tagged, filters: { tags: ["spots"] } })).results).toEqual([]);
  });

  it("lets exactly one of twenty simultaneous edits of a version win", async () => {
    const { id } = await uploadAndProcess(token, "Raced.", "raced.txt");
    const etag = (await call(`/v1/documents/${id}`, { token })).headers.get("etag") ?? "";
    const edits = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        call(`/v1/documents/${id}`, {
          method: "PATCH",
          token,
          json: { tags: [`t${n}`] },
          headers: { "if-match": etag },
        }),
      ),
    );
    expect(edits.filter(({ status }) => status === 200).length).toBe(1);
    const { tags } = await (await call(`/v1/documents/${id}`, { token })).json<{ tags: string[] }>();
    const { results } = await testEnv.DB.prepare(
      "SELECT term FROM document_terms WHERE document_id = ? AND kind = 'tag'",
    )
      .bind(id)
      .all<{ term: string }>();
    expect(results.map(({ term }) => term)).toEqual(tags);
  });

  it("answers 304 while nothing has changed", async () => {
    const { id } = await uploadAndProcess(token, "Unchanged.", "same.txt");
    const etag = (await call(`/v1/documents/${id}`, { token })).headers.get("etag") ?? "";
    const again = await call(`/v1/documents/${id}`, { token, headers: { "if-none-match": etag } });
    expect(again.status).toBe(304);
  });
});

describe("reprocessing and deletion", () => {
  it("is refused while the document is processed, unless forced: then the first run is cancelled", async () => {
    const { access_token } = await newAccount();
    const first = await (await upload(access_token, handbook(60), "h.md")).json<UploadedDocument>();
    const again = (force: boolean) =>
      call(`/v1/documents/${first.id}/reprocess`, { token: access_token, json: { force } });
    const refused = await again(false);
    expect([refused.status, (await refused.json<{ code: string }>()).code]).toEqual([
      409,
      "documents.processing",
    ]);
    const forced = await again(true);
    expect(forced.status).toBe(202);
    const { job_id } = await forced.json<UploadedDocument>();
    expect(job_id).not.toBe(first.job_id);
    expect(await processed(access_token, first.id)).toMatchObject({
      status: "completed",
      job_id,
      unit_count: 60,
    });
    await expect
      .poll(
        async () =>
          (await (await call(`/v1/jobs/${first.job_id}`, { token: access_token })).json<{ status: string }>())
            .status,
      )
      .toBe("cancelled");
  });

  it("deletes everything that the document owned: rows, terms, objects, chunks", async () => {
    const owner = await newAccount();
    const { id } = await uploadAndProcess(owner.access_token, handbook(5), "gone.md");
    expect((await call(`/v1/documents/${id}`, { method: "DELETE", token: owner.access_token })).status).toBe(
      204,
    );
    expect((await call(`/v1/documents/${id}`, { token: owner.access_token })).status).toBe(404);
    expect((await search(owner.access_token, { query: "position" })).results).toEqual([]);
    const objects = async () =>
      (await testEnv.FILES.list({ prefix: `desks/${owner.desk_id}/` })).objects.length;
    await expect.poll(objects, { timeout: 10_000 }).toBe(0);
    const rows = await testEnv.DB.prepare("SELECT 1 FROM document_terms WHERE desk_id = ?")
      .bind(owner.desk_id)
      .all();
    expect(rows.results).toEqual([]);
    const index = testEnv.LIBRARY_INDEX.getByName(owner.desk_id);
    const chunks = await runInDurableObject(index, (_, { storage }) =>
      storage.sql
        .exec(
          `SELECT (SELECT count(*) FROM passages_0) AS passages, (SELECT count(*) FROM stem_counts_0) AS stems,
             (SELECT count(*) FROM word_counts_0) AS words, (SELECT count(*) FROM staged) AS staged,
             (SELECT group_concat(words) FROM vocabulary) AS vocabulary`,
        )
        .one(),
    );
    expect(chunks).toEqual({ passages: 0, stems: 0, words: 0, staged: 0, vocabulary: null });
  });

  it("takes the same bytes again after they were deleted", async () => {
    const { id } = await uploadAndProcess(token, "Back again.", "back.txt");
    await call(`/v1/documents/${id}`, { method: "DELETE", token });
    const back = await uploadAndProcess(token, "Back again.", "back.txt");
    expect(back.status).toBe("completed");
    expect(back.id).not.toBe(id);
  });
});

it("rebuilds a dropped index by a job, with the same chunks and the same answers", async () => {
  const owner = await newAccount();
  const { id } = await uploadAndProcess(owner.access_token, handbook(30), "kept.md");
  const ask = async () => (await search(owner.access_token, { query: "position of size 17" })).results;
  const before = await ask();
  expect(before.length).toBeGreaterThan(0);
  const index = testEnv.LIBRARY_INDEX.getByName(owner.desk_id);
  await runInDurableObject(index, (_, { storage }) => {
    storage.sql.exec(
      "DELETE FROM passages_0; DELETE FROM published_0; DELETE FROM stems_0; DELETE FROM forms_0; DELETE FROM vectors; DELETE FROM documents",
    );
  });
  await evictDurableObject(index);
  expect(await ask()).toEqual([]);
  const job = await call("/v1/search/reindex", { token: owner.access_token, method: "POST" });
  expect(job.status).toBe(202);
  const location = job.headers.get("location") ?? "";
  const state = async () =>
    (await (await call(location, { token: owner.access_token })).json<{ status: string }>()).status;
  await expect.poll(state, { timeout: 20_000 }).toBe("succeeded");
  expect(await ask()).toEqual(before);
  expect(before[0]?.document_id).toBe(id);
});
