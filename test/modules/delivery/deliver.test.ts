import { createExecutionContext, createScheduledController } from "cloudflare:test";
import { afterEach, describe, expect, it, vi } from "vitest";
import { MAX_ATTEMPTS } from "../../../src/modules/delivery/policy.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../../src/platform/clock.ts";
import { Cut, installProbe } from "../../../src/platform/faults.ts";
import { newId } from "../../../src/platform/ids.ts";
import worker from "../../../src/worker.ts";
import { deliver, deliverBodies, mailRow, makeDue, newAddress, writeMail } from "../../support/deliveries.ts";
import { testEnv } from "../../support/env.ts";
import { mailsTo, mailTo } from "../../support/mail.ts";

const DOWN = { ...testEnv, SMTP_URL: testEnv.TEST_SMTP_URLS.down };
const { SMTP_URL: _, ...WITHOUT_SMTP } = testEnv;

const runCron = async (cron: string) =>
  await worker.scheduled(createScheduledController({ cron }), testEnv, createExecutionContext());

/** What the Worker logs meanwhile. */
async function logOf(work: () => Promise<unknown>): Promise<string> {
  const spies = [vi.spyOn(console, "log"), vi.spyOn(console, "error")];
  for (const spy of spies) spy.mockImplementation(() => {});
  await work();
  const lines = spies.flatMap((spy) => spy.mock.calls.map(([line]) => String(line)));
  for (const spy of spies) spy.mockRestore();
  return lines.join("\n");
}

afterEach(() => installProbe(undefined));

