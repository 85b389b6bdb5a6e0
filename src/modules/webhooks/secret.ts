import { seal, unseal } from "../../platform/crypto.ts";
import type { WebhookId } from "../../platform/ids.ts";

const PREFIX = "whsec_";
/** As long as the digest, in the 24 to 64 bytes of Standard Webhooks. */
const SECRET_BYTES = 32;

const ownerOf = (id: WebhookId) => `webhook:${id}`;
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");

export interface MadeSecret {
  /** `whsec_<base64>`, for the caller alone. */
  shown: string;
  sealed: string;
}

export async function newSecret(data_secret: string, id: WebhookId): Promise<MadeSecret> {
  const bytes = crypto.getRandomValues(new Uint8Array(SECRET_BYTES));
  return { shown: PREFIX + base64(bytes), sealed: await seal(data_secret, ownerOf(id), bytes) };
}

export const openSecret = (data_secret: string, id: WebhookId, sealed: string) =>
  unseal(data_secret, ownerOf(id), sealed);

/** The value of `webhook-signature`, by the Standard Webhooks scheme: one signature for each secret in force. */
export async function signatureOf(
  secrets: Uint8Array<ArrayBuffer>[],
  { body, id, timestamp }: { id: string; timestamp: number; body: string },
): Promise<string> {
  const signed = new TextEncoder().encode(`${id}.${timestamp}.${body}`);
  const signatures = await Promise.all(
    secrets.map(async (secret) => {
      const algorithm = { name: "HMAC", hash: "SHA-256" };
      const key = await crypto.subtle.importKey("raw", secret, algorithm, false, ["sign"]);
      return `v1,${base64(new Uint8Array(await crypto.subtle.sign("HMAC", key, signed)))}`;
    }),
  );
  return signatures.join(" ");
}
