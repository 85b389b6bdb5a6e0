import { beforeAll, describe, expect, it } from "vitest";
import { listFiles } from "../../../src/modules/files/store.ts";
import { auditOf } from "../../support/accounts.ts";
import { problemOf } from "../../support/answers.ts";
import { type Account, call, newAccount } from "../../support/desk.ts";
import { testEnv } from "../../support/env.ts";
import {
  ITEMS,
  newFile,
  objectsOf,
  pendingOf,
  type SentFile,
  sendFile,
  textOf,
} from "../../support/files.ts";
import { deskOf } from "../../support/jobs.ts";
import { testPlatform } from "../../support/platform.ts";

const MIB = 1024 * 1024;
const multipart = { "content-type": "multipart/form-data; boundary=b" };
const frame = `--b\r\nContent-Disposition: form-data; name="file"; filename="x.csv"\r\n\r\n`;
const text = (content: string) => new TextEncoder().encode(content);

let account: Account;
let token: string;
beforeAll(async () => {
  account = await newAccount();
  token = account.access_token;
});

/** A body without a length that is made as it is read, and how many of its parts were asked for. */
function chunked(...parts: Uint8Array[]) {
  const asked = { parts: 0 };
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const part = parts[asked.parts];
      asked.parts += 1;
      if (part === undefined) controller.close();
      else controller.enqueue(part.slice());
    },
  });
  return { body, asked };
}

/** What a refused upload must leave in R2 and among the pending: nothing. */
async function expectNothingOf({ desk_id }: Account): Promise<void> {
  expect([await objectsOf(desk_id), await pendingOf(desk_id)]).toEqual([[], []]);
}

describe("an upload", () => {
  it("answers 201 with the file, its address and its end in 24 hours, and is audited", async () => {
    const answer = await sendFile(token, ITEMS, "../../items.csv");
    expect(answer.status).toBe(201);
    const file = await answer.json<SentFile>();
    expect(answer.headers.get("location")).toBe(`/v1/files/${file.id}`);
    expect(file).toMatchObject({ name: "items.csv", purpose: "upload", job_id: null });
    expect(file.size_bytes).toBe(text(ITEMS).byteLength);
    expect(Date.parse(file.expires_at) - Date.parse(file.created_at)).toBe(24 * 3_600_000);
    expect(await (await call(`/v1/files/${file.id}`, { token })).json()).toEqual(file);
    expect(await textOf(await call(`/v1/files/${file.id}/content`, { token }))).toBe(ITEMS);
    const trail = await auditOf(account.desk_id);
    expect(trail).toContainEqual({ action: "file.create", target: file.id, actor: account.user_id });
    expect(await pendingOf(account.desk_id)).toEqual([]);
  });

  it("is judged by its bytes: any name does, and a byte order mark", async () => {
    for (const [name, content] of [
      ["items.pdf", ITEMS],
      ["", ITEMS],
      ["marked.csv", `\ufeff${ITEMS}`],
    ] as const) {
      expect((await sendFile(token, content, name)).status, name).toBe(201);
    }
  });

  it("may break off a character between two chunks", async () => {
    const bytes = text(ITEMS);
    const at = bytes.indexOf(0xc3) + 1;
    const { body } = chunked(text(frame), bytes.slice(0, at), bytes.slice(at), text("\r\n--b--\r\n"));
    const answer = await call("/v1/files", { token, body, headers: multipart });
    expect(answer.status).toBe(201);
    expect((await answer.json<SentFile>()).size_bytes).toBe(bytes.byteLength);
  });

  it("is the same one for the same Idempotency-Key, and no other desk's", async () => {
    const headers = { "idempotency-key": crypto.randomUUID() };
    const first = await sendFile(token, ITEMS, "once.csv", headers);
    const before = await objectsOf(account.desk_id);
    const again = await sendFile(token, ITEMS, "once.csv", headers);
    expect(again.headers.get("idempotent-replayed")).toBe("true");
    expect(await again.json()).toEqual(await first.json());
    const other = await sendFile(token, `${ITEMS}more,more.example\n`, "once.csv", headers);
    expect([other.status, (await problemOf(other)).code]).toEqual([422, "idempotency.other_body"]);
    expect(await objectsOf(account.desk_id)).toEqual(before);
    const stranger = await newAccount();
    const theirs = await sendFile(stranger.access_token, ITEMS, "once.csv", headers);
    expect(theirs.headers.get("idempotent-replayed")).toBeNull();
  });
});

