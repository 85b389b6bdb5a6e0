import type { Settings } from "../../env.ts";
import { isoTime } from "../../platform/clock.ts";
import { proofToken } from "../../platform/proof-token.ts";
import { linkEnds } from "./policy.ts";
import type { Mail } from "./store.ts";
import { type Letter, letterOf } from "./templates.ts";

export interface RenderedMail {
  subject: string;
  text: string;
  html: string;
  /** What stands in the body of `html`, for a page that shows it among others. */
  body_html: string;
}

/** A part of a mail: what is said, what opens something, or what is only to be copied. */
type Part = { say: string } | { open: string; label: string } | { copy: string };

/** The mail as it is sent. Its token is made here and kept nowhere; `token` stands in for it where it must not be shown. */
export async function renderMail(
  { PUBLIC_ORIGIN, TOKEN_SECRET }: Settings,
  { content, created_at, recipient }: Mail,
  token?: string,
): Promise<RenderedMail> {
  const letter = letterOf(content, moment(created_at));
  const shown =
    letter.link && (token ?? (await proofToken(TOKEN_SECRET, letter.link.purpose, letter.link.id)));
  const ends = linkEnds(content.template, created_at);
  const parts = [
    { say: letter.to === undefined ? "Hello," : `Hello ${letter.to},` },
    ...letter.paragraphs.map((say) => ({ say })),
    ...linkParts(letter, PUBLIC_ORIGIN, shown, ends),
    { say: letter.otherwise },
    { say: `Bourse sent this to ${recipient}. Nobody at Bourse ever asks for your password or a code.` },
  ];
  const body_html = asHtml(parts);
  return { subject: letter.subject, text: asText(parts), html: page(letter.subject, body_html), body_html };
}

/** The token stands behind the `#`, which browsers send to no server. */
function linkParts(
  { link }: Letter,
  origin: string,
  token: string | undefined,
  ends: number | undefined,
): Part[] {
  if (link === undefined || token === undefined || ends === undefined) return [];
  return [
    { open: `${origin}/confirm#${link.purpose}=${token}`, label: link.label },
    { say: `The link holds for ${link.holds}, until ${moment(ends)}, and opens once.` },
    { say: `Without a browser, send this token to POST ${origin}${link.endpoint}:` },
    { copy: token },
  ];
}

/** `2026-11-24 21:45 UTC` */
const moment = (at_ms: number): string => `${isoTime(at_ms).slice(0, 16).replace("T", " ")} UTC`;

function asText(parts: Part[]): string {
  const blocks = parts.map((part) => {
    if ("say" in part) return part.say;
    return "open" in part ? `${part.label}:\n${part.open}` : `    ${part.copy}`;
  });
  return `${blocks.join("\n\n")}\n`;
}

function asHtml(parts: Part[]): string {
  const blocks = parts.map((part) => {
    if ("say" in part) return `<p>${escapeHtml(part.say)}</p>`;
    if ("copy" in part) return `<p><code style="word-break:break-all">${escapeHtml(part.copy)}</code></p>`;
    return `<p><a href="${escapeHtml(part.open)}">${escapeHtml(part.label)}</a></p>`;
  });
  return blocks.join("\n");
}

const page = (title: string, body_html: string): string => `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${escapeHtml(title)}</title></head>
<body style="font:16px/1.5 sans-serif;max-width:36em">
${body_html}
</body>
</html>
`;

const ENTITIES: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text as it may stand between tags and in quoted attributes. */
export const escapeHtml = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (found) => ENTITIES[found] ?? found);
