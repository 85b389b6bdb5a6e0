import type { Choice, Kind } from "../../src/modules/notifications/policy.ts";
import { DEFAULTS, KINDS } from "../../src/modules/notifications/policy.ts";
import { type Account, call } from "./desk.ts";
import { testEnv } from "./env.ts";

export interface Notice {
  id: string;
  event_id: string;
  kind: string;
  type: string;
  title: string;
  body: string;
  link: string;
  created_at: string;
  read_at: string | null;
}

export interface NoticePage {
  data: Notice[];
  has_more: boolean;
  unread_count?: number;
}

export async function noticesOf({ access_token: token }: Account, query = "limit=100"): Promise<NoticePage> {
  const answer = await call(`/v1/notifications?${query}`, { token });
  if (answer.status !== 200) throw new Error(`notices: ${answer.status} ${await answer.text()}`);
  return await answer.json<NoticePage>();
}

/** Sets the account's choices, the defaults but for these. */
export async function choose(
  { access_token: token }: Account,
  kinds: Partial<Record<Kind, Choice>>,
  digest_hour = DEFAULTS.digest_hour,
): Promise<void> {
  const answer = await call("/v1/me/notification-preferences", {
    method: "PUT",
    token,
    headers: { "if-match": "*" },
    json: { kinds: { ...DEFAULTS.kinds, ...kinds }, digest_hour },
  });
  if (answer.status !== 200) throw new Error(`choice: ${answer.status} ${await answer.text()}`);
}

/** The same choice for every kind. */
export const chooseForAll = (account: Account, choice: Choice, digest_hour?: number): Promise<void> =>
  choose(account, Object.fromEntries(KINDS.map((kind) => [kind, choice])), digest_hour);

export interface WrittenMail {
  id: string;
  status: string;
  content: {
    template: string;
    items?: { title: string }[];
    more?: number;
    uncounted?: boolean;
    day?: string;
  };
}

/** The desk's mails to this address as they are in the database, sent or not. */
export async function deskMailsTo(email: string): Promise<WrittenMail[]> {
  const { results } = await testEnv.DB.prepare(
    "SELECT id, status, content FROM mails WHERE recipient = ? AND desk_id IS NOT NULL ORDER BY created_at, id",
  )
    .bind(email)
    .all<{ id: string; status: string; content: string }>();
  return results.map((row) => ({ ...row, content: JSON.parse(row.content) }));
}

let written = 0;

/** A notice of its own event by SQL alone, as `newDesk` needs one. */
export async function writeNotice(
  { desk_id, user_id }: Pick<Account, "desk_id" | "user_id">,
  fields: Partial<Record<"read_at" | "created_at", number>> = {},
): Promise<string> {
  const newId = (prefix: string) => `${prefix}_${crypto.randomUUID().replaceAll("-", "")}`;
  const id = newId("ntf");
  written += 1;
  await testEnv.DB.prepare(
    `INSERT INTO notifications (id, desk_id, user_id, event_id, kind, type, title, body, link, in_product, digest,
       created_at, read_at)
     VALUES (?, ?, ?, ?, 'job', 'job.succeeded', ?, 'A job of the type library.ingest has succeeded.', '/v1/jobs', 1,
       'none', ?, ?)`,
  )
    .bind(
      ...[id, desk_id, user_id, newId("evt"), `Job succeeded: ${written}`],
      ...[fields.created_at ?? Date.now(), fields.read_at ?? null],
    )
    .run();
  return id;
}
