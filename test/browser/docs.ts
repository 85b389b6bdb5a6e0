import { type Browser, chromium, type Page } from "playwright-core";
import { withWorker } from "../../bench/server.ts";
import { runMain } from "../../scripts/project.ts";
import { CONFIRM_CHECKS, checkRefusal } from "./confirm.ts";

const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
/** No name resolves, so nothing but the server's own address can be reached. */
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
];

const TITLE = "Bourse";
const OPERATION = "Search the library";

interface Case {
  path: string;
  /** What stands on the page once it is ready. */
  texts: string[];
}

const CASES: Case[] = [
  { path: "/", texts: [TITLE] },
  { path: "/docs", texts: [TITLE, "/v1/search"] },
  { path: "/redoc", texts: [TITLE, OPERATION] },
  { path: "/confirm", texts: ["Open this page by the link in your mail"] },
  { path: "/outbox", texts: ["Outbox of this machine"] },
];

/** Everything that the page may not do: ask another host, complain in its console, fail a request, throw. */
async function watched(browser: Browser, origin: string): Promise<{ page: Page; complaints: string[] }> {
  const page = await browser.newPage();
  const complaints: string[] = [];
  await page.route("**/*", async (route) => {
    const address = new URL(route.request().url());
    if (address.origin === origin || address.protocol === "data:" || address.protocol === "blob:") {
      return await route.continue();
    }
    complaints.push(`asked another host: ${address.href}`);
    await route.abort();
  });
  page.on("console", (message) => {
    const ours = message.type() === "warning" && message.location().url.startsWith(origin);
    if (ours || message.type() === "error") complaints.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => complaints.push(`threw: ${error.message}`));
  page.on("response", (answer) => {
    if (answer.status() >= 400) complaints.push(`${answer.status()} for ${answer.url()}`);
  });
  return { page, complaints };
}

const WAIT_MS = 30_000;
const SCROLL_MS = 250;

/** Scrolls down to the text as a reader does: of a long contract Swagger UI draws only what is near the window. */
async function shows(page: Page, text: string): Promise<boolean> {
  const shown = page.getByText(text).filter({ visible: true }).first();
  for (let waited_ms = 0; waited_ms < WAIT_MS; waited_ms += SCROLL_MS) {
    if (await shown.isVisible()) return true;
    await page.mouse.wheel(0, 400);
    await page.waitForTimeout(SCROLL_MS);
  }
  return false;
}

async function check(browser: Browser, origin: string, { path, texts }: Case): Promise<string[]> {
  const { complaints, page } = await watched(browser, origin);
  const answer = await page.goto(`${origin}${path}`, { waitUntil: "load" });
  const csp = answer?.headers()["content-security-policy"] ?? "";
  if (!csp.includes("frame-ancestors 'none'")) complaints.push(`no strict CSP, but "${csp}"`);
  for (const text of texts) {
    if (!(await shows(page, text))) complaints.push(`does not show "${text}"`);
  }
  await page.waitForTimeout(1_000);
  await page.close();
  return complaints;
}

function report(name: string, complaints: string[]): void {
  console.log(`${complaints.length === 0 ? "ok    " : "FAILED"}  ${name}`);
  for (const complaint of complaints) console.error(`        ${complaint}`);
  if (complaints.length > 0) process.exitCode = 1;
}

await runMain(async () => {
  await withWorker({}, async ({ site }) => {
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
    try {
      for (const each of CASES) report(each.path, await check(browser, site, each));
      for (const [name, checkConfirm] of Object.entries(CONFIRM_CHECKS)) {
        const { complaints, page } = await watched(browser, site);
        await checkConfirm(page, site).catch((error: unknown) => complaints.push(String(error)));
        await page.close();
        report(`/confirm ${name}`, complaints);
      }
      const refused = await watched(browser, site);
      await checkRefusal(refused.page, site).catch((error: unknown) =>
        refused.complaints.push(String(error)),
      );
      report(
        "/confirm tells why a password was refused",
        refused.complaints.filter((complaint) => !complaint.includes("422")),
      );
    } finally {
      await browser.close();
    }
  });
});
