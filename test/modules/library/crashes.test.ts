import { expect, it } from "vitest";
import { createDocument, storeUpload } from "../../../src/modules/library/upload.ts";
import { indexOf } from "../../../src/modules/search/index/open.ts";
import { isId } from "../../../src/platform/ids.ts";
import { contextOfOwner } from "../../support/context.ts";
import { call, newAccount, type UploadedDocument, upload, uploadAndProcess } from "../../support/desk.ts";
import { testEnv } from "../../support/env.ts";
import { testPlatform } from "../../support/platform.ts";

it("keeps the file of a document whose batch was written though its answer was lost", async () => {
  const account = await newAccount();
  const ctx = await contextOfOwner(account);
  const bytes = new TextEncoder().encode("# Kept\n\nThe file must stay.");
  const file = await storeUpload(ctx, {
    name: "kept.md",
    chunks: (async function* () {
      yield bytes;
    })(),
  });
  const lossy = new Proxy(ctx.db.$client, {
    get: (target, name) =>
      name === "batch"
        ? async (...args: Parameters<D1Database["batch"]>) => {
            await target.batch(...args);
            throw new Error("D1_ERROR: Network connection lost.");
          }
        : Reflect.get(target, name, target),
  });
  const db = new Proxy(ctx.db, {
    get: (target, name) => (name === "$client" ? lossy : Reflect.get(target, name, target)),
  });
  const made = await createDocument({ ...ctx, db }, file, {});
  expect(made.document.id).toBe(file.document);
  expect(made.created).toBe(true);
  expect(await testEnv.FILES.head(file.key)).not.toBeNull();
});

it("deletes what a deleted document owned, also when somebody cancels the job that does it", async () => {
  const account = await newAccount();
  const { access_token: token, desk_id } = account;
  const { id } = await uploadAndProcess(token, "# Gone\n\nNothing of this may stay.", "gone.md");
  const deleted = await call(`/v1/documents/${id}`, { method: "DELETE", token });
  expect(deleted.status).toBe(204);
  const row = await testEnv.DB.prepare("SELECT id FROM jobs WHERE desk_id = ? AND type = 'library.purge'")
    .bind(desk_id)
    .first<{ id: string }>();
  await call(`/v1/jobs/${row?.id}/cancel`, { method: "POST", token });
  const prefix = `desks/${desk_id}/documents/${id}/`;
  await expect
    .poll(async () => (await testEnv.FILES.list({ prefix })).objects.length, { timeout: 15_000 })
    .toBe(0);
});

it("indexes an edit that came before the document's first build began", async () => {
  const { desk_id } = await newAccount();
  const document = `doc_${"0".repeat(31)}1` as const;
  const build = `job_${"0".repeat(31)}1` as const;
  if (!isId("dsk", desk_id) || !isId("doc", document) || !isId("job", build)) throw new Error("ids");
  const index = indexOf(testPlatform(), desk_id);
  const read = {
    id: document,
    title: "Old",
    author: null,
    category: null,
    language: null,
    tags: [],
    version: 1,
  };
  await index.describe({ ...read, title: "New", category: "books", version: 2 });
  expect(await index.begin(read, build)).toBe("ok");
  const place = { heading: "", start: 0, end: 5 };
  const chunk = {
    id: `chk_${"0".repeat(32)}` as const,
    index: 0,
    unit: 0,
    heading: "",
    text: "risky",
    locator: place,
    bytes: { start: 0, end: 5 },
  };
  await index.put(document, build, 0, 1, [chunk]);
  await index.publish(document, build, 1);
  const found = await index.search({
    ...{ query: "risky", intent: "semantic", confidence: 1, mode: "hybrid", neighbours: [], facets: false },
    filters: { category: "books" },
    limit: 5,
  });
  expect(found.hits.map((hit) => hit.title)).toEqual(["New"]);
});

it("takes back every cursor that it gave, however long the title in it", async () => {
  const { access_token: token } = await newAccount();
  for (const n of ["a", "b"]) {
    const answer = await upload(token, `text ${n}`, `${n}.txt`, { title: n + "量".repeat(299) });
    expect((await answer.json<UploadedDocument>()).title).toHaveLength(300);
  }
  const path = "/v1/documents?sort=title&limit=1";
  const first = await (await call(path, { token })).json<{ next_cursor: string }>();
  expect((await call(`${path}&cursor=${first.next_cursor}`, { token })).status).toBe(200);
});
