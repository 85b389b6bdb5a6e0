import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { selectReaders } from "../../../src/modules/directory/reader-store.ts";
import type { DeskEvent } from "../../../src/modules/events/catalogue.ts";
import { MAX_READERS } from "../../../src/modules/notifications/policy.ts";
import { selectShownOfEvent } from "../../../src/modules/notifications/store.ts";
import { Cut, installProbe } from "../../../src/platform/faults.ts";
import { isId, newId } from "../../../src/platform/ids.ts";
import { changeBehind } from "../../support/accounts.ts";
import { deliver, makeDue } from "../../support/deliveries.ts";
import { type Account, newAccount, uploadAndProcess } from "../../support/desk.ts";
import { testEnv } from "../../support/env.ts";
import { eventsWith, happen, publish, writeEvent } from "../../support/events.ts";
import { deskOf } from "../../support/jobs.ts";
import { mailsTo, mailTo } from "../../support/mail.ts";
import { join, newColleague } from "../../support/members.ts";
import { choose, chooseForAll, deskMailsTo, noticesOf, writeNotice } from "../../support/notifications.ts";
import { testPlatform } from "../../support/platform.ts";

const EVENTS = eventsWith("AAPL");
const ALERT = EVENTS["trade.alert"];
const JOB = EVENTS["job.failed"];
const BOTH = { in_product: true, mail: "immediate" } as const;

/** Lets a published event be told again, as after a crash before it was known as published. */
const unpublish = (id: string) =>
  testEnv.DB.prepare("UPDATE events SET published_at = NULL WHERE id = ?").bind(id).run();
const noticesFor = async (user: string) =>
  (await testEnv.DB.prepare("SELECT * FROM notifications WHERE user_id = ?").bind(user).all()).results;
/** Besides these, an account has the mail of its registration. */
const OF_A_DESK = /^(?!Confirm your address)/;
const sentTo = async ({ email }: Account) =>
  (await mailsTo(email)).filter(({ subject }) => OF_A_DESK.test(subject));
const cutAt = (at: string) =>
  installProbe((border, subject) => {
    if (border === "notice.written" && subject === at) throw new Cut(border);
  }, "notice");

afterEach(() => installProbe(undefined));

