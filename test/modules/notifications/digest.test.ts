import { createExecutionContext, createScheduledController, waitOnExecutionContext } from "cloudflare:test";
import { afterEach, describe, expect, it } from "vitest";
import type { PublishedEvent } from "../../../src/modules/events/publish.ts";
import { notificationListener } from "../../../src/modules/notifications/listen.ts";
import { nextDigest } from "../../../src/modules/notifications/policy.ts";
import { sendDigests } from "../../../src/modules/notifications/send-digests.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../../src/platform/clock.ts";
import { Cut, installProbe } from "../../../src/platform/faults.ts";
import { isId, newId } from "../../../src/platform/ids.ts";
import worker from "../../../src/worker.ts";
import { changeBehind } from "../../support/accounts.ts";
import { type Account, newAccount } from "../../support/desk.ts";
import { testEnv } from "../../support/env.ts";
import { eventsWith, happen } from "../../support/events.ts";
import { mailTo } from "../../support/mail.ts";
import { choose, chooseForAll, deskMailsTo } from "../../support/notifications.ts";
import { testPlatform } from "../../support/platform.ts";

const DAILY = { in_product: true, mail: "daily" } as const;
const ALERT = eventsWith("AAPL")["trade.alert"];
/** Midnight of a day that is over, so that what is written on it is due by now. */
const MIDNIGHT = Date.UTC(2026, 2, 27);

const at = (now: number) => ({ ...testPlatform(), clock: { now: () => now } });

function eventFor({ desk_id, user_id }: Account, n = 0): PublishedEvent {
  if (!isId("dsk", desk_id) || !isId("usr", user_id)) throw new Error("no such ids");
  const event = { ...ALERT, data: { ...ALERT.data, quantity: String(n) } };
  return { ...event, id: newId("evt"), desk_id, user_id, created_at: 0 };
}

const digestsTo = async (account: Account) =>
  (await deskMailsTo(account.email)).filter(({ content }) => content.template === "daily_digest");
const makeDue = (account: Account) =>
  testEnv.DB.prepare("UPDATE notification_digests SET due_at = ? WHERE user_id = ?")
    .bind(Date.now() - MINUTE_MS, account.user_id)
    .run();
const states = async ({ user_id }: Account) =>
  (
    await testEnv.DB.prepare(
      "SELECT digest, count(*) AS n FROM notifications WHERE user_id = ? GROUP BY digest",
    )
      .bind(user_id)
      .all<{ digest: string; n: number }>()
  ).results;

async function runCron(): Promise<void> {
  const ctx = createExecutionContext();
  await worker.scheduled(createScheduledController({ cron: "* * * * *" }), testEnv, ctx);
  await waitOnExecutionContext(ctx);
}

afterEach(() => installProbe(undefined));

describe("the hour of a digest", () => {
  it("is the next one to strike, across midnight, months and years, and never now", () => {
    const ends = [MIDNIGHT, Date.UTC(2026, 11, 31), Date.UTC(2028, 1, 28), Date.UTC(2028, 1, 29)];
    for (const day of ends) {
      for (let hour = 0; hour < 24; hour += 1) {
        for (const now of [day, day + hour * HOUR_MS - 1, day + hour * HOUR_MS, day + DAY_MS - 1]) {
          const due_at = nextDigest(now, hour);
          expect(due_at).toBeGreaterThan(now);
          expect(due_at - now).toBeLessThanOrEqual(DAY_MS);
          expect([new Date(due_at).getUTCHours(), due_at % HOUR_MS]).toEqual([hour, 0]);
        }
      }
    }
  });
});

