import { audit } from "../../src/modules/audit/record.ts";
import { runBatch } from "../../src/platform/database.ts";
import { isId } from "../../src/platform/ids.ts";
import { type Account, call } from "./desk.ts";
import { testEnv } from "./env.ts";
import { testPlatform } from "./platform.ts";

export interface Verification {
  valid: boolean;
  complete: boolean;
  verified: { from: number; to: number } | null;
  head: { seq: number; hash: string; at: string; signature: string } | null;
  next_after: number | null;
  findings: { seq: number | null; code: string; message: string }[];
}

export async function verify({ access_token }: Account, after?: number): Promise<Verification> {
  const query = after === undefined ? "" : `?after=${after}`;
  const answer = await call(`/v1/audit/verify${query}`, { token: access_token });
  if (answer.status !== 200) throw new Error(`verify: ${answer.status} ${await answer.text()}`);
  return await answer.json();
}

/** The lines of a real export, as a client gets them. */
export async function exportLines({ access_token }: Account): Promise<string[]> {
  const answer = await call("/v1/audit/export", { token: access_token });
  if (answer.status !== 200) throw new Error(`export: ${answer.status} ${await answer.text()}`);
  return new TextDecoder()
    .decode(await answer.arrayBuffer())
    .trimEnd()
    .split("\n");
}

export type Row = Record<string, string | number | null>;

export async function rowsOf({ desk_id }: Account): Promise<Row[]> {
  const all = testEnv.DB.prepare("SELECT * FROM audit_log WHERE desk_id = ? ORDER BY seq, at, id");
  return (await all.bind(desk_id).all<Row>()).results;
}

/** Writes a whole row as it is given, whatever the product would say to it. */
export async function putRow(row: Row): Promise<void> {
  const columns = Object.keys(row);
  const places = columns.map(() => "?").join(", ");
  await testEnv.DB.prepare(`INSERT OR REPLACE INTO audit_log (${columns.join(", ")}) VALUES (${places})`)
    .bind(...Object.values(row))
    .run();
}

export async function sql(text: string, ...values: (string | number | null)[]): Promise<void> {
  await testEnv.DB.prepare(text)
    .bind(...values)
    .run();
}

/** Audit rows as mutations leave them, unsealed, with every column filled. */
export async function writeRows({ desk_id, user_id }: Account, count: number): Promise<void> {
  const { clock, db } = testPlatform();
  if (!isId("dsk", desk_id)) throw new Error(`no desk: ${desk_id}`);
  for (let n = 0; n < count; n += 1) {
    const source = {
      ...{ db, clock, desk: desk_id, actor: user_id, request_id: `req_${n}`, address: "192.0.2.7" },
      ...{ impersonator: `usr_boss${n}`, key: `key_${n}` },
    };
    const target = `doc_${String(n).padStart(32, "0")}`;
    const entry = { action: "document.update", target, before: { n }, after: { n: n + 1 } };
    await runBatch(db, audit(source, entry));
  }
}
