import { call } from "./desk.ts";
import { testEnv } from "./env.ts";

export interface SentFile {
  id: string;
  name: string;
  size_bytes: number;
  sha256: string;
  purpose: string;
  job_id: string | null;
  created_at: string;
  expires_at: string;
}

export const ITEMS = "name,domain\nAcme,acme.example\nÖrsted,orsted.example\n";

export async function sendFile(
  token: string,
  bytes: Uint8Array<ArrayBuffer> | string = ITEMS,
  fileName = "items.csv",
  headers: Record<string, string> = {},
): Promise<Response> {
  const form = new FormData();
  form.set("file", new File([bytes], fileName));
  return await call("/v1/files", { token, body: form, headers });
}

/** An uploaded CSV of items. */
export async function newFile(
  token: string,
  bytes: Uint8Array<ArrayBuffer> | string = ITEMS,
): Promise<SentFile> {
  const answer = await sendFile(token, bytes);
  if (answer.status !== 201) throw new Error(`file: ${answer.status} ${await answer.text()}`);
  return await answer.json<SentFile>();
}

/** Content read as the text that it is; the runtime warns of a plain `text()`, since the type is none of text. */
export const textOf = async (answer: Response): Promise<string> =>
  new TextDecoder().decode(await answer.arrayBuffer());

/** Moves a file's whole life into the past. */
export async function ageFile(id: string, by_ms: number): Promise<void> {
  await testEnv.DB.prepare(
    `UPDATE files SET created_at = created_at - ?1, expires_at = expires_at - ?1, sweep_at = sweep_at - ?1
     WHERE id = ?2`,
  )
    .bind(by_ms, id)
    .run();
}

export interface StoredRow {
  id: string;
  desk_id: string;
  sha256: string;
  object_key: string | null;
  deleted_at: number | null;
  sweep_at: number;
}

export const rowOf = async (id: string): Promise<StoredRow | null> =>
  await testEnv.DB.prepare("SELECT * FROM files WHERE id = ?").bind(id).first<StoredRow>();

/** The keys of all objects that a desk's files have in R2. */
export const objectsOf = async (desk_id: string): Promise<string[]> =>
  (await testEnv.FILES.list({ prefix: `desks/${desk_id}/files/` })).objects.map(({ key }) => key);

export const pendingOf = async (desk_id: string): Promise<string[]> => {
  const { results } = await testEnv.DB.prepare(
    "SELECT object_key FROM pending_uploads WHERE object_key LIKE ?",
  )
    .bind(`desks/${desk_id}/files/%`)
    .all<{ object_key: string }>();
  return results.map(({ object_key }) => object_key);
};

/** The address of a link to a file, without its host. */
export async function newLink(token: string, id: string, expires_in_s?: number): Promise<string> {
  const answer = await call(`/v1/files/${id}/links`, {
    token,
    json: expires_in_s === undefined ? {} : { expires_in_s },
  });
  if (answer.status !== 201) throw new Error(`link: ${answer.status} ${await answer.text()}`);
  return new URL((await answer.json<{ url: string }>()).url).pathname;
}
