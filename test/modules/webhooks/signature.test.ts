import { Webhook as Verifier } from "standardwebhooks";
import { afterEach, describe, expect, it, vi } from "vitest";
import { DAY_MS, MINUTE_MS } from "../../../src/platform/clock.ts";
import { type Account, call, newAccount } from "../../support/desk.ts";
import { testEnv } from "../../support/env.ts";
import type { ReceivedCall } from "../../support/receiver/server.ts";
import { makeWebhook, newBox, send, type TestWebhook, waitingDelivery } from "../../support/webhooks.ts";

afterEach(() => {
  vi.useRealTimers();
});

async function newReceiver() {
  const [desk, box] = [await newAccount(), newBox()];
  const webhook = await makeWebhook(desk, { url: box.url });
  return { desk, box, webhook };
}

/** Tells the webhook of one more event and gives what came. */
async function told(desk: Account, webhook: TestWebhook, box: { calls(): Promise<ReceivedCall[]> }) {
  await send((await waitingDelivery(desk, webhook)).id);
  const last = (await box.calls()).at(-1);
  if (last === undefined) throw new Error("nothing came");
  return last;
}

const verifies = (secret: string, { body, headers }: ReceivedCall): boolean => {
  try {
    new Verifier(secret).verify(body, headers);
    return true;
  } catch {
    return false;
  }
};

async function rotate(desk: Account, { id }: TestWebhook, key?: string): Promise<Response> {
  const headers: Record<string, string> = key === undefined ? {} : { "idempotency-key": key };
  return await call(`/v1/webhooks/${id}/rotate-secret`, {
    method: "POST",
    token: desk.access_token,
    headers,
  });
}

describe("a signature", () => {
  it("is what a receiver with a Standard Webhooks library verifies", async () => {
    const { box, desk, webhook } = await newReceiver();
    expect(webhook.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const sent = await told(desk, webhook, box);
    expect(new Verifier(webhook.secret).verify(sent.body, sent.headers)).toEqual(JSON.parse(sent.body));
    expect(sent.headers["webhook-signature"]).toMatch(/^v1,[A-Za-z0-9+/]{43}=$/);
  });

  it("holds for this body, id and time alone, and for no other webhook's secret", async () => {
    const { box, desk, webhook } = await newReceiver();
    const other = await makeWebhook(desk);
    const sent = await told(desk, webhook, box);
    const later = String(Number(sent.headers["webhook-timestamp"]) + 1);
    expect(verifies(webhook.secret, sent)).toBe(true);
    expect(verifies(other.secret, sent)).toBe(false);
    expect(verifies(webhook.secret, { ...sent, body: `${sent.body} ` })).toBe(false);
    for (const change of [{ "webhook-id": "evt_other" }, { "webhook-timestamp": later }])
      expect(verifies(webhook.secret, { ...sent, headers: { ...sent.headers, ...change } })).toBe(false);
  });

  it("is made by both secrets for a day after a rotation, and then by the new one alone", async () => {
    const { box, desk, webhook } = await newReceiver();
    const { secret } = await (await rotate(desk, webhook)).json<TestWebhook>();
    expect(secret).not.toBe(webhook.secret);
    const during = await told(desk, webhook, box);
    expect(during.headers["webhook-signature"]?.split(" ")).toHaveLength(2);
    expect([webhook.secret, secret].map((one) => verifies(one, during))).toEqual([true, true]);
    vi.useFakeTimers({ now: Date.now() + DAY_MS + MINUTE_MS, toFake: ["Date"] });
    const after = await told(desk, webhook, box);
    expect([webhook.secret, secret].map((one) => verifies(one, after))).toEqual([false, true]);
  });

  it("is made by no secret but the last two", async () => {
    const { box, desk, webhook } = await newReceiver();
    const second = await (await rotate(desk, webhook)).json<TestWebhook>();
    const third = await (await rotate(desk, webhook)).json<TestWebhook>();
    const sent = await told(desk, webhook, box);
    const all = [webhook, second, third].map(({ secret }) => verifies(secret, sent));
    expect(all).toEqual([false, true, true]);
  });
});

describe("a secret", () => {
  it("is shown when it is made and never again: not read, listed, replayed or stored in the open", async () => {
    const desk = await newAccount();
    const token = desk.access_token;
    const headers = { "idempotency-key": crypto.randomUUID() };
    const json = { url: newBox().url, events: ["*"] };
    const made = await (await call("/v1/webhooks", { token, json, headers })).json<TestWebhook>();
    const replayed = await call("/v1/webhooks", { token, json, headers });
    expect(replayed.headers.get("idempotent-replayed")).toBe("true");
    const key = crypto.randomUUID();
    const rotated = await (await rotate(desk, made, key)).json<TestWebhook>();
    expect([made, rotated].every(({ secret }) => secret.startsWith("whsec_"))).toBe(true);
    const shown = [
      await replayed.text(),
      await (await rotate(desk, made, key)).text(),
      await (await call(`/v1/webhooks/${made.id}`, { token })).text(),
      await (await call("/v1/webhooks", { token })).text(),
    ];
    const stored = ["webhooks", "idempotency_keys", "audit_log"].map(async (table) =>
      JSON.stringify((await testEnv.DB.prepare(`SELECT * FROM ${table}`).all()).results),
    );
    for (const text of [...shown, ...(await Promise.all(stored))])
      for (const { secret } of [made, rotated]) expect(text).not.toContain(secret.slice("whsec_".length, 40));
    for (const text of shown) expect(text).not.toContain("whsec_");
  });

  it("opens for its own webhook alone, even where rows are swapped", async () => {
    const { box, desk, webhook } = await newReceiver();
    const other = await makeWebhook(desk);
    const { id } = await waitingDelivery(desk, webhook);
    const swap = "UPDATE webhooks SET secret = (SELECT secret FROM webhooks WHERE id = ?) WHERE id = ?";
    await testEnv.DB.prepare(swap).bind(other.id, webhook.id).run();
    await send(id);
    expect(await box.calls()).toEqual([]);
  });
});
