import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { decodeJwt } from "jose";
import worker from "../../src/worker.ts";
import { checkAnswer } from "./contract.ts";
import { type TestEnv, testEnv } from "./env.ts";

export interface Account {
  email: string;
  username: string;
  password: string;
  user_id: string;
  desk_id: string;
  session_id: string;
  access_token: string;
  refresh_token: string;
}

export interface Call {
  method?: string;
  token?: string;
  headers?: Record<string, string>;
  json?: unknown;
  body?: BodyInit;
  /** What Cloudflare tells of where the call comes from. */
  cf?: { city?: string; country?: string };
  /** Settings that differ for this call; the bindings are the same. */
  env?: Partial<TestEnv>;
}

/** The bindings as they are, but that `lastMessageAt` knows of every message to the queue of deliveries. */
const watchedEnv: TestEnv = {
  ...testEnv,
  DELIVERIES: new Proxy(testEnv.DELIVERIES, {
    get(target, name) {
      if (name === "send" || name === "sendBatch") lastSent_at = Date.now();
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  }),
};
let lastSent_at = 0;
export const lastMessageAt = (): number => lastSent_at;

/** Calls the Worker as a client would, waits for what it deferred and holds the answer against the contract. */
export async function call(
  path: string,
  { body, cf, env, headers = {}, json, method, token }: Call = {},
): Promise<Response> {
  const request = new Request(`https://bourse.test${path}`, {
    method: method ?? (json === undefined && body === undefined ? "GET" : "POST"),
    headers: {
      ...(json === undefined ? {} : { "content-type": "application/json" }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(json === undefined ? (body === undefined ? {} : { body }) : { body: JSON.stringify(json) }),
    ...(cf === undefined ? {} : { cf }),
  });
  const ctx = createExecutionContext();
  const called = env === undefined ? watchedEnv : { ...watchedEnv, ...env };
  const response = await worker.fetch(request as Parameters<typeof worker.fetch>[0], called, ctx);
  await waitOnExecutionContext(ctx);
  await checkAnswer(request.method, new URL(request.url).pathname, response);
  return response;
}

let minted = 0;

/** A fresh account with a verified address and a desk of its own, logged in; its role there may be lowered. */
export async function newAccount(role?: string, { verified = true } = {}): Promise<Account> {
  minted += 1;
  const name = `trader-${minted}-${crypto.randomUUID().slice(0, 8)}`;
  const login = { email: `${name}@desk.test`, password: "Quiet-Harb0ur-42" };
  const registered = await call("/v1/auth/register", { json: { ...login, username: name } });
  const { user, desk } = await registered.json<{ user: { id: string }; desk: { id: string } }>();
  if (role !== undefined)
    await testEnv.DB.prepare("UPDATE members SET role = ? WHERE user_id = ?").bind(role, user.id).run();
  if (verified)
    await testEnv.DB.prepare("UPDATE users SET email_verified_at = ? WHERE id = ?")
      .bind(Date.now(), user.id)
      .run();
  const logged = await call("/v1/auth/login", { json: login });
  const tokens = await logged.json<{ access_token: string; refresh_token: string }>();
  const { access_token, refresh_token } = tokens;
  const session_id = String(decodeJwt(access_token).sid);
  return {
    ...login,
    username: name,
    user_id: user.id,
    desk_id: desk.id,
    session_id,
    access_token,
    refresh_token,
  };
}

export interface UploadedDocument {
  id: string;
  status: string;
  error: { code: string; message: string } | null;
  job_id: string;
  unit_count: number | null;
  chunk_count: number | null;
  title: string;
  author: string | null;
  job: { id: string; status: string; seq: number } | null;
}

export async function upload(
  token: string,
  bytes: Uint8Array<ArrayBuffer> | string,
  fileName: string,
  fields: Record<string, string> = {},
  headers: Record<string, string> = {},
): Promise<Response> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  form.set("file", new File([bytes], fileName));
  return await call("/v1/documents", { token, body: form, headers });
}

/** Waits until the document's run has ended and settled. */
export async function processed(token: string, id: string, timeout_ms = 25_000): Promise<UploadedDocument> {
  const ends = Date.now() + timeout_ms;
  for (;;) {
    const document = await (await call(`/v1/documents/${id}`, { token })).json<UploadedDocument>();
    if (["completed", "failed", "cancelled"].includes(document.status)) return document;
    if (Date.now() > ends) throw new Error(`still ${document.status}: ${JSON.stringify(document.job)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export async function uploadAndProcess(
  token: string,
  bytes: Uint8Array<ArrayBuffer> | string,
  fileName: string,
) {
  const response = await upload(token, bytes, fileName);
  if (response.status !== 202) throw new Error(`upload: ${response.status} ${await response.text()}`);
  return await processed(token, (await response.json<UploadedDocument>()).id);
}
