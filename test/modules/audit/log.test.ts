import { beforeAll, describe, expect, it } from "vitest";
import { problemOf } from "../../support/answers.ts";
import { sql, verify, writeRows } from "../../support/audit.ts";
import { type Account, call, newAccount } from "../../support/desk.ts";

interface Item {
  id: string;
  at: string;
  actor: string;
  action: string;
  target: string;
  seq: number | null;
}

let desk: Account;
beforeAll(async () => {
  desk = await newAccount();
  await writeRows(desk, 3);
});

async function list(query: Record<string, string>): Promise<{ data: Item[]; next_cursor: string | null }> {
  return await (await call(`/v1/audit?${new URLSearchParams(query)}`, { token: desk.access_token })).json();
}

describe("the audit log", () => {
  it("shows who did what, on what, from where and by which request, the newest first", async () => {
    await verify(desk);
    const { data } = await list({});
    expect(data.map(({ seq }) => seq)).toEqual([5, 4, 3, 2, 1]);
    expect(data[0]).toMatchObject({
      ...{ actor: desk.user_id, action: "document.update", target: `doc_${"2".padStart(32, "0")}` },
      ...{ request_id: "req_2", address: "192.0.2.7", impersonator: "usr_boss2", key_id: "key_2" },
      ...{ before_hash: expect.stringMatching(/^[0-9a-f]{64}$/), after_hash: expect.any(String) },
    });
  });

  it("is filtered by actor, action, target and time, alone and together", async () => {
    const actions = async (query: Record<string, string>) =>
      (await list(query)).data.map(({ action }) => action);
    expect(await actions({ action: "session.create" })).toEqual(["session.create"]);
    expect(await actions({ target: desk.user_id })).toEqual(["user.register"]);
    expect((await actions({ actor: desk.user_id })).length).toBe(5);
    expect(await actions({ actor: "usr_nobody" })).toEqual([]);
    expect(await actions({ actor: desk.user_id, action: "user.register" })).toEqual(["user.register"]);
    const [newest] = (await list({ limit: "1" })).data;
    const at = newest?.at ?? "";
    expect((await list({ from: at })).data.every((item) => item.at >= at)).toBe(true);
    expect((await list({ from: at })).data.length).toBeGreaterThan(0);
    expect((await list({ to: at })).data.every((item) => item.at < at)).toBe(true);
    expect(await actions({ from: "2999-01-01T00:00:00Z" })).toEqual([]);
  });

  it("refuses times that are none, and filters without a value", async () => {
    for (const query of ["from=yesterday", "to=1", "from=2026-13-01T00:00:00Z", "actor=", "after=x"]) {
      const answer = await call(`/v1/audit?${query}`, { token: desk.access_token });
      expect(answer.status, query).toBe(query === "after=x" ? 200 : 422);
    }
    for (const after of ["-1", "1.5", "x", "1e400"]) {
      const answer = await call(`/v1/audit/verify?after=${after}`, { token: desk.access_token });
      expect((await problemOf(answer)).errors?.[0]?.path, after).toBe("after");
    }
  });

  it("reads as many rows for a page of a long log as of a short one, by each filter", async () => {
    const own = await newAccount();
    const fill = async (from: number, to: number) =>
      await sql(
        `WITH RECURSIVE n(i) AS (SELECT ${from} UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ${to})
         INSERT INTO audit_log (id, desk_id, at, actor, action, target)
         SELECT printf('aud_%032x', i), ?, i, 'usr_' || (i % 10), 'thing.' || (i % 10), 'doc_' || (i % 10) FROM n`,
        own.desk_id,
      );
    const queries = ["", "actor=usr_3", "action=thing.3", "target=doc_3", "from=1970-01-01T00:00:00Z"];
    const costs = async () => {
      const read: Record<string, number> = {};
      for (const query of queries) {
        const answer = await call(`/v1/audit?limit=5&${query}`, { token: own.access_token });
        read[query] = Number(/d1_rows_read=(\d+)/.exec(answer.headers.get("bourse-cost") ?? "")?.[1]);
      }
      return read;
    };
    await fill(1, 401);
    await costs();
    const few = await costs();
    await fill(401, 4_001);
    expect(await costs()).toEqual(few);
    for (const [query, rows] of Object.entries(few)) expect(rows, query).toBeLessThan(15);
  });

  it("gives its keys to anyone, and of them only the public halves", async () => {
    const answer = await call("/.well-known/audit-keys.json");
    expect(answer.headers.get("cache-control")).toBe("public, max-age=300");
    const { keys } = await answer.json<{ keys: object[] }>();
    expect(keys).toEqual([
      { kty: "OKP", crv: "Ed25519", kid: "test-audit", x: expect.any(String), alg: "EdDSA", use: "sig" },
    ]);
  });

  it("comes as a file that no cache keeps", async () => {
    const { headers } = await call("/v1/audit/export", { token: desk.access_token });
    expect(headers.get("content-type")).toBe("application/x-ndjson");
    expect(headers.get("content-disposition")).toBe(`attachment; filename="audit-${desk.desk_id}.ndjson"`);
    expect(headers.get("cache-control")).toBe("no-store");
  });
});
