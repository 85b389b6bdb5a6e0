import { createMiddleware } from "hono/factory";
import { sha256Hex } from "../platform/crypto.ts";
import type { AppContext, AppEnv, Caller } from "./app-env.ts";
import { maxFileBytes } from "./body.ts";
import { type AnswerKey, claimKey, releaseKey, type StoredAnswer, storeAnswer } from "./idempotency-store.ts";
import { invalidInput, Problem } from "./problem.ts";

const KEPT_HEADERS = ["content-type", "location", "etag"];

/** Thrown to end a request with the answer that its key already has. */
export class Replay extends Error {
  readonly answer: StoredAnswer;

  constructor(answer: StoredAnswer) {
    super("replayed");
    this.answer = answer;
  }

  toResponse(): Response {
    const { body, headers, status } = this.answer;
    // A 204 may have no body at all, not even an empty one.
    return new Response(body === "" ? null : body, {
      status,
      headers: { ...headers, "Idempotent-Replayed": "true" },
    });
  }
}

const stillRunning = () =>
  new Problem(409, "idempotency.running", "The first call with this Idempotency-Key is still running.");
const otherBody = () =>
  new Problem(
    422,
    "idempotency.other_body",
    "This Idempotency-Key was used with another body, or by another caller.",
  );

export const KEY_PATTERN = /^[\x21-\x7e]{1,255}$/;
/** Answers that are nothing but a secret are never kept. */
const NEVER_STORED = /^\/v1\/(auth|tickets)(\/|$)|\/(impersonate|links)$/;

/** Whether a POST to this path can be repeated by its key. */
export function takesIdempotencyKey(path: string): boolean {
  return !NEVER_STORED.test(path);
}

/** Names what is kept of an answer that shows a secret this once: its replay gives that instead. */
export function keepInstead(c: AppContext, body: object): void {
  c.set("bodyToKeep", JSON.stringify(body));
}

/** An answer belongs to the person, or to the key, that got it: others of the desk may not be allowed to see it. */
const ownerOf = ({ credential, user }: Caller): string => (credential.kind === "key" ? credential.id : user);

/** `Idempotency-Key` on any POST of a known caller: one success per key, desk and route, replayed for 24 hours. */
export const idempotency = createMiddleware<AppEnv>(async (c, next) => {
  const key = c.req.header("idempotency-key");
  const { caller, platform } = c.var;
  const applies = key !== undefined && c.req.method === "POST" && caller && takesIdempotencyKey(c.req.path);
  c.set("claimAnswer", async () => {});
  c.set("bodyToKeep", undefined);
  if (!applies) return await next();
  if (!KEY_PATTERN.test(key)) {
    throw invalidInput([
      { path: "Idempotency-Key", code: "bad_key", message: "takes 1 to 255 visible ASCII characters" },
    ]);
  }
  const route = `${c.req.method} ${c.req.path}`;
  const at: AnswerKey = { desk: caller.desk, route, key };
  let claimed = false;
  const claim = async (content: string) => {
    const fingerprint = `${ownerOf(caller)}:${content}`;
    const held = await claimKey(platform.db, at, fingerprint, platform.clock.now());
    if (held === undefined) claimed = true;
    else if (held.fingerprint !== fingerprint) throw otherBody();
    else if (held.status === null) throw stillRunning();
    else throw new Replay({ status: held.status, headers: held.headers ?? {}, body: held.body ?? "" });
  };
  c.set("claimAnswer", claim);
  // Routes that read a stream fingerprint it themselves, by `claimAnswer`.
  if (maxFileBytes(route) === undefined)
    await claim(await sha256Hex(new Uint8Array(await c.req.arrayBuffer())));
  await next();
  if (!claimed) return;
  if (c.res.status >= 300) await releaseKey(platform.db, at);
  else await storeAnswer(platform.db, at, await answerOf(c));
});

async function answerOf({ res: response, var: { bodyToKeep } }: AppContext): Promise<StoredAnswer> {
  const kept = KEPT_HEADERS.flatMap((name) => {
    const value = response.headers.get(name);
    return value === null ? [] : [[name, value]];
  });
  return {
    status: response.status,
    headers: Object.fromEntries(kept),
    body: bodyToKeep ?? (await response.clone().text()),
  };
}