describe("an event", () => {
  let told: Account;
  beforeAll(async () => {
    told = await newAccount();
    await chooseForAll(told, BOTH);
  });

  it.each(Object.entries<DeskEvent>(EVENTS))(
    "%s: is told in the product and by a mail that says the same and can be stopped",
    async (type, event) => {
      const id = await happen(told, event);
      const data = (await noticesOf(told)).data.filter(({ event_id }) => event_id === id);
      expect(data).toMatchObject([
        { event_id: id, type, read_at: null, link: expect.stringMatching(/^\/v1\//) },
      ]);
      const received = await mailTo(told.email, { subject: new RegExp(data[0]?.title ?? "nothing") });
      expect(received.text).toContain(data[0]?.body);
      expect(received.text).toContain(`https://bourse.test${data[0]?.link}`);
      const url = /^List-Unsubscribe: <(https:\/\/bourse\.test\/unsubscribe\/[\w.-]+)>\r$/m.exec(
        received.raw.replaceAll(/\r\n[ \t]+/g, " "),
      )?.[1];
      expect(received.raw).toMatch(/^List-Unsubscribe-Post: List-Unsubscribe=One-Click\r$/m);
      expect(received.text).toContain(url ?? "no link");
      expect(received.html).toContain(url ?? "no link");
    },
  );

  it("of a real job is told to whoever started it, once it has ended", async () => {
    await uploadAndProcess(told.access_token, "# Rule\n\nBuy low.\n", "rule.md");
    const ofJob = async () =>
      (await noticesOf(told)).data.filter(({ title }) => title === "Job succeeded: library.ingest");
    await vi.waitFor(async () => expect(await ofJob()).toHaveLength(2), { timeout: 15_000 });
  });

  it("webhook.test: is for programs and told to nobody", async () => {
    const account = await newAccount();
    await chooseForAll(account, BOTH);
    await happen(account, { type: "webhook.test", data: { webhook_id: "whk_1" } });
    expect(await noticesFor(account.user_id)).toEqual([]);
    expect(await deskMailsTo(account.email)).toEqual([]);
  });

  it("is told once, however often and at once its message comes", async () => {
    const account = await newAccount();
    const id = await writeEvent(account, ALERT);
    await Promise.all([publish(id), publish(id), publish(id)]);
    await publish(id);
    await unpublish(id);
    await publish(id);
    await mailTo(account.email, { subject: OF_A_DESK });
    expect(await noticesFor(account.user_id)).toHaveLength(1);
    expect(await deskMailsTo(account.email)).toHaveLength(1);
    expect(await sentTo(account)).toHaveLength(1);
  });

  it("whose telling is cut after it was written is told once all the same, by its message or by the timer", async () => {
    const account = await newAccount();
    const id = await writeEvent(account, ALERT);
    cutAt(id);
    const cut = await publish(id);
    expect(cut.retryMessages).toHaveLength(1);
    installProbe(undefined);
    const [mail] = await deskMailsTo(account.email);
    if (mail === undefined || !isId("mai", mail.id)) throw new Error("no mail was written");
    expect(mail.status).toBe("queued");
    await makeDue(mail.id);
    await deliver(mail.id);
    await publish(id);
    expect(await noticesFor(account.user_id)).toHaveLength(1);
    expect(await deskMailsTo(account.email)).toMatchObject([{ id: mail.id, status: "sent" }]);
    expect(await sentTo(account)).toHaveLength(1);
  });
});

describe("whom an event concerns", () => {
  it("is the one member whom it names, and no other of the desk", async () => {
    const [boss, trader] = [await newAccount(), await newAccount()];
    await join(trader, boss, "trader");
    await happen({ desk_id: boss.desk_id, user_id: trader.user_id }, JOB);
    expect(await noticesFor(trader.user_id)).toHaveLength(1);
    expect(await noticesFor(boss.user_id)).toEqual([]);
  });

  it("are the desk's admins where it names nobody", async () => {
    const boss = await newAccount();
    const [admin, manager] = [
      await newColleague(boss.desk_id, "admin"),
      await newColleague(boss.desk_id, "manager"),
    ];
    await happen({ desk_id: boss.desk_id, user_id: null }, JOB);
    expect(await noticesFor(boss.user_id)).toHaveLength(1);
    expect(await noticesFor(admin)).toHaveLength(1);
    expect(await noticesFor(manager)).toEqual([]);
  });

  it("are fifty of many admins, found by an index without a look at the other members", async () => {
    const boss = await newAccount();
    for (let n = 0; n < MAX_READERS + 1; n += 1) await newColleague(boss.desk_id, "admin");
    const id = await happen({ desk_id: boss.desk_id, user_id: null }, JOB);
    const told = await testEnv.DB.prepare("SELECT count(*) AS n FROM notifications WHERE event_id = ?")
      .bind(id)
      .first<{ n: number }>();
    expect(told?.n).toBe(MAX_READERS);
    const { db } = testPlatform();
    const query = selectReaders(db, newId("dsk"), null, MAX_READERS).toSQL();
    const plan = testEnv.DB.prepare(`EXPLAIN QUERY PLAN ${query.sql}`).bind(...query.params);
    const { results } = await plan.all<{ detail: string }>();
    expect(results.map(({ detail }) => detail)).toContainEqual(expect.stringContaining("members_by_role"));
  });

  it.each<[string, (account: Account) => Promise<void>]>([
    [
      "has left the desk",
      ({ user_id }) => changeBehind([user_id], "DELETE FROM members WHERE user_id = ?", user_id),
    ],
    [
      "is deactivated",
      ({ user_id }) =>
        changeBehind([user_id], "UPDATE users SET status = 'deactivated' WHERE id = ?", user_id),
    ],
    [
      "was on a desk that closed",
      ({ desk_id }) => changeBehind([desk_id], "UPDATE desks SET closed_at = 1 WHERE id = ?", desk_id),
    ],
  ])("is nobody who %s", async (_, go) => {
    const account = await newAccount();
    await chooseForAll(account, BOTH);
    await go(account);
    await happen(account, ALERT);
    await happen({ ...account, user_id: null }, ALERT);
    expect(await noticesFor(account.user_id)).toEqual([]);
    expect(await deskMailsTo(account.email)).toEqual([]);
  });
});

describe("how somebody is told", () => {
  it("is decided by their choice for the kind: listed, mailed, both or neither", async () => {
    const account = await newAccount();
    await choose(account, {
      job: { in_product: false, mail: "immediate" },
      trade_alert: { in_product: true, mail: "off" },
      batch: { in_product: false, mail: "off" },
    });
    for (const event of [JOB, ALERT, EVENTS["batch.completed"]]) await happen(account, event);
    expect((await noticesOf(account, "include=unread_count")).data.map(({ kind }) => kind)).toEqual([
      "trade_alert",
    ]);
    expect((await deskMailsTo(account.email)).map(({ content }) => content.template)).toEqual([
      "job_finished",
    ]);
  });

  it("is by no mail while nobody has shown that the address is theirs", async () => {
    const account = await newAccount(undefined, { verified: false });
    await chooseForAll(account, BOTH);
    await happen(account, ALERT);
    await chooseForAll(account, { in_product: true, mail: "daily" });
    await happen(account, ALERT);
    expect((await noticesOf(account)).data).toHaveLength(2);
    expect(await deskMailsTo(account.email)).toEqual([]);
  });

  it("is over their live feed too, where there is one, and a feed that fails stops nothing", async () => {
    const [account, hidden] = [await newAccount(), await newAccount()];
    await join(hidden, account, "admin");
    await testEnv.DB.prepare(
      'INSERT INTO notification_preferences VALUES (?, ?, \'{"job":{"in_product":false,"mail":"daily"}}\', 7, 1, 1)',
    )
      .bind(account.desk_id, hidden.user_id)
      .run();
    const told: [string, unknown][] = [];
    const feedThat = (tell: (name: string, item: unknown) => Promise<void>) => ({
      ...testEnv,
      USER_FEED: {
        getByName: (name: string) => ({ tell: (item: unknown) => tell(name, item) }),
      } as unknown as DurableObjectNamespace,
    });
    const id = await writeEvent({ ...account, user_id: null }, JOB);
    const failed = await publish(
      id,
      feedThat(async () => Promise.reject(new Error("away"))),
    );
    expect(failed.explicitAcks).toHaveLength(1);
    await unpublish(id);
    await publish(
      id,
      feedThat(async (name, item) => void told.push([name, item])),
    );
    const [notice] = (await noticesOf(account)).data;
    const { body, created_at, link, title, type } = notice ?? {};
    expect(told).toEqual([
      [`${account.desk_id}/${account.user_id}`, { id: notice?.id, type, title, body, link, created_at }],
    ]);
  });
});

it("reads of a desk's notices only those of the event that it tells the feeds of", async () => {
  const account = await newAccount();
  for (let n = 0; n < 30; n += 1) await writeNotice(account);
  const event = await happen(account, ALERT);
  const { cost, db } = testPlatform();
  expect(await selectShownOfEvent(db, deskOf(account), event)).toHaveLength(1);
  expect(cost.d1_rows_read).toBeLessThanOrEqual(2);
  expect(await selectShownOfEvent(db, newId("dsk"), event)).toEqual([]);
});
