import type { Fact, Item } from "./letter.ts";

/** A part of a mail: what is said, told in a table or a list, what opens something, or what is only to be copied. */
export type Part =
  | { say: string }
  | { facts: Fact[] }
  | { items: Item[] }
  | { open: string; label: string }
  | { copy: string };

export const asText = (parts: Part[]): string => `${parts.map(textOf).join("\n\n")}\n`;
export const asHtml = (parts: Part[]): string => parts.map(htmlOf).join("\n");

function textOf(part: Part): string {
  if ("say" in part) return part.say;
  if ("open" in part) return `${part.label}:\n${part.open}`;
  if ("copy" in part) return `    ${part.copy}`;
  if ("items" in part) return part.items.map(textOfItem).join("\n\n");
  const width = Math.max(...part.facts.map(([name]) => name.length));
  return part.facts.map(([name, value]) => `    ${name.padEnd(width)}  ${value}`).join("\n");
}

const textOfItem = ({ at, body, title }: Item): string =>
  [`* ${title}`, body, at]
    .filter((line) => line !== "")
    .map((line, place) => (place === 0 ? line : `  ${line}`))
    .join("\n");

const CELL = "padding:2px 16px 2px 0;text-align:left;vertical-align:top";

function htmlOf(part: Part): string {
  if ("say" in part) return `<p>${escapeHtml(part.say)}</p>`;
  if ("copy" in part) return `<p><code style="word-break:break-all">${escapeHtml(part.copy)}</code></p>`;
  if ("items" in part)
    return `<ul style="padding-left:1.2em">\n${part.items.map(htmlOfItem).join("\n")}\n</ul>`;
  if ("open" in part) return `<p><a href="${escapeHtml(part.open)}">${escapeHtml(part.label)}</a></p>`;
  const rows = part.facts.map(
    ([name, value]) =>
      `<tr><th scope="row" style="${CELL};font-weight:600">${escapeHtml(name)}</th><td style="${CELL};word-break:break-word">${escapeHtml(value)}</td></tr>`,
  );
  return `<table style="border-collapse:collapse;margin:1em 0">\n${rows.join("\n")}\n</table>`;
}

function htmlOfItem({ at, body, title }: Item): string {
  const lines = [`<strong>${escapeHtml(title)}</strong>`, escapeHtml(body)].filter((line) => line !== "");
  if (at !== "") lines.push(`<small>${escapeHtml(at)}</small>`);
  return `<li style="margin:.6em 0">${lines.join("<br>")}</li>`;
}

export const page = (title: string, body_html: string): string => `<!doctype html>
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