describe("a mail", () => {
  it("is sent by its message and then known as sent", async () => {
    const to = newAddress();
    const id = await writeMail(to);
    const result = await deliver(id);
    expect(result.explicitAcks).toHaveLength(1);
    expect(await mailTo(to)).toMatchObject({
      subject: "Your password was changed",
      mail: { messageId: `<${id}@bourse.example>` },
    });
    expect(await mailRow(id)).toMatchObject({ status: "sent", attempts: 1, error: null });
  });

  it("is sent once, however often and at once its message comes", async () => {
    const to = newAddress("slow");
    const id = await writeMail(to);
    await Promise.all([deliver(id), deliver(id), deliver(id)]);
    await deliver(id);
    expect(await mailsTo(to)).toHaveLength(1);
    expect(await mailRow(id)).toMatchObject({ status: "sent", attempts: 1 });
  });

  it("that a server took before the Worker died is sent again under the same Message-ID, and no sooner", async () => {
    const to = newAddress();
    const id = await writeMail(to);
    installProbe((border, subject) => {
      if (border === "mail.accepted" && subject === id) throw new Cut(border);
    }, "mail");
    await deliver(id);
    installProbe(undefined);
    await deliver(id);
    expect(await mailsTo(to)).toHaveLength(1);
    await makeDue(id);
    await deliver(id);
    const ids = (await mailsTo(to)).map(({ mail }) => mail.messageId);
    expect(ids).toEqual([`<${id}@bourse.example>`, `<${id}@bourse.example>`]);
    expect(await mailRow(id)).toMatchObject({ status: "sent", attempts: 2 });
  });

  it("that the server can't take now waits in its row, and goes once the server takes it", async () => {
    const id = await writeMail(newAddress("busy"));
    const before = Date.now();
    const result = await deliver(id);
    expect(result).toMatchObject({ retryMessages: [] });
    const row = await mailRow(id);
    expect(row).toMatchObject({ status: "queued", attempts: 1, error: expect.stringMatching(/450 4\.2\.0/) });
    expect(row.due_at - before).toBeGreaterThanOrEqual(MINUTE_MS);
    const mended = newAddress();
    await testEnv.DB.prepare("UPDATE mails SET recipient = ?, due_at = 0 WHERE id = ?")
      .bind(mended, id)
      .run();
    await deliver(id);
    expect(await mailsTo(mended)).toHaveLength(1);
    expect(await mailRow(id)).toMatchObject({ status: "sent", attempts: 2, error: null });
  });

  it("that the server will never take has failed at once, with what the server said", async () => {
    const id = await writeMail(newAddress("nobody"));
    await deliver(id);
    expect(await mailRow(id)).toMatchObject({
      status: "failed",
      attempts: 1,
      error: expect.stringMatching(/550 5\.1\.1 no such mailbox/),
    });
  });

  it("for a server that is down is tried eight times over a day, each later than the last, and has failed then", async () => {
    const id = await writeMail(newAddress());
    const waits: number[] = [];
    for (let attempt = 1; attempt < MAX_ATTEMPTS; attempt += 1) {
      const before = Date.now();
      await deliver(id, DOWN);
      const row = await mailRow(id);
      expect(row).toMatchObject({ status: "queued", attempts: attempt });
      waits.push(row.due_at - before);
      await makeDue(id);
    }
    await deliver(id, DOWN);
    expect(await mailRow(id)).toMatchObject({ status: "failed", attempts: MAX_ATTEMPTS });
    expect((await mailRow(id)).error).not.toBe(null);
    expect(waits).toEqual(waits.toSorted((a, b) => a - b));
    const all_ms = waits.reduce((sum, wait) => sum + wait, 0);
    expect(all_ms).toBeGreaterThan(20 * HOUR_MS);
    expect(all_ms).toBeLessThan(DAY_MS);
  });

  it("whose attempts never came to an end is given up too", async () => {
    const id = await writeMail(newAddress());
    await testEnv.DB.prepare("UPDATE mails SET attempts = ? WHERE id = ?").bind(MAX_ATTEMPTS, id).run();
    await deliver(id);
    expect(await mailRow(id)).toMatchObject({ status: "failed", error: expect.stringMatching(/No attempt/) });
  });

  it("with a link that has expired is not sent any more", async () => {
    const to = newAddress();
    const content = {
      template: "reset_password",
      proof: newId("prf"),
      username: "ada",
      by_admin: false,
    } as const;
    const id = await writeMail(to, content, Date.now() - HOUR_MS);
    await deliver(id);
    expect(await mailRow(id)).toMatchObject({ status: "failed", error: expect.stringMatching(/expired/) });
    expect(await mailsTo(to)).toEqual([]);
  });

  it("of a template that this version doesn't know is tried again and fails no other", async () => {
    const [unknown, to] = [await writeMail(newAddress()), newAddress()];
    const id = await writeMail(to);
    await testEnv.DB.prepare("UPDATE mails SET content = ? WHERE id = ?")
      .bind(JSON.stringify({ template: "carrier_pigeon" }), unknown)
      .run();
    await deliverBodies([unknown, id].map((id) => ({ version: 1, type: "mail.send", id })));
    expect(await mailRow(unknown)).toMatchObject({ status: "queued", error: expect.stringMatching(/made/) });
    expect(await mailsTo(to)).toHaveLength(1);
  });
});

describe("without an SMTP server", () => {
  it.each(["staging", "production"])("a mail in %s waits, and the log says why", async (ENVIRONMENT) => {
    const id = await writeMail(newAddress());
    const log = await logOf(() => deliver(id, { ...WITHOUT_SMTP, ENVIRONMENT }));
    expect(log).toMatch(/"level":"error".*SMTP_URL is not set/);
    expect(await mailRow(id)).toMatchObject({
      status: "queued",
      attempts: 1,
      error: expect.stringMatching(/SMTP_URL/),
    });
  });

  it.each(["local", "test"])(
    "a mail in %s is written to the log, but for what it opens",
    async (ENVIRONMENT) => {
      const to = newAddress();
      const proof = newId("prf");
      const id = await writeMail(to, { template: "verify_email", proof, username: "ada" });
      const log = await logOf(() => deliver(id, { ...WITHOUT_SMTP, ENVIRONMENT }));
      expect(log).toContain(to);
      expect(log).toContain("Confirm your address");
      expect(log).toContain("(shown at /outbox)");
      expect(log).not.toContain(proof);
      expect(await mailRow(id)).toMatchObject({ status: "sent", error: null });
      expect(await mailsTo(to)).toEqual([]);
    },
  );
});

