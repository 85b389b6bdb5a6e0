import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { afterEach, describe, expect, it } from "vitest";
import { settingsOf } from "../../../src/env.ts";
import { jobTypes } from "../../../src/job-types.ts";
import type { ChainStanding } from "../../../src/modules/audit/chain.ts";
import { chainOf } from "../../../src/modules/audit/chains.ts";
import { openKeys, verifyHead } from "../../../src/modules/audit/heads.ts";
import { runTimers } from "../../../src/modules/operations/sweep.ts";
import { type Border, Cut, installProbe } from "../../../src/platform/faults.ts";
import { isId } from "../../../src/platform/ids.ts";
import { rowsOf, sql, verify, writeRows } from "../../support/audit.ts";
import { type Account, call, newAccount, uploadAndProcess } from "../../support/desk.ts";
import { testEnv } from "../../support/env.ts";
import { testPlatform } from "../../support/platform.ts";

afterEach(() => installProbe(undefined));

const stubOf = ({ desk_id }: Account) => testEnv.AUDIT_CHAIN.getByName(desk_id);
const headKey = ({ desk_id }: Account) => `audit/${desk_id}/head.jws`;
const publishedHead = async (desk: Account) => await (await testEnv.FILES.get(headKey(desk)))?.text();

async function seal({ desk_id }: Account): Promise<ChainStanding> {
  if (!isId("dsk", desk_id)) throw new Error(`no desk: ${desk_id}`);
  return await chainOf(testPlatform(), desk_id).seal();
}

/** Lets the alarm ring until the head in R2 has followed. */
async function publish(desk: Account): Promise<void> {
  await runDurableObjectAlarm(stubOf(desk));
  await expect.poll(() => publishedHead(desk), { timeout: 5_000 }).toBe((await seal(desk)).head?.signature);
}

const unsealed = async (desk: Account) => (await rowsOf(desk)).filter(({ seq }) => seq === null).length;
const sound = { valid: true, complete: true, findings: [] };

