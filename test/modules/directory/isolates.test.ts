import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { changeBehind, logIn } from "../../support/accounts.ts";
import { newSuperAdmin } from "../../support/admin.ts";
import { type Account, type Call, call, newAccount } from "../../support/desk.ts";
import { newIsolate } from "../../support/isolates.ts";
import { join, makeKey, tokenOn } from "../../support/members.ts";
import { codeOf, enroll, mfa } from "../../support/mfa.ts";

let elsewhere: Awaited<ReturnType<typeof newIsolate>>;
let admin: Account;
beforeAll(async () => {
  elsewhere = await newIsolate();
  admin = await newSuperAdmin();
});
afterEach(() => {
  vi.useRealTimers();
});

/** How a caller stands by an answer of `GET /v1/me`: role and plan, or the status of the refusal. */
async function standingBy(answer: Response): Promise<string> {
  if (answer.status !== 200) return String(answer.status);
  const { desk, role } = await answer.json<{ desk: { plan: string }; role: string }>();
  return `${role} on ${desk.plan}`;
}
const here = async (token: string) => await standingBy(await call("/v1/me", { token }));
const there = async (token: string) => await standingBy(await elsewhere("/v1/me", token));

interface Change {
  token: string;
  change: () => Promise<unknown>;
  before?: string;
  after?: string;
}

const own = "admin on enterprise";
const guest = "trader on enterprise";
const send = (path: string, { access_token: token }: { access_token: string }, options: Call) =>
  call(path, { token, ...options });
const edit = (of: Account, json: object) =>
  send(`/v1/admin/users/${of.user_id}`, admin, { method: "PATCH", json, headers: { "if-match": "*" } });

async function newGuest() {
  const [host, account] = [await newAccount(), await newAccount()];
  await join(account, host, "trader");
  const path = `/v1/desks/${host.desk_id}/members/${account.user_id}`;
  return { host, path, token: await tokenOn(account, host.desk_id) };
}

const CHANGES: Record<string, () => Promise<Change>> = {
  "a revoked session": async () => {
    const account = await newAccount();
    const { access_token: token } = await logIn(account);
    const path = `/v1/me/sessions/${account.session_id}`;
    const other = { access_token: token };
    return { token: account.access_token, change: () => send(path, other, { method: "DELETE" }) };
  },
  "a log-out": async () => {
    const { access_token: token, refresh_token } = await newAccount();
    return { token, change: () => call("/v1/auth/logout", { json: { refresh_token } }) };
  },
  "a revoked key": async () => {
    const account = await newAccount();
    const { id, key } = await makeKey(account);
    return { token: key, change: () => send(`/v1/api-keys/${id}`, account, { method: "DELETE" }) };
  },
  "a removed member": async () => {
    const { host, path, token } = await newGuest();
    return { token, before: guest, change: () => send(path, host, { method: "DELETE" }) };
  },
  "a changed role": async () => {
    const { host, path, token } = await newGuest();
    const change = () => send(path, host, { method: "PATCH", json: { role: "viewer" } });
    return { token, before: guest, change, after: "viewer on enterprise" };
  },
  "a deactivated user": async () => {
    const account = await newAccount();
    return { token: account.access_token, change: () => edit(account, { status: "deactivated" }) };
  },
  "a user who is deactivated while a session of theirs is in force": async () => {
    const { access_token: token, user_id } = await newAccount();
    const sql = "UPDATE users SET status = 'deactivated' WHERE id = ?";
    return { token, change: () => changeBehind([user_id], sql, user_id) };
  },
  "a changed password": async () => {
    const account = await newAccount();
    const { access_token: token } = await logIn(account);
    const json = { current_password: account.password, new_password: "Loud-Harb0ur-43" };
    return { token, change: () => send("/v1/auth/password/change", account, { json }) };
  },
  "a second factor that is turned on": async () => {
    const account = await newAccount();
    const { access_token: token } = await logIn(account);
    const { secret } = await enroll(account);
    return { token, change: () => mfa("activate", account, codeOf(secret)) };
  },
  "a changed plan": async () => {
    const account = await newAccount();
    const change = () => edit(account, { plan: "free" });
    return { token: account.access_token, change, after: "admin on free" };
  },
};

describe("a change of how somebody stands", () => {
  it.each(Object.entries(CHANGES))(
    "%s: holds at once here and within two seconds in every other isolate, however warm",
    async (_, prepare) => {
      const { after = "401", before = own, change, token } = await prepare();
      for (const ask of [here, there, there]) expect(await ask(token)).toBe(before);
      const answer = await change();
      if (answer instanceof Response) expect(answer.status).toBeLessThan(300);
      const holds_at = Date.now() + 2_000;
      expect(await here(token)).toBe(after);
      while (Date.now() < holds_at && (await there(token)) !== after)
        await new Promise((resolve) => setTimeout(resolve, 100));
      expect(await there(token)).toBe(after);
    },
  );

  it("holds after two seconds in an isolate that nobody asked meanwhile", async () => {
    const account = await newAccount();
    expect(await there(account.access_token)).toBe(own);
    await call("/v1/auth/logout-all", { method: "POST", token: account.access_token });
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 2_000 });
    expect(await there(account.access_token)).toBe("401");
  });
});

describe("an isolate that knows a caller", () => {
  it("asks D1 nothing for their next calls", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
    const { access_token: token } = await newAccount();
    const costs: (string | null)[] = [];
    for (let n = 0; n < 4; n += 1) costs.push((await elsewhere("/v1/me", token)).headers.get("bourse-cost"));
    expect(costs[0]).toMatch(/d1_queries=/);
    for (const cost of costs.slice(1)) expect(cost).not.toMatch(/d1_/);
  });
});