describe("the queue of deliveries", () => {
  it("keeps poison as a dead letter, acknowledges it and goes on", async () => {
    const to = newAddress();
    const id = await writeMail(to);
    const good = { version: 1, type: "mail.send", id: id };
    const marked = crypto.randomUUID();
    const poison = [
      `text ${marked}`,
      { ...good, version: 2, marked },
      { ...good, marked },
      { version: 1, marked },
    ];
    const result = await deliverBodies([...poison, good]);
    expect(result.retryMessages).toEqual([]);
    expect(result.explicitAcks).toHaveLength(5);
    const { results } = await testEnv.DB.prepare(
      "SELECT body, queue FROM dead_letters WHERE instr(body, ?) > 0",
    )
      .bind(marked)
      .all<{ body: string; queue: string }>();
    expect(results.map(({ body }) => JSON.parse(body))).toEqual(expect.arrayContaining(poison));
    expect(results.every(({ queue }) => queue === "deliveries")).toBe(true);
    expect(await mailsTo(to)).toHaveLength(1);
  });

  it("takes a message without a mail for done", async () => {
    const result = await deliver(newId("mai"));
    expect(result).toMatchObject({ retryMessages: [], explicitAcks: [expect.any(String)] });
  });

  it("gets its messages in every environment, whatever their queue is called there", async () => {
    const to = newAddress();
    const id = await writeMail(to);
    await deliverBodies([{ version: 1, type: "mail.send", id: id }], testEnv, "deliveries-production");
    expect(await mailsTo(to)).toHaveLength(1);
  });

  it("asks again for a message whose mail could not be looked up", async () => {
    const id = await writeMail(newAddress());
    const broken = new Proxy(testEnv.DB, {
      get: () => () => {
        throw new Error("D1 is away");
      },
    });
    const result = await deliver(id, { ...testEnv, DB: broken });
    expect(result.retryMessages).toHaveLength(1);
    expect(await mailRow(id)).toMatchObject({ status: "queued", attempts: 0 });
  });
});

describe("the timer", () => {
  it("sends what a request had no time to send, and what is due again", async () => {
    const [forgotten, again, later] = [newAddress(), newAddress(), newAddress()];
    await writeMail(forgotten, undefined, Date.now() - 2 * MINUTE_MS);
    const retried = await writeMail(again);
    await deliver(retried, DOWN);
    await makeDue(retried, Date.now() - 2 * MINUTE_MS);
    const waiting = await writeMail(later);
    await deliver(waiting, DOWN);
    await runCron("* * * * *");
    await mailTo(forgotten);
    await mailTo(again);
    expect(await mailRow(waiting)).toMatchObject({ status: "queued", attempts: 1 });
    expect(await mailsTo(later)).toEqual([]);
  });

  it("reads due mails from their index, however many were sent", async () => {
    const { results } = await testEnv.DB.prepare(
      "EXPLAIN QUERY PLAN SELECT id FROM mails WHERE status = 'queued' AND due_at <= ? ORDER BY due_at LIMIT 100",
    )
      .bind(Date.now())
      .all<{ detail: string }>();
    expect(results.map(({ detail }) => detail)).toEqual([expect.stringContaining("mails_due")]);
  });

  it("forgets mails after thirty days, sent or not, and none before", async () => {
    const old = await writeMail(newAddress(), undefined, Date.now() - 31 * DAY_MS);
    const young = await writeMail(newAddress(), undefined, Date.now() - 29 * DAY_MS);
    await testEnv.DB.prepare("UPDATE mails SET status = 'sent' WHERE id IN (?, ?)").bind(old, young).run();
    await runCron("17 3 * * *");
    await expect(mailRow(old)).rejects.toThrow(/no mail/);
    expect(await mailRow(young)).toMatchObject({ id: young });
  });
});
