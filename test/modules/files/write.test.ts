import { beforeAll, describe, expect, it } from "vitest";
import { sweepFiles } from "../../../src/modules/files/sweep.ts";
import { fileIdOf, writeFile } from "../../../src/modules/files/write.ts";
import { runTimers } from "../../../src/modules/operations/sweep.ts";
import { type DeskId, isId, type JobId } from "../../../src/platform/ids.ts";
import type { Platform } from "../../../src/platform/platform.ts";
import { sweepObjects } from "../../../src/platform/stored-objects.ts";
import { type Account, call, newAccount } from "../../support/desk.ts";
import { testEnv } from "../../support/env.ts";
import { ageFile, newFile, objectsOf, pendingOf, rowOf, type SentFile, textOf } from "../../support/files.ts";
import { testPlatform } from "../../support/platform.ts";

const DAY_MS = 24 * 3_600_000;

let account: Account;
let token: string;
let desk: DeskId;
beforeAll(async () => {
  account = await newAccount();
  token = account.access_token;
  if (!isId("dsk", account.desk_id)) throw new Error("no such id");
  desk = account.desk_id;
});

const newJobId = (): JobId => `job_${crypto.randomUUID().replaceAll("-", "")}`;

async function* chunksOf(...parts: (string | Uint8Array | Error)[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) {
    if (part instanceof Error) throw part;
    yield typeof part === "string" ? new TextEncoder().encode(part) : part;
  }
}

const write = (
  job_id: JobId,
  chunks: AsyncIterable<Uint8Array>,
  platform: Platform = testPlatform(),
  of: DeskId = desk,
) =>
  writeFile(platform, {
    ...{ desk: of, job_id, chunks },
    name: "results.csv",
    content_type: "text/csv",
    created_by: account.user_id,
  });

const contentOf = async (id: string) => await textOf(await call(`/v1/files/${id}/content`, { token }));
const objectsOfFile = async (id: string) => (await objectsOf(desk)).filter((key) => key.includes(id));
/** Lets what nobody has claimed become old enough for the sweep. */
async function sweepPending(): Promise<void> {
  await testEnv.DB.prepare("UPDATE pending_uploads SET created_at = created_at - ?")
    .bind(DAY_MS + 1)
    .run();
  await sweepObjects(testPlatform());
}

/** A platform whose database cuts the invocation off before or after its next batch is written. */
function cutAtBatch(when: "before" | "after"): Platform {
  const platform = testPlatform();
  const client = new Proxy(platform.db.$client, {
    get: (target, name) =>
      name === "batch"
        ? async (...args: Parameters<D1Database["batch"]>) => {
            if (when === "after") await target.batch(...args);
            throw new Error("cut");
          }
        : Reflect.get(target, name, target),
  });
  const db = new Proxy(platform.db, {
    get: (target, name) => (name === "$client" ? client : Reflect.get(target, name, target)),
  });
  return { ...platform, db };
}

describe("a job's file", () => {
  it("is listed, told and given as any other, for 24 hours, with its job", async () => {
    const job = newJobId();
    const row = await write(job, chunksOf("a,b\n", "1,2\n"));
    expect(row.id).toBe(fileIdOf(job));
    const file = await (await call(`/v1/files/${row.id}`, { token })).json<SentFile>();
    expect(file).toMatchObject({ name: "results.csv", purpose: "export", job_id: job, size_bytes: 8 });
    expect(await contentOf(row.id)).toBe("a,b\n1,2\n");
    const list = await (await call("/v1/files?purpose=export", { token })).json<{ data: SentFile[] }>();
    expect(list.data.map(({ id }) => id)).toContain(row.id);
    expect(await pendingOf(desk)).toEqual([]);
  });

  it("is streamed in parts, and comes back byte by byte and in ranges across them", async () => {
    const part = new Uint8Array(1024 * 1024).map((_, at) => (at * 31) % 251);
    const { id } = await write(newJobId(), chunksOf(...Array.from({ length: 11 }, () => part), "end"));
    const range = { range: `bytes=${5 * part.length - 2}-${5 * part.length + 1}` };
    const answer = await call(`/v1/files/${id}/content`, { token, headers: range });
    expect(new Uint8Array(await answer.arrayBuffer())).toEqual(
      new Uint8Array([...part.slice(-2), ...part.slice(0, 2)]),
    );
    const whole = await (await call(`/v1/files/${id}/content`, { token })).arrayBuffer();
    expect(whole.byteLength).toBe(11 * part.length + 3);
  });

  it("may be empty", async () => {
    const { id } = await write(newJobId(), chunksOf());
    expect(await contentOf(id)).toBe("");
    const range = { range: "bytes=0-0" };
    expect((await call(`/v1/files/${id}/content`, { token, headers: range })).status).toBe(416);
  });
});

