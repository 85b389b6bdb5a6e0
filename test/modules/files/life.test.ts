import { beforeAll, describe, expect, it } from "vitest";
import { deleteFile } from "../../../src/modules/files/delete.ts";
import { openUploadedFile } from "../../../src/modules/files/read.ts";
import { sweepFiles } from "../../../src/modules/files/sweep.ts";
import { fileIdOf, writeFile } from "../../../src/modules/files/write.ts";
import { isId } from "../../../src/platform/ids.ts";
import { auditOf } from "../../support/accounts.ts";
import { problemOf } from "../../support/answers.ts";
import { contextOfOwner } from "../../support/context.ts";
import { type Account, call, newAccount } from "../../support/desk.ts";
import { testEnv } from "../../support/env.ts";
import { ageFile, ITEMS, newFile, objectsOf, rowOf, type SentFile, textOf } from "../../support/files.ts";
import { testPlatform } from "../../support/platform.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

let account: Account;
let token: string;
beforeAll(async () => {
  account = await newAccount();
  token = account.access_token;
});

/** Every request that names a file. */
const requestsFor = (id: string): [string, Parameters<typeof call>[1]][] => [
  [`/v1/files/${id}`, {}],
  [`/v1/files/${id}/content`, {}],
  [`/v1/files/${id}/content`, { headers: { range: "bytes=0-3" } }],
  [`/v1/files/${id}/links`, { json: {} }],
  [`/v1/files/${id}`, { method: "DELETE" }],
];

async function expectAll(id: string, as: string, status: number, code: string): Promise<void> {
  for (const [path, options] of requestsFor(id)) {
    const answer = await call(path, { ...options, token: as });
    expect([answer.status, (await problemOf(answer)).code], path).toEqual([status, code]);
  }
}

async function listed(as = token): Promise<string[]> {
  const answer = await call("/v1/files?limit=100", { token: as });
  return (await answer.json<{ data: SentFile[] }>()).data.map(({ id }) => id);
}

describe("the content", () => {
  let file: SentFile;
  let etag: string;
  beforeAll(async () => {
    file = await newFile(token);
    etag = `"${file.sha256}"`;
  });
  const content = (headers: Record<string, string> = {}) =>
    call(`/v1/files/${file.id}/content`, { token, headers });
  const bytes = new TextEncoder().encode(ITEMS);

  it("is a download under the file's name, never guessed at and never shown", async () => {
    const { headers } = await content();
    expect(headers.get("content-disposition")).toBe("attachment; filename*=UTF-8''items.csv");
    expect(headers.get("content-type")).toBe("application/octet-stream");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("cache-control")).toBe("private, no-cache");
    expect(headers.get("etag")).toBe(etag);
  });

  it.each([
    ["bytes=0-3", 0, 4],
    ["bytes=5-", 5, bytes.length],
    ["bytes=-4", bytes.length - 4, bytes.length],
    ["bytes=5-9999", 5, bytes.length],
  ])("comes in a range: %s", async (range, from, to) => {
    const answer = await content({ range });
    expect(answer.status).toBe(206);
    expect(answer.headers.get("content-range")).toBe(`bytes ${from}-${to - 1}/${bytes.length}`);
    expect(new Uint8Array(await answer.arrayBuffer())).toEqual(bytes.slice(from, to));
  });

  it.each(["bytes=9999-", "bytes=-0", "bytes=7-3"])("has nothing for a range outside: %s", async (range) => {
    const answer = await content({ range });
    expect([answer.status, answer.headers.get("content-range")]).toEqual([416, `bytes */${bytes.length}`]);
  });

  it.each(["bytes=0-1,3-4", "lines=1-2", "bytes=a-b"])(
    "comes whole for what is no range: %s",
    async (range) => {
      expect((await content({ range })).status).toBe(200);
    },
  );

  it("comes whole where If-Range names another version, and in the range where it names this one", async () => {
    const range = "bytes=0-3";
    expect((await content({ range, "if-range": etag })).status).toBe(206);
    for (const other of ['"other"', `W/${etag}`, new Date().toUTCString()]) {
      const answer = await content({ range, "if-range": other });
      expect([answer.status, await textOf(answer)], other).toEqual([200, ITEMS]);
    }
  });

  it("is 304 for whoever has it, before any range is looked at", async () => {
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, "*"]) {
      const answer = await content({ "if-none-match": known, range: "bytes=9999-" });
      expect([answer.status, await textOf(answer)], known).toEqual([304, ""]);
    }
    expect((await content({ "if-none-match": '"other"' })).status).toBe(200);
  });
});

