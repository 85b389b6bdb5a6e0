import { createExecutionContext, createMessageBatch, getQueueResult } from "cloudflare:test";
import type { MailContent } from "../../src/modules/delivery/mail-content.ts";
import { mailMessage } from "../../src/modules/delivery/send-mail.ts";
import type { Mail } from "../../src/modules/delivery/store.ts";
import { type MailId, newId } from "../../src/platform/ids.ts";
import worker from "../../src/worker.ts";
import { type TestEnv, testEnv } from "./env.ts";

/** An address of its own; what it starts with decides how the SMTP server acts, see test/support/mailbox/server.ts. */
export const newAddress = (start = "ada"): string => `${start}-${crypto.randomUUID().slice(0, 8)}@desk.test`;

/** A mail in the database that nobody was told to send. */
export async function writeMail(
  recipient: string,
  content: MailContent = { template: "password_changed", username: "ada" },
  written_at = Date.now(),
): Promise<MailId> {
  const id = newId("mai");
  const sql = "INSERT INTO mails (id, recipient, content, due_at, created_at) VALUES (?, ?, ?, ?, ?)";
  await testEnv.DB.prepare(sql).bind(id, recipient, JSON.stringify(content), written_at, written_at).run();
  return id;
}

/** Hands the bodies to the Worker as one batch of a queue. */
export async function deliverBodies(bodies: unknown[], env: TestEnv = testEnv, queue = "deliveries") {
  const messages = bodies.map((body) => ({
    id: crypto.randomUUID(),
    timestamp: new Date(),
    attempts: 1,
    body,
  }));
  const batch = createMessageBatch(queue, messages);
  const ctx = createExecutionContext();
  await worker.queue(batch, env, ctx);
  return await getQueueResult(batch, ctx);
}

export const deliver = (id: MailId, env: TestEnv = testEnv) => deliverBodies([mailMessage(id)], env);

export async function mailRow(id: MailId): Promise<Omit<Mail, "content">> {
  const row = await testEnv.DB.prepare("SELECT * FROM mails WHERE id = ?").bind(id).first<Mail>();
  if (row === null) throw new Error(`no mail ${id}`);
  return row;
}

/** Lets the wait until the next attempt pass. */
export async function makeDue(id: MailId, due_at = 0): Promise<void> {
  await testEnv.DB.prepare("UPDATE mails SET due_at = ? WHERE id = ?").bind(due_at, id).run();
}
