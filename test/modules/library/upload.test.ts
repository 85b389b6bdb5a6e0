import { beforeAll, expect, it } from "vitest";
import {
  type Account,
  call,
  newAccount,
  processed,
  type UploadedDocument,
  upload,
} from "../../support/desk.ts";
import { testEnv } from "../../support/env.ts";

let account: Account;
let token: string;
beforeAll(async () => {
  account = await newAccount();
  token = account.access_token;
});

const objectsOf = async () =>
  (await testEnv.FILES.list({ prefix: `desks/${account.desk_id}/` })).objects.map((o) => o.key);
const pending = async () =>
  (await testEnv.DB.prepare("SELECT object_key FROM pending_uploads").all()).results;

it("answers 202 with the document, its job, and the job's address", async () => {
  const response = await upload(token, "A note on liquidity.", "liquidity.txt", {
    tags: "notes, risk",
    category: "desk",
  });
  expect(response.status).toBe(202);
  const document = await response.json<UploadedDocument>();
  expect(response.headers.get("location")).toBe(`/v1/jobs/${document.job_id}`);
  expect(document).toMatchObject({
    tags: ["notes", "risk"],
    category: "desk",
    title: "liquidity",
    status: "uploaded",
  });
  expect(document.job).toMatchObject({ id: document.job_id, type: "library.ingest" });
});

it("gives the document that is there for the same bytes, and keeps one copy of them", async () => {
  const first = await (await upload(token, "The same words twice.", "one.txt")).json<UploadedDocument>();
  const before = await objectsOf();
  const second = await upload(token, "The same words twice.", "two.txt", { title: "Another title" });
  expect(second.status).toBe(200);
  expect((await second.json<UploadedDocument>()).id).toBe(first.id);
  expect((await objectsOf()).filter((key) => key.endsWith("original"))).toEqual(
    before.filter((key) => key.endsWith("original")),
  );
});

it("makes one document of the same bytes sent ten times at once", async () => {
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => upload(token, "Ten at once.", "ten.txt")),
  );
  const documents = await Promise.all(answers.map((answer) => answer.json<UploadedDocument>()));
  expect(new Set(documents.map(({ id }) => id)).size).toBe(1);
  expect(answers.map(({ status }) => status).sort()).toEqual([...Array(9).fill(200), 202]);
  expect((await objectsOf()).filter((key) => key.includes("/original")).length).toBe(
    (
      await testEnv.DB.prepare("SELECT count(*) AS n FROM documents WHERE desk_id = ?")
        .bind(account.desk_id)
        .first<{ n: number }>()
    )?.n,
  );
});

it("keeps the same bytes of two desks apart", async () => {
  const other = await newAccount();
  const mine = await (await upload(token, "Shared words.", "a.txt")).json<UploadedDocument>();
  const theirs = await upload(other.access_token, "Shared words.", "a.txt");
  expect(theirs.status).toBe(202);
  expect((await theirs.json<UploadedDocument>()).id).not.toBe(mine.id);
});

it("gives a file of several parts back byte by byte, and any range of it", async () => {
  const bytes = new Uint8Array(11 * 1024 * 1024 + 3).map((_, at) => (at * 31) % 251);
  const { id } = await (await upload(token, bytes, "noise.bin")).json<UploadedDocument>();
  const whole = new Uint8Array(await (await call(`/v1/documents/${id}/content`, { token })).arrayBuffer());
  expect(whole.length).toBe(bytes.length);
  expect(await crypto.subtle.digest("SHA-256", whole)).toEqual(await crypto.subtle.digest("SHA-256", bytes));
  const range = await call(`/v1/documents/${id}/content`, {
    token,
    headers: { range: "bytes=5242870-5242889" },
  });
  expect(range.status).toBe(206);
  expect(range.headers.get("content-range")).toBe(`bytes 5242870-5242889/${bytes.length}`);
  expect(new Uint8Array(await range.arrayBuffer())).toEqual(bytes.slice(5242870, 5242890));
  const last = await call(`/v1/documents/${id}/content`, { token, headers: { range: "bytes=-4" } });
  expect(new Uint8Array(await last.arrayBuffer())).toEqual(bytes.slice(-4));
  const outside = await call(`/v1/documents/${id}/content`, { token, headers: { range: "bytes=99999999-" } });
  expect(outside.status).toBe(416);
});

it("never shows a stranger's file inline", async () => {
  const { id } = await (
    await upload(token, "<html><script>alert(1)</script></html>", "x.html")
  ).json<UploadedDocument>();
  const { headers } = await call(`/v1/documents/${id}/content`, { token });
  expect(headers.get("content-type")).toBe("application/octet-stream");
  expect(headers.get("content-disposition")).toMatch(/^attachment;/);
  expect(headers.get("content-security-policy")).toContain("default-src 'none'");
});

it("leaves nothing behind when the fields are refused", async () => {
  const before = await objectsOf();
  const refused = await upload(token, "Refused.", "r.txt", {
    language: "no language!",
    desk_id: "dsk_other",
  });
  expect(refused.status).toBe(422);
  expect(await refused.json()).toMatchObject({
    errors: expect.arrayContaining([expect.objectContaining({ path: "language" })]),
  });
  expect(await objectsOf()).toEqual(before);
});

it.each([
  ["no file", (form: FormData) => form.set("title", "x"), 422],
  ["a file in another field", (form: FormData) => form.set("document", new File(["x"], "x.txt")), 422],
  [
    "two files",
    (form: FormData) => {
      form.append("file", new File(["x"], "x.txt"));
      form.append("file", new File(["y"], "y.txt"));
    },
    400,
  ],
])("refuses a form with %s", async (_, fill, status) => {
  const form = new FormData();
  fill(form);
  expect((await call("/v1/documents", { token, body: form })).status).toBe(status);
});

it("refuses a body that breaks off, and drops what had come", async () => {
  const boundary = "b0undary";
  const body = `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="x.txt"\r\n\r\nhalf a fi`;
  const headers = { "content-type": `multipart/form-data; boundary=${boundary}` };
  const before = await objectsOf();
  expect((await call("/v1/documents", { token, body, headers })).status).toBe(400);
  expect(await objectsOf()).toEqual(before);
});

it("replays an upload by its Idempotency-Key, refuses the key for other bytes, and lets no other desk see it", async () => {
  const headers = { "idempotency-key": "upload-1" };
  const first = await upload(token, "Once only.", "once.txt", {}, headers);
  const again = await upload(token, "Once only.", "once.txt", {}, headers);
  expect([first.status, again.status]).toEqual([202, 202]);
  expect(again.headers.get("idempotent-replayed")).toBe("true");
  expect(await again.json()).toEqual(await first.json());
  const other = await upload(token, "Other bytes.", "once.txt", {}, headers);
  expect(other.status).toBe(422);
  expect(await other.json()).toMatchObject({ code: "idempotency.other_body" });
  const stranger = await newAccount();
  const theirs = await upload(stranger.access_token, "Once only.", "once.txt", {}, headers);
  expect(theirs.headers.get("idempotent-replayed")).toBeNull();
});

it("has no upload pending once all have been answered", async () => {
  expect(await pending()).toEqual([]);
});

it("takes a name for a name only: no path, no header, no markup comes of it", async () => {
  const { id } = await (
    await upload(token, "Named oddly.", '../../etc/"pass\nwd".txt')
  ).json<UploadedDocument>();
  await processed(token, id);
  const { headers } = await call(`/v1/documents/${id}/content`, { token });
  expect(headers.get("content-disposition")).not.toMatch(/\.\.\/|\n|"/);
});
