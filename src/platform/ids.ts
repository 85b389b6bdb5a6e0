import { z } from "@hono/zod-openapi";
import { uuidv7 } from "uuidv7";

export type IdPrefix =
  | "usr"
  | "dsk"
  | "ses"
  | "key"
  | "inv"
  | "prf"
  | "mai"
  | "doc"
  | "chk"
  | "job"
  | "evt"
  | "bat"
  | "fil"
  | "dst"
  | "bkt"
  | "opt"
  | "exp"
  | "whk"
  | "whd"
  | "ntf"
  | "aud"
  | "out"
  | "ded"
  | "req"
  | "lea";

/** `doc_0190…`: a prefix that names the kind and 32 hex digits; made ids are UUIDv7 and so sort by time. */
export type Id<P extends IdPrefix> = `${P}_${string}`;
export type UserId = Id<"usr">;
export type DeskId = Id<"dsk">;
export type SessionId = Id<"ses">;
export type KeyId = Id<"key">;
export type InvitationId = Id<"inv">;
export type ProofId = Id<"prf">;
export type MailId = Id<"mai">;
export type DocumentId = Id<"doc">;
export type ChunkId = Id<"chk">;
export type JobId = Id<"job">;
export type BatchId = Id<"bat">;
export type FileId = Id<"fil">;
export type DatasetId = Id<"dst">;
export type RunId = Id<"bkt" | "opt" | "exp">;
export type EventId = Id<"evt">;
export type WebhookId = Id<"whk">;
export type WebhookDeliveryId = Id<"whd">;
export type NotificationId = Id<"ntf">;
export type DeadLetterId = Id<"ded">;

export function newId<P extends IdPrefix>(prefix: P): Id<P> {
  return `${prefix}_${uuidv7().replaceAll("-", "")}`;
}

export function isId<P extends IdPrefix>(prefix: P, text: string): text is Id<P> {
  return text.length === prefix.length + 33 && new RegExp(`^${prefix}_[0-9a-f]{32}$`).test(text);
}

/** The zod schema of an id; its type is the branded template, so no cast is needed behind it. */
export function idSchema<P extends IdPrefix>(prefix: P) {
  return z
    .custom<Id<P>>(
      (value) => typeof value === "string" && isId(prefix, value),
      `must be an id like ${prefix}_…`,
    )
    .openapi({ type: "string", pattern: `^${prefix}_[0-9a-f]{32}$`, example: exampleId(prefix) });
}

/** The same where there may be none. */
export const nullableId = <P extends IdPrefix>(prefix: P) =>
  idSchema(prefix)
    .nullable()
    .openapi({ type: ["string", "null"] });

export function exampleId<P extends IdPrefix>(prefix: P): Id<P> {
  return `${prefix}_019a3b5c7d8e7f00a1b2c3d4e5f60718`;
}
