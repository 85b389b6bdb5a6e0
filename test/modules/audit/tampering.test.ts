import { generateKeyPairSync } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { settingsOf } from "../../../src/env.ts";
import { type KeyRing, openKeys } from "../../../src/modules/audit/heads.ts";
import { verifyExport } from "../../../src/modules/audit/verify-export.ts";
import { exportLines, putRow, type Row, rowsOf, sql, verify, writeRows } from "../../support/audit.ts";
import { type Account, newAccount } from "../../support/desk.ts";
import { testEnv } from "../../support/env.ts";

let desk: Account;
let other: Account;
let rows: Row[];
let lines: string[];
let keys: KeyRing;

beforeAll(async () => {
  desk = await newAccount();
  other = await newAccount();
  await verify(desk); // two seals, so that a signature stands in the middle of the chain too
  await writeRows(desk, 4);
  expect(await verify(desk)).toMatchObject({ valid: true, complete: true, findings: [] });
  rows = await rowsOf(desk);
  lines = await exportLines(desk);
  keys = await openKeys(settingsOf(testEnv).AUDIT_KEYS);
});

const places = [0, 1, 2, 3, 4, 5];
const swaps = places.flatMap((a) => places.slice(a + 1).map((b): [number, number] => [a, b]));
const rowAt = (place: number): Row => rows[place] ?? {};

/** The same value with one byte of it changed or added. */
function tampered(value: string | number | null | undefined): (string | number)[] {
  if (value === null || value === undefined) return ["", "x"];
  if (typeof value === "number") return [value + 1_000, -value];
  const bytes = [...new Set([0, Math.floor(value.length / 2), value.length - 1])].map((at) => {
    const byte = value.charCodeAt(at) ^ 1;
    return value.slice(0, at) + String.fromCharCode(byte) + value.slice(at + 1);
  });
  return [...bytes, `${value}\0`];
}

/** Tampers with the stored rows, tells what the verification and an export of it then say, and puts all back. */
async function afterwards(tamper: () => Promise<void>) {
  await tamper();
  const found = await verify(desk);
  const exported = await verifyExport(await exportLines(desk), { keys });
  await sql("DELETE FROM audit_log WHERE desk_id = ?", desk.desk_id);
  for (const row of rows) await putRow(row);
  return { found, exported };
}

async function expectFound(tamper: () => Promise<void>, what: string): Promise<void> {
  const { exported, found } = await afterwards(tamper);
  expect(found.valid, what).toBe(false);
  expect(found.findings.length, what).toBeGreaterThan(0);
  expect(exported.findings.length, `${what}, in an export of it`).toBeGreaterThan(0);
}

