import { beforeAll, describe, expect, it } from "vitest";
import { counted, MAX_FRAME_BYTES, MAX_JSON_BYTES, maxFileBytes } from "../../src/http/body.ts";
import { problemOf } from "../support/answers.ts";
import { type Account, call, newAccount } from "../support/desk.ts";
import { testEnv } from "../support/env.ts";

let account: Account;
beforeAll(async () => {
  account = await newAccount();
});

/** A body without a length, and how much of it was asked for. */
function endless(chunk: Uint8Array, chunks: number) {
  const seen = { chunks: 0 };
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (seen.chunks === chunks) return controller.close();
      seen.chunks += 1;
      controller.enqueue(chunk.slice());
    },
  });
  return { body, seen };
}

const spaces = new Uint8Array(64 * 1024).fill(0x20);
const json = { "content-type": "application/json" };
const multipart = { "content-type": "multipart/form-data; boundary=b" };
const frame = (name: string) =>
  new TextEncoder().encode(`--b\r\nContent-Disposition: form-data; name="${name}"; filename="x.txt"\r\n\r\n`);

describe("a JSON body", () => {
  it("of more than a megabyte is refused by its Content-Length", async () => {
    const body = `{"query":"${"x".repeat(MAX_JSON_BYTES)}"}`;
    const answer = await call("/v1/search", { token: account.access_token, body, headers: json });
    expect(answer.status).toBe(413);
    expect((await problemOf(answer)).code).toBe("request.too_large");
  });

  it("of more than a megabyte is refused without a Content-Length, and read no further", async () => {
    const { body, seen } = endless(spaces, 10_000);
    const answer = await call("/v1/search", { token: account.access_token, body, headers: json });
    expect(answer.status).toBe(413);
    expect(seen.chunks).toBeLessThan(25);
  });

  it("is counted by its bytes, whatever its Content-Length says", async () => {
    const { body } = endless(spaces, 100);
    const headers = { ...json, "content-length": "10" };
    const answer = await call("/v1/search", { token: account.access_token, body, headers });
    expect(answer.status).toBe(413);
  });

  it("of just under a megabyte is read, in one piece or in many", async () => {
    const text = `{"query":"x"${" ".repeat(MAX_JSON_BYTES - 100)}}`;
    const { body } = endless(new TextEncoder().encode(text), 1);
    for (const sent of [text, body]) {
      expect(
        (await call("/v1/search", { token: account.access_token, body: sent, headers: json })).status,
      ).toBe(200);
    }
  });

  it("of too many bytes is refused on routes that anyone may call", async () => {
    for (const path of ["/v1/auth/login", "/v1/auth/register", "/v1/auth/refresh", "/v1/auth/logout"]) {
      const { body } = endless(spaces, 10_000);
      expect((await call(path, { body, headers: json })).status, path).toBe(413);
    }
  });
});

describe("a multipart body", () => {
  it("of more than the largest file is refused by its Content-Length, before a byte is stored", async () => {
    const { body, seen } = endless(spaces, 10_000);
    const headers = {
      ...multipart,
      "content-length": String((maxFileBytes("POST /v1/documents") ?? 0) + MAX_FRAME_BYTES + 1),
    };
    const answer = await call("/v1/documents", { token: account.access_token, body, headers });
    expect(answer.status).toBe(413);
    expect(seen.chunks).toBeLessThan(4);
  });

  it("is not read for a caller who may not send it", async () => {
    const { body, seen } = endless(spaces, 10_000);
    expect((await call("/v1/documents", { body, headers: multipart })).status).toBe(401);
    expect(seen.chunks).toBeLessThan(4);
  });

  it("without a length is refused once it has too many bytes, and leaves no file", async () => {
    const parts = [frame("file"), ...Array.from({ length: 102 }, () => new Uint8Array(1024 * 1024))];
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        const part = parts.shift();
        if (part === undefined) controller.close();
        else controller.enqueue(part);
      },
    });
    const answer = await call("/v1/documents", { token: account.access_token, body, headers: multipart });
    expect(answer.status).toBe(413);
    const stored = await testEnv.FILES.list({ prefix: `desks/${account.desk_id}` });
    expect(stored.objects).toEqual([]);
  });

  it("that breaks off is refused and leaves no document", async () => {
    const answer = await call("/v1/documents", {
      token: account.access_token,
      body: new Blob([frame("file"), "half a fi"]),
      headers: multipart,
    });
    expect(answer.status).toBe(400);
    const list = await call("/v1/documents", { token: account.access_token });
    expect(await list.json()).toMatchObject({ data: [] });
  });

  it.each([
    ["no boundary", { "content-type": "multipart/form-data" }, new Blob(["x"]), 400],
    ["the file under another name", multipart, new Blob([frame("other"), "x\r\n--b--\r\n"]), 422],
    ["two files", multipart, new Blob([frame("file"), "x\r\n", frame("file"), "y\r\n--b--\r\n"]), 400],
    ["no file", multipart, new Blob(["--b--\r\n"]), 422],
  ])("with %s is refused", async (_, headers, body, status) => {
    const answer = await call("/v1/documents", { token: account.access_token, body, headers });
    expect(answer.status).toBe(status);
  });
});

describe("the counter", () => {
  it("passes exactly the limit and not a byte more", async () => {
    const read = async (limit: number) => {
      let size = 0;
      for await (const chunk of counted(limit, endless(new Uint8Array(10), 3).body)) size += chunk.byteLength;
      return size;
    };
    expect(await read(30)).toBe(30);
    await expect(read(29)).rejects.toMatchObject({ status: 413 });
  });
});