describe("a deleted file", () => {
  it("is gone from everywhere at once, with its object; a second deletion finds none", async () => {
    const { id } = await newFile(token);
    const { object_key } = (await rowOf(id)) ?? {};
    expect((await call(`/v1/files/${id}`, { method: "DELETE", token })).status).toBe(204);
    await expectAll(id, token, 404, "files.not_found");
    expect(await listed()).not.toContain(id);
    expect(await objectsOf(account.desk_id)).not.toContain(object_key);
    const trail = (await auditOf(account.desk_id)).filter(({ target }) => target === id);
    expect(trail.map(({ action }) => action)).toEqual(["file.create", "file.delete"]);
  });

  it("is deleted by exactly one of ten who try at once", async () => {
    const { id } = await newFile(token);
    const tried = Array.from({ length: 10 }, () => call(`/v1/files/${id}`, { method: "DELETE", token }));
    const statuses = (await Promise.all(tried)).map(({ status }) => status);
    expect(statuses.sort()).toEqual([204, ...Array(9).fill(404)]);
  });

  it("is unreadable where the deletion broke off before its object, which the sweep then deletes", async () => {
    const { id } = await newFile(token);
    const ctx = await contextOfOwner(account);
    const files = new Proxy(ctx.files, {
      get: (target, name) =>
        name === "delete" ? () => Promise.reject(new Error("R2 is away")) : Reflect.get(target, name, target),
    });
    await expect(deleteFile({ ...ctx, files }, { id })).rejects.toThrow("R2 is away");
    const { object_key } = (await rowOf(id)) ?? {};
    expect(await objectsOf(account.desk_id)).toContain(object_key);
    await expectAll(id, token, 404, "files.not_found");
    await sweepFiles(testPlatform());
    expect(await objectsOf(account.desk_id)).not.toContain(object_key);
  });
});

describe("an expired file", () => {
  it("is told to be expired by every route for a week, even while its object is there, and then is none", async () => {
    const { id } = await newFile(token);
    const { object_key } = (await rowOf(id)) ?? {};
    await ageFile(id, DAY_MS - HOUR_MS);
    expect(await listed()).toContain(id);
    await ageFile(id, HOUR_MS);
    await expectAll(id, token, 410, "files.expired");
    expect(await listed()).not.toContain(id);
    expect(await testEnv.FILES.head(object_key ?? "")).not.toBeNull();
    await ageFile(id, 7 * DAY_MS - HOUR_MS);
    await expectAll(id, token, 410, "files.expired");
    await ageFile(id, HOUR_MS);
    await expectAll(id, token, 404, "files.not_found");
  });

  it("is to another desk what one is that never was, as it was before", async () => {
    const other = await newAccount();
    const { id } = await newFile(token);
    await expectAll(id, other.access_token, 404, "files.not_found");
    expect(await listed(other.access_token)).toEqual([]);
    await ageFile(id, DAY_MS);
    await expectAll(id, other.access_token, 404, "files.not_found");
  });
});

describe("what a batch reads", () => {
  const open = (desk: string, id: string) => {
    if (!isId("dsk", desk)) throw new Error("no such id");
    return openUploadedFile(testPlatform(), desk, id);
  };

  it("is an upload of its own desk, as a stream", async () => {
    const { id } = await newFile(token);
    const { bytes, file } = await open(account.desk_id, id);
    expect(await new Response(bytes).text()).toBe(ITEMS);
    expect(file).toMatchObject({ id, content_type: "text/csv", purpose: "upload" });
  });

  it("is no export, nothing of another desk, and nothing that has ended", async () => {
    const { id } = await newFile(token);
    const other = await newAccount();
    await expect(open(other.desk_id, id)).rejects.toMatchObject({ status: 404, code: "files.not_found" });
    await expect(open(account.desk_id, "x")).rejects.toMatchObject({ status: 404 });
    await ageFile(id, DAY_MS);
    await expect(open(account.desk_id, id)).rejects.toMatchObject({ status: 410, code: "files.expired" });
    const job_id = `job_${crypto.randomUUID().replaceAll("-", "")}` as const;
    if (!isId("dsk", account.desk_id)) throw new Error("no such id");
    const name = "out.csv";
    const chunks = new Blob([ITEMS]).stream();
    const output = { desk: account.desk_id, job_id, name, content_type: "text/csv", created_by: "x", chunks };
    await writeFile(testPlatform(), output);
    await expect(open(account.desk_id, fileIdOf(job_id))).rejects.toMatchObject({ status: 404 });
  });
});
