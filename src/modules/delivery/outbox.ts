import { routeNotFound } from "../../http/problem.ts";
import { isLoopback } from "../../platform/addresses.ts";
import { isoTime } from "../../platform/clock.ts";
import type { Platform } from "../../platform/platform.ts";
import { escapeHtml } from "./mail-parts.ts";
import { renderMail } from "./render.ts";
import { latestMails, type Mail } from "./store.ts";

const SHOWN = 50;
const PATH = "/outbox";

export interface Visitor {
  /** The name by which the page was asked for, and the address that asked. */
  host: string;
  address: string;
}

/**
 * The newest mails of a Worker on the developer's own machine, whole and with their tokens. Everywhere else, for any
 * other machine, and under a name that is not this machine's (a page that rebinds its name to loopback), it is a 404.
 */
export async function showOutbox(platform: Platform, { address, host }: Visitor): Promise<string> {
  const { db, settings } = platform;
  const isLocal = settings.ENVIRONMENT === "local" || settings.ENVIRONMENT === "test";
  const isOwnName = isLoopback(host) || host === new URL(settings.PUBLIC_ORIGIN).hostname;
  if (!isLocal || !isOwnName || !isLoopback(address)) throw routeNotFound(PATH);
  const mails = await latestMails(db, SHOWN);
  return page(await Promise.all(mails.map((mail) => article(platform, mail))));
}

async function article({ settings }: Platform, mail: Mail): Promise<string> {
  const { body_html, subject, text } = await renderMail(settings, mail);
  const state = mail.error === null ? mail.status : `${mail.status}: ${mail.error}`;
  return `<article>
<h2>${escapeHtml(subject)}</h2>
<dl>
<dt>To</dt><dd>${escapeHtml(mail.recipient)}</dd>
<dt>Written</dt><dd>${escapeHtml(isoTime(mail.created_at))}</dd>
<dt>State</dt><dd>${escapeHtml(state)}, attempts: ${mail.attempts}</dd>
</dl>
<section aria-label="Mail">
${body_html}
</section>
<details><summary>As plain text</summary><pre>${escapeHtml(text)}</pre></details>
</article>`;
}

const STYLE = `
:root { color-scheme: light dark; font: 1.0625rem / 1.6 system-ui, sans-serif; }
main { max-width: 46rem; margin: 2rem auto; padding: 0 1.5rem; }
article { border-top: 1px solid; padding: 1rem 0; }
dl { display: grid; grid-template-columns: max-content auto; gap: 0 1rem; }
dd { margin: 0; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; }
`;

const page = (articles: string[]): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Outbox of this machine</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>Outbox of this machine</h1>
<p>The newest ${SHOWN} mails of all desks. Only this machine can see this page, and only where the Worker runs locally.</p>
${articles.length === 0 ? "<p>No mail has been written yet.</p>" : articles.join("\n")}
</main>
</body>
</html>
`;