describe("sealing", () => {
  it("follows a mutation by itself, in the order of the rows, and publishes a head that the keys prove", async () => {
    const desk = await newAccount();
    await expect.poll(() => unsealed(desk), { timeout: 10_000 }).toBe(0);
    await expect.poll(() => publishedHead(desk), { timeout: 10_000 }).toBeDefined();
    const rows = await rowsOf(desk);
    expect(rows.map(({ action, seq }) => [seq, action])).toEqual([
      [1, "user.register"],
      [2, "session.create"],
    ]);
    const keys = await openKeys(settingsOf(testEnv).AUDIT_KEYS);
    expect(await verifyHead(keys, ["row"], (await publishedHead(desk)) ?? "")).toMatchObject({
      ...{ desk: desk.desk_id, seq: 2, hash: rows[1]?.hash },
    });
  });

  it("follows what a job wrote", async () => {
    const desk = await newAccount();
    const html = `<html lang="en"><head><meta name="author" content="Ada"><title>T</title></head><body><p>Of ${desk.user_id}.</p></body></html>`;
    await uploadAndProcess(desk.access_token, html, "page.html");
    const describing = (await rowsOf(desk)).find(({ action }) => action === "document.describe");
    expect(describing).toBeDefined();
    await expect.poll(() => unsealed(desk), { timeout: 10_000 }).toBe(0);
    expect(await verify(desk)).toMatchObject(sound);
  });

  it("is woken by the minute's sweep where a request died before it could", async () => {
    const desk = await newAccount();
    await seal(desk);
    await writeRows(desk, 3);
    await runTimers(testPlatform(), jobTypes, "* * * * *");
    await expect.poll(() => unsealed(desk), { timeout: 10_000 }).toBe(0);
  });

  it("gives each row one place, however many ask at once", async () => {
    const desk = await newAccount();
    await writeRows(desk, 20);
    await Promise.all(Array.from({ length: 8 }, () => seal(desk)));
    expect((await rowsOf(desk)).map(({ seq }) => seq)).toEqual(Array.from({ length: 22 }, (_, n) => n + 1));
    expect(await verify(desk)).toMatchObject({ ...sound, verified: { from: 1, to: 22 } });
  });

  it.each<Border>(["chain.assigned", "chain.written", "chain.advanced"])(
    "goes on where it was killed: at %s, with rows that came meanwhile",
    async (border) => {
      const desk = await newAccount();
      await writeRows(desk, 2);
      installProbe((reached, subject) => {
        if (reached === border && subject === desk.desk_id) throw new Cut(border);
      }, "chain");
      await expect(seal(desk)).rejects.toThrow(border);
      installProbe(undefined);
      await evictDurableObject(stubOf(desk));
      await writeRows(desk, 2);
      expect((await seal(desk)).head?.seq).toBe(6);
      expect((await rowsOf(desk)).map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6]);
      expect(await verify(desk)).toMatchObject(sound);
    },
  );

  it("publishes again where it was killed between R2 and its own memory", async () => {
    const desk = await newAccount();
    await seal(desk);
    installProbe((reached, subject) => {
      if (reached === "chain.published" && subject === desk.desk_id) throw new Cut(reached);
    }, "chain");
    await runDurableObjectAlarm(stubOf(desk));
    installProbe(undefined);
    expect(await publishedHead(desk)).toBe((await seal(desk)).head?.signature);
    await evictDurableObject(stubOf(desk));
    expect(await verify(desk)).toMatchObject(sound);
    await writeRows(desk, 1);
    await seal(desk);
    await publish(desk);
    expect(await verify(desk)).toMatchObject(sound);
  });

  it("goes on from the furthest head that is still proven, where the object has lost its memory", async () => {
    const desk = await newAccount();
    await writeRows(desk, 3);
    await seal(desk);
    await publish(desk);
    await writeRows(desk, 2);
    const { head } = await seal(desk);
    await runInDurableObject(stubOf(desk), (_, { storage }) => storage.deleteAll());
    expect((await seal(desk)).head).toEqual(head);
    await sql("DELETE FROM audit_log WHERE desk_id = ? AND seq >= 3", desk.desk_id);
    await runInDurableObject(stubOf(desk), (_, { storage }) => storage.deleteAll());
    expect((await seal(desk)).head?.seq).toBe(5);
    expect((await verify(desk)).findings).toEqual([
      { seq: 3, code: "missing", message: "Rows 3 to 5 are missing." },
    ]);
  });

  it("does not wait for a row that was put in its place by hand", async () => {
    const desk = await newAccount();
    await seal(desk);
    await sql(
      `INSERT INTO audit_log (id, desk_id, at, actor, action, target, seq, hash)
       VALUES ('aud_hand', ?, 1, 'usr_x', 'a.b', 'doc_x', 3, 'made up')`,
      desk.desk_id,
    );
    await writeRows(desk, 2);
    await seal(desk);
    await seal(desk);
    expect(await unsealed(desk)).toBe(0);
    const { findings } = await verify(desk);
    expect(findings[0]).toMatchObject({ seq: 3, code: "changed" });
  });
});

describe("a row that lost its place", () => {
  it("is missed where it stood, whether it kept its hash or is sealed anew as if it had never been", async () => {
    const desk = await newAccount();
    await writeRows(desk, 1);
    await seal(desk);
    await sql("UPDATE audit_log SET seq = NULL WHERE desk_id = ? AND seq = 2", desk.desk_id);
    const second = { seq: 2, code: "missing", message: "Row 2 is missing." };
    expect((await verify(desk)).findings).toEqual([second]);
    await sql(
      "UPDATE audit_log SET seq = NULL, hash = NULL, signature = NULL WHERE desk_id = ? AND seq = 3",
      desk.desk_id,
    );
    const { findings, head } = await verify(desk);
    expect(findings).toEqual([{ seq: 2, code: "missing", message: "Rows 2 to 3 are missing." }]);
    expect(head?.seq).toBe(4);
    expect((await verify(desk, 2)).findings.map(({ seq }) => seq)).toEqual([2, 3]);
  });
});

