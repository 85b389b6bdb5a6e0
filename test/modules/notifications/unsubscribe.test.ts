import { describe, expect, it, vi } from "vitest";
import { unsubscribeToken } from "../../../src/modules/delivery/unsubscribe-token.ts";
import { KINDS } from "../../../src/modules/notifications/policy.ts";
import { isId } from "../../../src/platform/ids.ts";
import { auditOf, changeBehind } from "../../support/accounts.ts";
import { problemOf } from "../../support/answers.ts";
import { type Account, type Call, call, newAccount } from "../../support/desk.ts";
import { testEnv } from "../../support/env.ts";
import { eventsWith, happen } from "../../support/events.ts";
import { mailTo } from "../../support/mail.ts";
import { chooseForAll, deskMailsTo } from "../../support/notifications.ts";

const ALERT = eventsWith("AAPL")["trade.alert"];
const JOB = eventsWith("AAPL")["job.failed"];

/** The path of the link in a mail that the account really got. */
async function linkIn(account: Account, event = ALERT): Promise<string> {
  await chooseForAll(account, { in_product: true, mail: "immediate" });
  await happen(account, event);
  const { text } = await mailTo(account.email, { subject: /^(Trade alert|Job)/ });
  return /https:\/\/bourse\.test(\/unsubscribe\/\S+)/.exec(text)?.[1] ?? "";
}

const post = (path: string, options: Call = {}) => call(path, { method: "POST", ...options });
const preferencesOf = async ({ access_token: token }: Account) =>
  await (await call("/v1/me/notification-preferences", { token })).json<{
    kinds: Record<string, { in_product: boolean; mail: string }>;
  }>();
const stoppedFor = async (account: Account) => {
  const { kinds } = await preferencesOf(account);
  return KINDS.filter((kind) => kinds[kind]?.mail === "off");
};
const form = (body: BodyInit, type: string): Call => ({ body, headers: { "content-type": type } });
const multipart = () => {
  const body = new FormData();
  body.set("List-Unsubscribe", "One-Click");
  return { body };
};

describe("the link in a mail", () => {
  it("only asks when it is opened, as mail programs do by themselves", async () => {
    const account = await newAccount();
    const path = await linkIn(account);
    for (const method of ["GET", "HEAD", "GET"]) {
      const page = await call(path, { method });
      expect(page.status).toBe(200);
      if (method === "HEAD") continue;
      const html = await page.text();
      expect(html).toContain('<form method="post">');
      expect(html).toContain("Stop mail about trade alerts");
      expect(html).not.toMatch(/<script|https?:/);
    }
    expect(await stoppedFor(account)).toEqual([]);
    expect((await auditOf(account.desk_id)).map(({ action }) => action)).not.toContain(
      "notifications.unsubscribe",
    );
  });

  it("opens a page that loads nothing from elsewhere, stands in no frame and tells nobody its address", async () => {
    const path = await linkIn(await newAccount());
    for (const answer of [await call(path), await post(path)]) {
      expect(answer.headers.get("content-type")).toMatch(/^text\/html/);
      expect(answer.headers.get("content-security-policy")).toBe(
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
      );
      expect(answer.headers.get("referrer-policy")).toBe("no-referrer");
      expect(answer.headers.get("cache-control")).toBe("no-store");
      expect(answer.headers.get("x-robots-tag")).toBe("noindex");
    }
  });

  it.each<[string, () => Call]>([
    ["the form of RFC 8058", () => form("List-Unsubscribe=One-Click", "application/x-www-form-urlencoded")],
    ["the same as multipart", multipart],
    ["no body", () => ({})],
  ])("stops mail of its kind by one POST with %s and no credential", async (_, options) => {
    const account = await newAccount();
    const path = await linkIn(account);
    const answer = await post(path, options());
    expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining("have stopped")]);
    expect(await stoppedFor(account)).toEqual(["trade_alert"]);
    await happen(account, ALERT);
    await happen(account, JOB);
    expect((await deskMailsTo(account.email)).map(({ content }) => content.template)).toEqual([
      "trade_alert",
      "job_finished",
    ]);
    const { kinds } = await preferencesOf(account);
    expect(kinds.trade_alert).toEqual({ in_product: true, mail: "off" });
  });

  it("may be used again and at once, and is audited where it changed something, in its reader's name", async () => {
    const account = await newAccount();
    const path = await linkIn(account);
    const answers = await Promise.all([post(path), post(path), post(path)]);
    answers.push(await post(path));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    const rows = (await auditOf(account.desk_id)).filter(
      ({ action }) => action === "notifications.unsubscribe",
    );
    expect(rows).toEqual([
      { action: "notifications.unsubscribe", actor: account.user_id, target: account.user_id },
    ]);
  });

  it("in a digest stops all that comes by digest, and no other mail", async () => {
    const account = await newAccount();
    const one = await linkIn(account);
    const [user = "", desk = ""] = one.slice("/unsubscribe/".length).split(".");
    if (!isId("usr", user) || !isId("dsk", desk)) throw new Error(`no ids in ${one}`);
    const token = await unsubscribeToken(testEnv.TOKEN_SECRET, { user, desk, topic: "digest" });
    const path = `/unsubscribe/${token}`;
    await post(path);
    expect(await stoppedFor(account)).toEqual([]);
    await chooseForAll(account, { in_product: true, mail: "daily" });
    await post(path);
    expect(await stoppedFor(account)).toEqual([...KINDS]);
  });

  it("does nothing more for somebody who has left", async () => {
    const account = await newAccount();
    const path = await linkIn(account);
    await changeBehind([account.user_id], "DELETE FROM members WHERE user_id = ?", account.user_id);
    expect((await post(path)).status).toBe(200);
    expect((await auditOf(account.desk_id)).map(({ action }) => action)).not.toContain(
      "notifications.unsubscribe",
    );
  });
});

describe("a token that we never made", () => {
  it("is a 404 that tells nothing, whatever is wrong with it, and changes nothing", async () => {
    const [account, other] = [await newAccount(), await newAccount()];
    const path = await linkIn(account);
    const [user = "", desk = "", topic = "", proof = ""] = path.slice("/unsubscribe/".length).split(".");
    const forged = [
      [other.user_id, desk, topic, proof],
      [user, other.desk_id, topic, proof],
      [user, desk, "job", proof],
      [user, desk, "digest", proof],
      [user, desk, topic, proof.slice(0, -1)],
      [user, desk, topic, `${proof}A`],
      [user, desk, topic, proof, "x"],
      [user, desk, topic],
      ["x"],
      ["' OR 1=1 --"],
      ["a".repeat(5_000)],
    ].map((parts) => `/unsubscribe/${encodeURIComponent(parts.join("."))}`);
    for (const wrong of forged) {
      for (const answer of [await call(wrong), await post(wrong)]) {
        expect(answer.status, wrong).toBe(404);
        expect((await problemOf(answer)).code).toBe("request.no_such_route");
      }
    }
    for (const each of [account, other]) {
      expect((await auditOf(each.desk_id)).map(({ action }) => action)).not.toContain(
        "notifications.unsubscribe",
      );
    }
  });

  it("and one that we made stand in no log", async () => {
    const path = await linkIn(await newAccount());
    const spy = vi.spyOn(console, "log").mockImplementation(() => {});
    await post(path);
    await call(`${path}x`);
    const lines = spy.mock.calls.map(([line]) => String(line));
    spy.mockRestore();
    expect(lines.filter((line) => line.includes("/unsubscribe/[redacted]"))).toHaveLength(2);
    expect(lines.join("\n")).not.toContain(path.split(".").at(-1));
  });
});