describe("a digest", () => {
  it("reaches its reader as one mail with all that waited, and can be stopped as one", async () => {
    const account = await newAccount();
    await chooseForAll(account, DAILY);
    const { "pnl.daily": pnl, "trade.alert": alert } = eventsWith("AAPL");
    for (const event of [pnl, alert]) await happen(account, event);
    expect(await digestsTo(account)).toEqual([]);
    await makeDue(account);
    await runCron();
    const received = await mailTo(account.email, { subject: /^Your digest of/ });
    expect(received.subject).toMatch(/: 2 notices$/);
    for (const part of [received.text, received.html]) {
      expect(part).toContain("Trade alert: buy 10 AAPL at 187.20");
      expect(part).toContain("An alert came in to buy 10 AAPL at 187.20.");
    }
    expect(received.raw).toMatch(/^List-Unsubscribe-Post: /m);
    expect(received.text).toMatch(/\/unsubscribe\/usr_\w+\.dsk_\w+\.digest\.[\w-]+/);
    expect(await states(account)).toEqual([{ digest: "sent", n: 2 }]);
  });

  it.each([0, 23])(
    "at %i o'clock is sent once a day, and tells each notice once, over any number of timers",
    async (hour) => {
      const account = await newAccount();
      await chooseForAll(account, DAILY, hour);
      let made = 0;
      for (let now = MIDNIGHT; now < MIDNIGHT + 2 * DAY_MS; now += 6 * HOUR_MS - HOUR_MS / 2) {
        await Promise.all([sendDigests(at(now)), sendDigests(at(now)), sendDigests(at(now + 1))]);
        made += 1;
        await notificationListener.hear(at(now + 2), eventFor(account, made));
      }
      await sendDigests(at(MIDNIGHT + 3 * DAY_MS));
      const sent = await digestsTo(account);
      const days = sent.map(({ content }) => content.day);
      expect(new Set(days).size).toBe(days.length);
      expect(days).toEqual(days.toSorted());
      const told = sent.flatMap(({ content }) => content.items?.map(({ title }) => title) ?? []);
      expect(told).toHaveLength(made);
      expect(new Set(told).size).toBe(made);
    },
  );

  it("is sent once a day even where its hour is moved behind the one that was sent", async () => {
    const account = await newAccount();
    await chooseForAll(account, DAILY, 9);
    const morning = MIDNIGHT + 9 * HOUR_MS;
    await notificationListener.hear(at(MIDNIGHT), eventFor(account, 1));
    await sendDigests(at(morning));
    await chooseForAll(account, DAILY, 11);
    await notificationListener.hear(at(morning + 1), eventFor(account, 2));
    await sendDigests(at(morning + 3 * HOUR_MS));
    expect(await digestsTo(account)).toHaveLength(1);
    await sendDigests(at(morning + DAY_MS + 2 * HOUR_MS));
    expect((await digestsTo(account)).map(({ content }) => content.day)).toEqual([
      "2026-03-27",
      "2026-03-28",
    ]);
  });

  it("follows its reader's choice of another hour while it waits", async () => {
    const account = await newAccount();
    await chooseForAll(account, DAILY, 9);
    await happen(account, ALERT);
    const hour = (new Date().getUTCHours() + 5) % 24;
    await chooseForAll(account, DAILY, hour);
    const row = await testEnv.DB.prepare("SELECT due_at FROM notification_digests WHERE user_id = ?")
      .bind(account.user_id)
      .first<{ due_at: number }>();
    expect(new Date(row?.due_at ?? 0).getUTCHours()).toBe(hour);
  });

  it("that comes late, past midnight, stands for its day and takes none from the next", async () => {
    const account = await newAccount();
    await chooseForAll(account, DAILY, 23);
    await notificationListener.hear(at(MIDNIGHT), eventFor(account, 1));
    await sendDigests(at(MIDNIGHT + DAY_MS + 10 * MINUTE_MS));
    await notificationListener.hear(at(MIDNIGHT + DAY_MS + HOUR_MS), eventFor(account, 2));
    await sendDigests(at(MIDNIGHT + DAY_MS + 23 * HOUR_MS));
    expect((await digestsTo(account)).map(({ content }) => content.day)).toEqual([
      "2026-03-27",
      "2026-03-28",
    ]);
  });

  it("shows fifty, and counts the rest as far as it counts", async () => {
    const account = await newAccount();
    await chooseForAll(account, DAILY);
    await happen(account, ALERT);
    const copy = testEnv.DB.prepare(
      `INSERT INTO notifications SELECT 'ntf_' || lower(hex(randomblob(16))), desk_id, user_id,
         'evt_' || lower(hex(randomblob(16))), kind, type, title, body, link, in_product, digest, created_at - value, null
       FROM notifications, (WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n LIMIT ?) SELECT value FROM n)
       WHERE user_id = ?`,
    );
    await copy.bind(59, account.user_id).run();
    await makeDue(account);
    await sendDigests(testPlatform());
    await testEnv.DB.prepare("DELETE FROM notification_digests WHERE user_id = ?")
      .bind(account.user_id)
      .run();
    await happen(account, ALERT);
    await testEnv.DB.prepare("DELETE FROM notifications WHERE user_id = ? AND digest = 'sent'")
      .bind(account.user_id)
      .run();
    await copy.bind(700, account.user_id).run();
    await makeDue(account);
    await sendDigests(testPlatform());
    const [some, many] = await digestsTo(account);
    expect(some?.content).toMatchObject({ more: 10, uncounted: false });
    expect(some?.content.items).toHaveLength(50);
    expect(many?.content).toMatchObject({ more: 450, uncounted: true });
    expect(await states(account)).toEqual([{ digest: "sent", n: 701 }]);
    const { html, text } = await mailTo(account.email, { subject: /more than 500 notices$/ });
    for (const part of [text, html]) expect(part).toContain("… and more than 450 more");
  });

  it("leaves to the next one what came while it was written", async () => {
    const account = await newAccount();
    await chooseForAll(account, DAILY);
    await happen(account, ALERT);
    await makeDue(account);
    const platform = testPlatform();
    const client = platform.db.$client;
    let came = false;
    const batch = async (statements: D1PreparedStatement[]) => {
      if (!came) await happen(account, ALERT);
      came = true;
      return await client.batch(statements);
    };
    const slow = { prepare: (sql: string) => client.prepare(sql), batch };
    const db = new Proxy(platform.db, {
      get: (target, name) => (name === "$client" ? slow : Reflect.get(target, name, target)),
    });
    await sendDigests({ ...platform, db });
    expect(await states(account)).toEqual([
      { digest: "sent", n: 1 },
      { digest: "waiting", n: 1 },
    ]);
    const planned = await testEnv.DB.prepare(
      "SELECT due_at, sent_for FROM notification_digests WHERE user_id = ?",
    )
      .bind(account.user_id)
      .first<{ due_at: number; sent_for: number }>();
    expect(planned?.due_at).toBeGreaterThan(planned?.sent_for ?? Number.NaN);
    await makeDue(account);
    await sendDigests(testPlatform());
    expect(await states(account)).toEqual([{ digest: "sent", n: 2 }]);
  });

  it("that was written before the Worker died is sent once, by the timer", async () => {
    const account = await newAccount();
    await chooseForAll(account, DAILY);
    await happen(account, ALERT);
    await makeDue(account);
    installProbe((border, subject) => {
      if (border === "notice.digested" && subject === account.user_id) throw new Cut(border);
    }, "notice");
    await sendDigests(testPlatform());
    installProbe(undefined);
    await sendDigests(testPlatform());
    const [mail, ...others] = await digestsTo(account);
    expect([mail?.status, others]).toEqual(["queued", []]);
    await testEnv.DB.prepare("UPDATE mails SET due_at = 0 WHERE id = ?").bind(mail?.id).run();
    await runCron();
    await mailTo(account.email, { subject: /^Your digest of/ });
    expect(await digestsTo(account)).toHaveLength(1);
  });

  it("tells nothing that its reader has switched off meanwhile, and is not sent where that was all", async () => {
    const account = await newAccount();
    await chooseForAll(account, DAILY);
    await happen(account, ALERT);
    await happen(account, eventsWith("AAPL")["job.failed"]);
    await choose(account, { trade_alert: { in_product: true, mail: "off" }, job: DAILY });
    await makeDue(account);
    await sendDigests(testPlatform());
    const [digest] = await digestsTo(account);
    expect(digest?.content.items?.map(({ title }) => title)).toEqual(["Job failed: library.ingest"]);
    await testEnv.DB.prepare("UPDATE notification_digests SET sent_for = 0 WHERE user_id = ?")
      .bind(account.user_id)
      .run();
    await happen(account, eventsWith("AAPL")["job.failed"]);
    await choose(account, {});
    await makeDue(account);
    await sendDigests(testPlatform());
    expect(await digestsTo(account)).toHaveLength(1);
  });

  it.each([
    ["has left the desk", "DELETE FROM members WHERE user_id = ?"],
    ["is deactivated", "UPDATE users SET status = 'deactivated' WHERE id = ?"],
    ["has no address of their own any more", "UPDATE users SET email_verified_at = NULL WHERE id = ?"],
  ])("goes to nobody who %s before it is due", async (_, sql) => {
    const account = await newAccount();
    await chooseForAll(account, DAILY);
    await happen(account, ALERT);
    await changeBehind([account.user_id], sql, account.user_id);
    await makeDue(account);
    await sendDigests(testPlatform());
    expect(await digestsTo(account)).toEqual([]);
    expect(await states(account)).toEqual([{ digest: "none", n: 1 }]);
    const due = await testEnv.DB.prepare("SELECT due_at FROM notification_digests WHERE user_id = ?")
      .bind(account.user_id)
      .first();
    expect(due).toEqual({ due_at: null });
  });
});

it("notifications are forgotten after ninety days, and none before", async () => {
  const account = await newAccount();
  await notificationListener.hear(at(Date.now() - 91 * DAY_MS), eventFor(account));
  await notificationListener.hear(at(Date.now() - 89 * DAY_MS), eventFor(account));
  const controller = createScheduledController({ cron: "17 3 * * *" });
  await worker.scheduled(controller, testEnv, createExecutionContext());
  expect(await states(account)).toEqual([{ digest: "none", n: 1 }]);
});

it("is not put off a day by a choice that is saved while it is due", async () => {
  const account = await newAccount();
  await chooseForAll(account, DAILY);
  await happen(account, ALERT);
  await makeDue(account);
  await choose(account, { trade_alert: DAILY });
  await runCron();
  expect(await digestsTo(account)).toHaveLength(1);
});