describe("the head", () => {
  it("reveals that the newest rows were cut off, and that what stood for them was removed from R2 as well", async () => {
    const desk = await newAccount();
    await writeRows(desk, 3);
    await seal(desk);
    await publish(desk);
    await sql("DELETE FROM audit_log WHERE desk_id = ? AND seq > 3", desk.desk_id);
    const missing = { seq: 4, code: "missing", message: "Rows 4 to 5 are missing." };
    expect((await verify(desk)).findings).toEqual([missing]);
    await testEnv.FILES.delete(headKey(desk));
    expect((await verify(desk)).findings).toEqual([
      missing,
      { seq: 5, code: "head_mismatch", message: "The head in R2 is gone." },
    ]);
  });

  it.each<[string, (signature: string) => string, string]>([
    ["no signature", () => "x", "not signed by a known key"],
    [
      "a changed one",
      (signature) => `${signature.slice(0, 200)}A${signature.slice(201)}`,
      "not signed by a known key",
    ],
  ])("in R2 that is %s is found", async (_, change, message) => {
    const desk = await newAccount();
    await seal(desk);
    await publish(desk);
    await testEnv.FILES.put(headKey(desk), change((await publishedHead(desk)) ?? ""));
    expect((await verify(desk)).findings[0]?.message).toContain(message);
  });

  it("in R2 that is an earlier one, another desk's or one that the object has forgotten is found", async () => {
    const desk = await newAccount();
    const other = await newAccount();
    const early = (await seal(desk)).head?.signature ?? "";
    await writeRows(desk, 1);
    await seal(desk);
    await publish(desk);
    const late = (await publishedHead(desk)) ?? "";
    await testEnv.FILES.put(headKey(desk), early);
    expect((await verify(desk)).findings[0]?.message).toContain("older than it was");
    await testEnv.FILES.put(headKey(desk), (await seal(other)).head?.signature ?? "");
    expect((await verify(desk)).findings[0]?.message).toContain("not signed by a known key for this desk");
    await testEnv.FILES.put(headKey(desk), late);
    await runInDurableObject(stubOf(desk), (_, { storage }) => {
      storage.kv.put("state", { head: null, pending: null, published_seq: 0 });
    });
    const { findings } = await verify(desk);
    expect(findings.map(({ message }) => message).join()).toContain(
      "further than the one that the desk's object",
    );
    expect(await publishedHead(desk), "it stays as evidence").toBe(late);
  });

  it("in the object whose hash or signature was changed is found", async () => {
    const desk = await newAccount();
    const { head, published_seq } = await seal(desk);
    const forged = { ...head, hash: "0".repeat(64) };
    await runInDurableObject(stubOf(desk), (_, { storage }) => {
      storage.kv.put("state", { head: forged, pending: null, published_seq });
    });
    expect((await verify(desk)).findings.map(({ code }) => code)).toEqual(["bad_signature", "head_mismatch"]);
  });
});

describe("a long chain", () => {
  it("is sealed in bounded steps, verified in calls that go on from each other, and exported whole", async () => {
    const desk = await newAccount();
    await seal(desk);
    const fill = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10500)
      INSERT INTO audit_log (id, desk_id, at, actor, action, target)
      SELECT printf('aud_%032x', i), ?, ? + i, 'usr_x', 'document.update', 'doc_x' FROM n`;
    await sql(fill, desk.desk_id, Date.now());
    expect((await seal(desk)).head?.seq).toBe(2_002);
    await expect.poll(() => unsealed(desk), { timeout: 20_000 }).toBe(0);
    const first = await verify(desk);
    expect(first).toMatchObject({
      valid: true,
      complete: false,
      verified: { from: 1, to: 10_000 },
      next_after: 10_000,
    });
    expect(await verify(desk, 10_000)).toMatchObject({ ...sound, verified: { from: 10_001, to: 10_502 } });
    expect(await verify(desk, 10_502)).toMatchObject({ ...sound, verified: null });
    expect(await verify(desk, 99_999)).toMatchObject({ ...sound, verified: null });
    await sql(
      "UPDATE audit_log SET actor = 'usr_y' WHERE desk_id = ? AND seq BETWEEN 300 AND 500",
      desk.desk_id,
    );
    const bad = await verify(desk);
    expect(bad).toMatchObject({ valid: false, complete: false, next_after: 399 });
    expect(bad.findings.length).toBe(100);
    const exported = await call("/v1/audit/export", { token: desk.access_token });
    const text = new TextDecoder().decode(await exported.arrayBuffer());
    expect(text.trimEnd().split("\n").length).toBe(10_504);
  }, 60_000);
});
