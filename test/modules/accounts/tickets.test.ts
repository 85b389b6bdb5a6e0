import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { logIn } from "../../support/accounts.ts";
import { closeOf } from "../../support/answers.ts";
import { type Account, call, newAccount } from "../../support/desk.ts";
import { testEnv } from "../../support/env.ts";
import { openSocket } from "../../support/watch.ts";
import { unknownId } from "../../support/world.ts";

let account: Account;
beforeAll(async () => {
  account = await newAccount();
});
afterEach(() => {
  vi.useRealTimers();
});

async function newTicket(token = account.access_token): Promise<{ ticket: string; expires_at: string }> {
  const answer = await call("/v1/tickets", { method: "POST", token });
  expect(answer.status).toBe(201);
  return await answer.json();
}

/** 4404 says that the ticket was good, since nobody has this job; 4401 that it wasn't. */
async function codeWith(ticket: string): Promise<number> {
  const headers = { "sec-websocket-protocol": `bourse.v1, ticket.${ticket}` };
  const { response, socket } = await openSocket(undefined, `/v1/jobs/${unknownId("job")}/socket`, headers);
  expect(response.headers.get("sec-websocket-protocol"), "never the ticket itself").toBe("bourse.v1");
  return (await closeOf(socket)).code;
}

describe("a ticket", () => {
  it("opens one socket and no second", async () => {
    const { ticket } = await newTicket();
    expect(await codeWith(ticket)).toBe(4404);
    expect(await codeWith(ticket)).toBe(4401);
  });

  it("opens one socket of many that ask at once", async () => {
    const { ticket } = await newTicket();
    const codes = await Promise.all([1, 2, 3, 4].map(() => codeWith(ticket)));
    expect(codes.sort()).toEqual([4401, 4401, 4401, 4404]);
  });

  it("is good for thirty seconds", async () => {
    const [early, late] = [await newTicket(), await newTicket()];
    const ends = Date.parse(early.expires_at);
    expect(ends - Date.now()).toBeLessThanOrEqual(30_000);
    vi.useFakeTimers({ toFake: ["Date"], now: ends - 500 });
    expect(await codeWith(early.ticket)).toBe(4404);
    vi.setSystemTime(Date.parse(late.expires_at) + 1);
    expect(await codeWith(late.ticket)).toBe(4401);
  });

  it("dies with the session that asked for it", async () => {
    const { access_token, refresh_token } = await logIn(account);
    const { ticket } = await newTicket(access_token);
    await call("/v1/auth/logout", { json: { refresh_token } });
    expect(await codeWith(ticket)).toBe(4401);
  });

  it("has the rights that its user has by then", async () => {
    const own = await newAccount();
    const { ticket } = await newTicket(own.access_token);
    await testEnv.DB.prepare("DELETE FROM members WHERE user_id = ?").bind(own.user_id).run();
    expect(await codeWith(ticket)).toBe(4401);
  });

  it("is kept as a hash only, and is no credential elsewhere", async () => {
    const { ticket } = await newTicket();
    const { results } = await testEnv.DB.prepare("SELECT hash FROM tickets").all<{ hash: string }>();
    expect(JSON.stringify(results)).not.toContain(ticket);
    expect((await call("/v1/me", { token: ticket })).status).toBe(401);
    expect((await call(`/v1/me?ticket=${ticket}`)).status).toBe(401);
  });
});
