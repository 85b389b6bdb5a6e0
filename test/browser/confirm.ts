import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import type { Page } from "playwright-core";

const TOKEN = "prf_019a3b5c7d8e7f00a1b2c3d4e5f60718.k2h1n0bY8l0yTg2w0b6r6q0l7uA2m1c3d4e5f6g7h8i";

interface Asked {
  path: string;
  body: unknown;
  authorization: string | undefined;
}

type Answer = { status: number; body: unknown };

/** Stands in for the API, so that what the page sends can be seen; tests of the routes are elsewhere. */
async function answerWith(page: Page, answers: Record<string, Answer>): Promise<Asked[]> {
  const asked: Asked[] = [];
  await page.route("**/v1/**", async (route) => {
    const { pathname } = new URL(route.request().url());
    const authorization = await route.request().headerValue("authorization");
    asked.push({
      path: pathname,
      body: JSON.parse(route.request().postData() ?? "null"),
      authorization: authorization ?? undefined,
    });
    const { body, status } = answers[pathname] ?? { status: 204, body: undefined };
    const json = JSON.stringify(body);
    await route.fulfill({ status, contentType: "application/json", ...(json ? { body: json } : {}) });
  });
  return asked;
}

async function open(page: Page, site: string, purpose: string): Promise<void> {
  const seen: string[] = [];
  page.on("request", (request) => seen.push(request.url()));
  await page.goto(`${site}/confirm#${purpose}=${TOKEN}`);
  await page.getByRole("button").filter({ visible: true }).waitFor();
  strictEqual(page.url(), `${site}/confirm`, "the token stays in the address bar");
  ok(!(await page.content()).includes(TOKEN), "the token stands in the page");
  ok(!seen.some((url) => url.replace(/#.*/, "").includes(TOKEN)), "the token was sent in a URL");
}

const outcomeOf = (page: Page) => page.getByRole("status").filter({ hasText: /\w/ }).textContent();
const press = (page: Page, name: string) => page.getByRole("button", { name }).click();
const TOKENS = { access_token: "access", refresh_token: "refresh", token_type: "bearer", expires_in: 900 };

type Check = (page: Page, site: string) => Promise<void>;

/** The flows of the page that mails link to, each as what a person does and what is sent for it. */
export const CONFIRM_CHECKS: Record<string, Check> = {
  "confirms an address at the press of a button, and not before": async (page, site) => {
    const asked = await answerWith(page, {});
    await open(page, site, "verify_email");
    deepStrictEqual(asked, []);
    await press(page, "Confirm this address");
    match((await outcomeOf(page)) ?? "", /confirmed/);
    const sent = { path: "/v1/auth/email/verify", body: { token: TOKEN }, authorization: undefined };
    deepStrictEqual(asked, [sent]);
  },

  "sets a password": async (page, site) => {
    const asked = await answerWith(page, {});
    await open(page, site, "reset_password");
    await page.getByLabel("New password").fill("Quiet-Harb0ur-42");
    await press(page, "Set the new password");
    match((await outcomeOf(page)) ?? "", /new password is set/);
    deepStrictEqual(
      asked.map(({ body }) => body),
      [{ token: TOKEN, new_password: "Quiet-Harb0ur-42" }],
    );
  },

  "joins a desk with a second factor, and ends the session that it opened": async (page, site) => {
    const asked = await answerWith(page, {
      "/v1/auth/login": { status: 200, body: { mfa_required: true, mfa_token: "half" } },
      "/v1/auth/mfa/verify": { status: 200, body: TOKENS },
      "/v1/invitations/accept": { status: 200, body: {} },
    });
    await open(page, site, "invitation");
    await page.getByLabel("E-mail or username").fill("ada@desk.test");
    await page.getByLabel("Password", { exact: true }).fill("Quiet-Harb0ur-42");
    await press(page, "Log in and accept");
    await page.getByLabel("Code").fill(" 123456 ");
    await press(page, "Accept the invitation");
    match((await outcomeOf(page)) ?? "", /member of the desk/);
    deepStrictEqual(asked, [
      {
        path: "/v1/auth/login",
        body: { email: "ada@desk.test", password: "Quiet-Harb0ur-42" },
        authorization: undefined,
      },
      { path: "/v1/auth/mfa/verify", body: { mfa_token: "half", code: "123456" }, authorization: undefined },
      { path: "/v1/invitations/accept", body: { token: TOKEN }, authorization: "Bearer access" },
      { path: "/v1/auth/logout", body: { refresh_token: "refresh" }, authorization: undefined },
    ]);
  },
};

/** The same for a refusal, of which the browser itself complains in the console. */
export async function checkRefusal(page: Page, site: string): Promise<void> {
  const problem = {
    status: 422,
    detail: "The request does not fit its schema.",
    errors: [{ path: "new_password", code: "too_short", message: "<b>takes 8 characters</b>" }],
  };
  await answerWith(page, { "/v1/auth/password/reset": { status: 422, body: problem } });
  await open(page, site, "reset_password");
  await page.getByLabel("New password").fill("short");
  await press(page, "Set the new password");
  const told = (await page.getByRole("alert").filter({ hasText: /\w/ }).textContent()) ?? "";
  match(told, /does not fit its schema.*new password: <b>takes 8 characters<\/b>/);
  ok(await page.getByLabel("New password").isVisible(), "there is no second try");
}