describe("verification of the stored rows", () => {
  it("has rows to look at: every column filled somewhere, signatures in the middle and at the end", () => {
    expect(rows.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(rows.map(({ signature }) => signature !== null)).toEqual([false, true, false, false, false, true]);
    for (const column of Object.keys(rowAt(0))) {
      expect(
        rows.some((row) => row[column] !== null),
        column,
      ).toBe(true);
    }
  });

  it.each(places)(
    "finds one changed byte in any column of row %s",
    async (place) => {
      const row = rowAt(place);
      for (const column of Object.keys(row)) {
        for (const value of tampered(row[column])) {
          const tamper = () => sql(`UPDATE audit_log SET ${column} = ? WHERE id = ?`, value, row.id ?? null);
          await expectFound(tamper, `${column} of row ${place}: ${JSON.stringify(value)}`);
        }
      }
    },
    120_000,
  );

  it.each(places)("finds a column of row %s that was emptied", async (place) => {
    const row = rowAt(place);
    for (const column of Object.keys(row).filter((name) => row[name] !== null)) {
      if (["id", "desk_id", "at", "actor", "action", "target"].includes(column)) continue; // the table forbids it
      const tamper = () => sql(`UPDATE audit_log SET ${column} = NULL WHERE id = ?`, row.id ?? null);
      await expectFound(tamper, `${column} of row ${place}`);
    }
  });

  it.each(places)("finds bytes in row %s that are no text", async (place) => {
    const { id = null } = rowAt(place);
    const tamper = () =>
      sql("UPDATE audit_log SET actor = CAST(x'ff' || substr(actor, 2) AS TEXT) WHERE id = ?", id);
    await expectFound(tamper, `row ${place}`);
  });

  it.each(places)("finds that row %s was deleted, the newest like any other", async (place) => {
    await expectFound(
      () => sql("DELETE FROM audit_log WHERE id = ?", rowAt(place).id ?? null),
      `row ${place}`,
    );
  });

  it("finds that all rows were deleted", async () => {
    await expectFound(() => sql("DELETE FROM audit_log WHERE desk_id = ?", desk.desk_id), "all");
  });

  it.each(places)("finds that row %s went to another desk", async (place) => {
    const tamper = () =>
      sql("UPDATE audit_log SET desk_id = ?, seq = 900 WHERE id = ?", other.desk_id, rowAt(place).id ?? null);
    await expectFound(tamper, `row ${place}`);
  });

  it.each(swaps)("finds that rows %s and %s have changed places", async (a, b) => {
    const [first, second] = [rowAt(a), rowAt(b)];
    const chained = (row: Row) => ({
      seq: row.seq ?? null,
      hash: row.hash ?? null,
      signature: row.signature ?? null,
    });
    const ways: Record<string, [Row, Row]> = {
      "the number alone": [
        { ...first, seq: second.seq ?? null },
        { ...second, seq: first.seq ?? null },
      ],
      "number, hash and signature": [
        { ...first, ...chained(second) },
        { ...second, ...chained(first) },
      ],
      "all but the time": [
        { ...first, ...chained(second), at: second.at ?? null },
        { ...second, ...chained(first), at: first.at ?? null },
      ],
    };
    for (const [way, swapped] of Object.entries(ways)) {
      const tamper = async () => {
        for (const { id = null } of swapped) await sql("DELETE FROM audit_log WHERE id = ?", id);
        for (const row of swapped) await putRow(row);
      };
      await expectFound(tamper, way);
    }
  });

  it("finds rows that were put there by hand: before, within and behind the chain", async () => {
    for (const seq of [-1, 0, 7, 8, 1_000_000]) {
      const { found } = await afterwards(() => putRow({ ...rowAt(5), id: "aud_hand", seq }));
      expect(found.findings, String(seq)).toEqual([
        { seq, code: "inserted", message: expect.stringContaining(String(seq)) },
      ]);
    }
    const { found } = await afterwards(async () => {
      await sql("DROP INDEX audit_log_by_seq");
      await putRow({ ...rowAt(2), id: "aud_hand" });
    });
    expect(found.findings.map(({ code }) => code)).toContain("duplicate");
    await sql("CREATE UNIQUE INDEX audit_log_by_seq ON audit_log (desk_id, seq) WHERE seq IS NOT NULL");
  });

  it("ends where it was: everything was put back", async () => {
    expect(await verify(desk)).toMatchObject({ valid: true, complete: true, findings: [] });
    expect((await exportLines(desk)).slice(0, -1)).toEqual(lines.slice(0, -1));
  });
});

describe("verification of an export, offline", () => {
  const codes = async (some: string[], head?: string) =>
    (await verifyExport(some, { keys, head })).findings.map(({ code }) => code);

  it("finds nothing in the export as it was given", async () => {
    const report = await verifyExport(lines, { keys, head: String(rowAt(1).signature) });
    expect(report).toMatchObject({ desk: desk.desk_id, rows: 6, findings: [], unproven: [] });
    expect(report.head?.seq).toBe(6);
  });

  it.each([...Array(8).keys()])(
    "finds any one byte that was changed in line %s",
    async (number) => {
      const line = lines[number] ?? "";
      for (let at = 0; at < line.length; at += 1) {
        for (const flip of [1, 32]) {
          const byte = String.fromCharCode(line.charCodeAt(at) ^ flip);
          const changed = lines.with(number, line.slice(0, at) + byte + line.slice(at + 1));
          expect(await codes(changed), `byte ${at} of ${line}`).not.toEqual([]);
        }
      }
    },
    120_000,
  );

  it.each([...Array(8).keys()])("finds that line %s is gone, or there twice", async (number) => {
    expect(await codes(lines.toSpliced(number, 1))).not.toEqual([]);
    expect(await codes(lines.toSpliced(number, 0, lines[number] ?? ""))).not.toEqual([]);
  });

  it.each(swaps)("finds that rows %s and %s have changed places", async (a, b) => {
    const [first = "", second = ""] = [lines[a + 1], lines[b + 1]];
    expect(await codes(lines.with(a + 1, second).with(b + 1, first))).toContain("reordered");
    const renumbered = lines
      .with(a + 1, second.replace(`"seq":${b + 1}`, `"seq":${a + 1}`))
      .with(b + 1, first.replace(`"seq":${a + 1}`, `"seq":${b + 1}`));
    expect(await codes(renumbered)).toContain("changed");
  });

  it("finds a tail that was cut, even if an earlier signature closes what is left", async () => {
    expect(await codes(lines.slice(0, -1))).toEqual(["missing"]);
    expect(await codes(lines.toSpliced(-2, 1))).toEqual(["missing"]);
    const closing = JSON.stringify({ head: rowAt(1).signature });
    expect(await codes([...lines.slice(0, 3), closing])).toEqual(["bad_signature"]);
  });

  it("finds by a kept head that a whole older export stands for the newer one", async () => {
    const account = await newAccount();
    const older = await exportLines(account);
    await writeRows(account, 2);
    const { head } = await verify(account);
    expect(await codes(older)).toEqual([]);
    expect(await codes(older, head?.signature)).toEqual(["missing"]);
    expect(await codes(await exportLines(account), head?.signature)).toEqual([]);
  });

  it("refuses another desk's head, another deployment's keys, and what is no export", async () => {
    const { head } = await verify(other);
    expect(await codes(lines, head?.signature)).toEqual(["head_mismatch"]);
    expect(await codes(lines, "made.up.head")).toEqual(["bad_signature"]);
    const { x = "" } = generateKeyPairSync("ed25519").publicKey.export({ format: "jwk" });
    const foreign = await openKeys([{ kty: "OKP", crv: "Ed25519", kid: "test-audit", x }]);
    const report = await verifyExport(lines, { keys: foreign });
    expect(report.findings.map(({ code }) => code)).toEqual(Array(3).fill("bad_signature"));
    for (const text of [[], [""], ["{}"], ["PK\u0003\u0004"], ['{"keys":[]}']])
      expect(await codes(text)).toEqual(["bad_form"]);
  });

  it("says without keys that nothing proves who made the chain, and still finds what doesn't fit", async () => {
    const report = await verifyExport(lines, {});
    expect(report.findings).toEqual([]);
    expect(report.unproven[0]).toContain("no signature was checked");
    expect((await verifyExport(lines.toSpliced(3, 1), {})).findings).not.toEqual([]);
  });
});