describe("a job's file that is written again", () => {
  it("is one row with the later bytes, and the sweep leaves one object", async () => {
    const job = newJobId();
    const id = fileIdOf(job);
    await write(job, chunksOf("first"));
    await write(job, chunksOf("second, longer"));
    expect(await contentOf(id)).toBe("second, longer");
    await sweepPending();
    expect(await objectsOfFile(id)).toEqual([(await rowOf(id))?.object_key]);
    expect(await contentOf(id)).toBe("second, longer");
  });

  it.each(["before", "after"] as const)(
    "has one row and one object where a try was cut off %s its row was written",
    async (when) => {
      const job = newJobId();
      const id = fileIdOf(job);
      await expect(write(job, chunksOf("cut"), cutAtBatch(when))).rejects.toThrow("cut");
      expect((await rowOf(id)) !== null).toBe(when === "after");
      await write(job, chunksOf("whole"));
      await sweepPending();
      expect(await contentOf(id)).toBe("whole");
      expect(await objectsOfFile(id)).toHaveLength(1);
    },
  );

  it("is what it was until the new one is whole, and where that fails", async () => {
    const job = newJobId();
    const id = fileIdOf(job);
    await write(job, chunksOf("kept"));
    const big = new Uint8Array(6 * 1024 * 1024);
    const tries = [chunksOf("half", new Error("broke off")), chunksOf(big, new Error("broke off"))];
    for (const chunks of tries) await expect(write(job, chunks)).rejects.toThrow("broke off");
    expect(await contentOf(id)).toBe("kept");
    await sweepPending();
    expect(await contentOf(id)).toBe("kept");
    expect(await objectsOfFile(id)).toHaveLength(1);
  });

  it("is one file with one object, whole, where two tries run at once", async () => {
    const job = newJobId();
    const id = fileIdOf(job);
    await Promise.all(["one", "two", "three"].map((text) => write(job, chunksOf(text))));
    await sweepPending();
    expect(["one", "two", "three"]).toContain(await contentOf(id));
    expect(await objectsOfFile(id)).toHaveLength(1);
  });

  it("stays deleted where somebody has deleted it, and leaves no object", async () => {
    const job = newJobId();
    const id = fileIdOf(job);
    await write(job, chunksOf("first"));
    await call(`/v1/files/${id}`, { method: "DELETE", token });
    const row = await write(job, chunksOf("second"));
    expect(row.deleted_at).not.toBeNull();
    expect((await call(`/v1/files/${id}`, { token })).status).toBe(404);
    await sweepFiles(testPlatform());
    await sweepPending();
    expect(await objectsOfFile(id)).toEqual([]);
  });

  it("lives for another 24 hours where it had expired", async () => {
    const job = newJobId();
    const id = fileIdOf(job);
    await write(job, chunksOf("first"));
    await ageFile(id, 2 * DAY_MS);
    await sweepFiles(testPlatform());
    expect((await call(`/v1/files/${id}`, { token })).status).toBe(410);
    await write(job, chunksOf("second"));
    await sweepFiles(testPlatform());
    expect(await contentOf(id)).toBe("second");
  });

  it("never becomes another desk's", async () => {
    const job = newJobId();
    await write(job, chunksOf("ours"));
    const other = await newAccount();
    if (!isId("dsk", other.desk_id)) throw new Error("no such id");
    const theirs = write(job, chunksOf("theirs"), testPlatform(), other.desk_id);
    await expect(theirs).rejects.toThrow("another desk");
    expect(await contentOf(fileIdOf(job))).toBe("ours");
    expect((await call(`/v1/files/${fileIdOf(job)}`, { token: other.access_token })).status).toBe(404);
  });
});

describe("the sweep", () => {
  it("deletes every minute the objects of what has expired, after a week the rows, and nothing else", async () => {
    const [kept, ended] = [await newFile(token), await newFile(token)];
    await ageFile(ended.id, DAY_MS);
    await runTimers(testPlatform(), [], "* * * * *");
    expect(await objectsOfFile(ended.id)).toEqual([]);
    expect((await call(`/v1/files/${ended.id}`, { token })).status).toBe(410);
    await ageFile(ended.id, 7 * DAY_MS);
    await sweepFiles(testPlatform());
    expect(await rowOf(ended.id)).toBeNull();
    expect(await contentOf(kept.id)).not.toBe("");
  });

  it("finishes what a crash in its middle has left, and may run twice", async () => {
    const ended = [await newFile(token), await newFile(token)];
    for (const { id } of ended) await ageFile(id, DAY_MS);
    await expect(sweepFiles(cutAtBatch("before"))).rejects.toThrow("cut");
    for (const { id } of ended) {
      expect(await objectsOfFile(id)).toEqual([]);
      expect((await rowOf(id))?.object_key).not.toBeNull();
      expect((await call(`/v1/files/${id}/content`, { token })).status).toBe(410);
    }
    await expect(sweepFiles(cutAtBatch("after"))).rejects.toThrow("cut");
    for (const { id } of ended) expect((await rowOf(id))?.object_key).toBeNull();
    expect(await sweepFiles(testPlatform())).toBe(0);
  });

  it("leaves a file alone that was written again since the sweep saw it", async () => {
    const job = newJobId();
    const id = fileIdOf(job);
    await write(job, chunksOf("old"));
    await ageFile(id, DAY_MS);
    const platform = testPlatform();
    const files = new Proxy(platform.files, {
      get: (target, name) =>
        name === "delete"
          ? async (keys: string[]) => {
              await write(job, chunksOf("new"));
              await target.delete(keys);
            }
          : Reflect.get(target, name, target),
    });
    await sweepFiles({ ...platform, files });
    expect(await contentOf(id)).toBe("new");
  });

  it("costs one look at an index while nothing is due", async () => {
    await newFile(token);
    await sweepFiles(testPlatform());
    const platform = testPlatform();
    expect(await sweepFiles(platform)).toBe(0);
    expect(platform.cost).toMatchObject({ d1_queries: 1, r2_writes: 0 });
    expect(platform.cost.d1_rows_read).toBeLessThanOrEqual(1);
  });
});