describe("an upload that is refused leaves nothing:", () => {
  let fresh: Account;
  beforeAll(async () => {
    fresh = await newAccount();
  });

  it.each<[string, Uint8Array<ArrayBuffer> | string, number, string]>([
    ["a NUL", "name\0,domain\n", 415, "files.not_text"],
    ["Latin-1", new Uint8Array([0x4f, 0xd6, 0x72, 0x0a]), 415, "files.not_text"],
    ["UTF-16", new Uint8Array([0xff, 0xfe, 0x61, 0x00]), 415, "files.not_text"],
    [
      "half a character at its end",
      text(ITEMS).slice(0, text(ITEMS).indexOf(0xc3) + 1),
      415,
      "files.not_text",
    ],
    ["a PDF under the name of a CSV", "%PDF-1.7\n%\xe2\xe3\0", 415, "files.not_text"],
    ["no bytes", "", 422, "request.invalid"],
  ])("%s", async (_, bytes, status, code) => {
    const answer = await sendFile(fresh.access_token, bytes);
    expect([answer.status, (await problemOf(answer)).code]).toEqual([status, code]);
    await expectNothingOf(fresh);
  });

  it.each<[string, (form: FormData) => void, number]>([
    ["no file", () => {}, 422],
    ["a file in another field", (form) => form.set("csv", new File([ITEMS], "x.csv")), 422],
    [
      "two files",
      (form) => {
        form.append("file", new File([ITEMS], "x.csv"));
        form.append("file", new File([ITEMS], "y.csv"));
      },
      400,
    ],
    [
      "a field that is not its sender's to set",
      (form) => {
        form.set("file", new File([ITEMS], "x.csv"));
        form.set("purpose", "export");
      },
      422,
    ],
  ])("%s", async (_, fill, status) => {
    const form = new FormData();
    fill(form);
    expect((await call("/v1/files", { token: fresh.access_token, body: form })).status).toBe(status);
    await expectNothingOf(fresh);
  });

  it("JSON, and a body that breaks off", async () => {
    expect((await call("/v1/files", { token: fresh.access_token, json: {} })).status).toBe(415);
    const body = `${frame}half a fi`;
    const answer = await call("/v1/files", { token: fresh.access_token, body, headers: multipart });
    expect(answer.status).toBe(400);
    await expectNothingOf(fresh);
  });

  it("more than 10 MB by its Content-Length, before it is read", async () => {
    const { asked, body } = chunked(...Array.from({ length: 100 }, () => new Uint8Array(MIB).fill(0x61)));
    const headers = { ...multipart, "content-length": String(12 * MIB) };
    const answer = await call("/v1/files", { token: fresh.access_token, body, headers });
    expect(answer.status).toBe(413);
    expect(asked.parts).toBeLessThan(4);
    await expectNothingOf(fresh);
  });

  it("more than 10 MB without a length, and reads no further than that", async () => {
    const parts = Array.from({ length: 100 }, () => new Uint8Array(MIB).fill(0x61));
    const { asked, body } = chunked(text(frame), ...parts);
    const answer = await call("/v1/files", { token: fresh.access_token, body, headers: multipart });
    expect([answer.status, (await problemOf(answer)).code]).toEqual([413, "request.too_large"]);
    expect(asked.parts).toBeLessThan(15);
    await expectNothingOf(fresh);
  });

  it("one byte more than 10 MB, though the frame leaves room for it", async () => {
    const send = (size: number) => sendFile(fresh.access_token, new Uint8Array(size).fill(0x61));
    expect((await send(10 * MIB + 1)).status).toBe(413);
    await expectNothingOf(fresh);
    expect((await send(10 * MIB)).status).toBe(201);
  });
});

it("keeps nothing of a caller who may only read, and takes none from one who is unknown", async () => {
  const viewer = await newAccount("viewer");
  const answer = await sendFile(viewer.access_token);
  expect([answer.status, (await problemOf(answer)).code]).toEqual([403, "access.not_allowed"]);
  await expectNothingOf(viewer);
  const { asked, body } = chunked(...Array.from({ length: 100 }, () => new Uint8Array(MIB)));
  expect((await call("/v1/files", { body, headers: multipart })).status).toBe(401);
  expect(asked.parts).toBeLessThan(4);
});

it("lists the newest first, by purpose, and no more than is read", async () => {
  const { access_token } = await newAccount();
  const made: string[] = [];
  for (let n = 0; n < 3; n += 1) made.unshift((await newFile(access_token)).id);
  const list = async (query: string) => {
    const answer = await call(`/v1/files?${query}`, { token: access_token });
    return { answer, ids: (await answer.json<{ data: SentFile[] }>()).data.map(({ id }) => id) };
  };
  expect((await list("")).ids).toEqual(made);
  expect((await list("purpose=upload")).ids).toEqual(made);
  expect((await list("purpose=export")).ids).toEqual([]);
  expect((await call("/v1/files?purpose=other", { token: access_token })).status).toBe(422);
  for (const query of ["limit=1", "limit=1&purpose=upload"]) {
    const read = /d1_rows_read=(\d+)/.exec((await list(query)).answer.headers.get("bourse-cost") ?? "")?.[1];
    expect(Number(read), query).toBeLessThanOrEqual(2);
  }
});

it("reads no more for the second page of a purpose, however many files there are of the other", async () => {
  const account = await newAccount();
  const desk = deskOf(account);
  const end = Date.now() + 1_000_000;
  await testEnv.DB.prepare(
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
     INSERT INTO files (id, desk_id, name, content_type, size_bytes, sha256, purpose, created_by, created_at,
       expires_at, sweep_at)
     SELECT printf('fil_%s_%d', ?1, i), ?1, 'a', 'b', 1, 'x', iif(i % 500 = 0, 'export', 'upload'), 'x', i,
       ?2 + i, ?2 + i FROM n`,
  )
    .bind(desk, end)
    .run();
  const { cost, db } = testPlatform();
  const rest = await listFiles(db, desk, "export", end, [end + 1_000, "fil"], 20);
  expect(rest).toMatchObject([{ expires_at: end + 500 }]);
  expect(cost.d1_rows_read).toBeLessThanOrEqual(2);
  expect(await listFiles(db, desk, "export", end + 500, undefined, 20)).toMatchObject([
    { expires_at: end + 1_000 },
  ]);
});
