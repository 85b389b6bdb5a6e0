import { describe, expect, it } from "vitest";
import { settingsOf } from "../../../src/env.ts";
import { TOPIC_OF } from "../../../src/modules/delivery/desk-letters.ts";
import type { Addressee, DeskContent, News } from "../../../src/modules/delivery/mail-content.ts";
import { TOPICS } from "../../../src/modules/delivery/policy.ts";
import { type RenderedMail, renderMail } from "../../../src/modules/delivery/render.ts";
import { subscriptionOf } from "../../../src/modules/delivery/unsubscribe-token.ts";
import { newsOf } from "../../../src/modules/notifications/news.ts";
import { newId } from "../../../src/platform/ids.ts";
import { deliver, newAddress, writeMail } from "../../support/deliveries.ts";
import { testEnv } from "../../support/env.ts";
import { eventsWith } from "../../support/events.ts";
import { mailTo } from "../../support/mail.ts";

const WRITTEN = Date.UTC(2026, 10, 24, 21, 45);
const HOSTILE = `Eve"><img src=x onerror=alert(1)>\r\nBcc: eve@desk.test\r\n\r\n    Pay\u202e now & <b>`;
const reader = { user: newId("usr"), desk: newId("dsk") };

/** One mail of every kind of news; `said` is what somebody else put into it. */
function mailsWith(said: string): [string, DeskContent][] {
  const to: Addressee = { ...reader, username: said, desk_name: said };
  const digest: News = {
    template: "daily_digest",
    day: "2026-11-24",
    items: [1, 2].map((n) => ({ at: WRITTEN - n * 60_000, title: `${n} ${said}`, body: said })),
    more: 3,
    uncounted: false,
  };
  const news = Object.entries(eventsWith(said)).map(([type, event]): [string, News | undefined] => [
    type,
    newsOf(event),
  ]);
  return [...news, ["the digest", digest] as const].flatMap(([name, one]): [string, DeskContent][] =>
    one === undefined ? [] : [[name, { ...one, ...to }]],
  );
}

const CALM = new Map(mailsWith("ada"));
const NAMES = [...CALM.keys()];
const contentOf = (of: Map<string, DeskContent>, name: string): DeskContent => {
  const content = of.get(name);
  if (content === undefined) throw new Error(`no mail for ${name}`);
  return content;
};

const render = async (content: DeskContent): Promise<RenderedMail> =>
  await renderMail(settingsOf(testEnv), {
    id: newId("mai"),
    desk_id: content.desk,
    recipient: "ada@desk.test",
    content,
    status: "queued",
    attempts: 1,
    due_at: WRITTEN,
    error: null,
    created_at: WRITTEN,
    sent_at: null,
  });

const inOneLine = (text: string) => text.replaceAll(/\s+/g, " ").trim();
/** What a reader of the HTML part sees, each link with where it leads, as the text part has it. */
const seenIn = (body_html: string): string =>
  inOneLine(
    body_html
      .replaceAll(/<a href="([^"]*)">([^<]*)<\/a>/g, "$2: $1")
      .replaceAll(/<[^>]*>/g, " ")
      .replaceAll("&lt;", "<")
      .replaceAll("&gt;", ">")
      .replaceAll("&quot;", '"')
      .replaceAll("&#39;", "'")
      .replaceAll("&amp;", "&"),
  );
const tagsIn = (html: string) => html.match(/<[^>]*>/g)?.map((tag) => tag.split(/[\s>]/)[0]);

describe.each(NAMES)("the mail of %s", (name) => {
  it("says the same in text and in HTML, in a sober subject, and which desk it is of", async () => {
    const { body_html, subject, text } = await render(contentOf(CALM, name));
    expect(subject).toMatch(/^[A-Z][^!]{5,80}$/);
    expect(text).toMatch(/^Hello ada,\n\n/);
    expect(text).toMatch(/^ {4}Desk +ada$/m);
    expect(`${subject}${text}`).not.toMatch(/undefined|null|NaN|\[object/);
    expect(seenIn(body_html)).toBe(inOneLine(text.replaceAll(/^\* /gm, "")));
  });

  it("carries a link of its own that stops mail of its topic, in the text, the HTML and the header", async () => {
    const content = contentOf(CALM, name);
    const { html, text, unsubscribe_url = "" } = await render(content);
    const topic = TOPIC_OF[content.template];
    expect(text).toContain(`Stop mail about ${TOPICS[topic]} from this desk:\n${unsubscribe_url}\n`);
    expect(html).toContain(`href="${unsubscribe_url}"`);
    const token = unsubscribe_url.replace("https://bourse.test/unsubscribe/", "");
    expect(await subscriptionOf(testEnv.TOKEN_SECRET, token)).toEqual({ ...reader, topic });
  });

  it("lets nothing that others have put into it become markup, a line, a header or hidden text", async () => {
    const calm = await render(contentOf(CALM, name));
    const { body_html, html, subject, text } = await render(contentOf(new Map(mailsWith(HOSTILE)), name));
    expect(subject).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(subject.length).toBeLessThan(250);
    expect(text.split("\n").length).toBe(calm.text.split("\n").length);
    expect(tagsIn(html)).toEqual(tagsIn(calm.html));
    expect(`${html}${text}`).not.toContain("\u202e");
    expect(seenIn(body_html)).toBe(inOneLine(text.replaceAll(/^\* /gm, "")));
  });

  it("stays short, whatever length others have given to what they put into it", async () => {
    const { subject, text } = await render(contentOf(new Map(mailsWith("long ".repeat(20_000))), name));
    expect(subject.length).toBeLessThan(300);
    expect(text.length).toBeLessThan(5_000);
  });
});

it("amounts stand in a mail as they came", async () => {
  const { html, text } = await render(contentOf(CALM, "pnl.daily"));
  for (const part of [text, html]) {
    for (const amount of ["125.30 EUR", "-0.10 EUR", "100125.20 EUR"]) expect(part).toContain(amount);
  }
});

it("what is not there is told as not there", async () => {
  const { "experiment.completed": test, "trade.alert": alert } = eventsWith("ada");
  const none = [
    { ...alert, data: { ...alert.data, price: null, order_id: null } },
    { ...test, data: { ...test.data, winner: null, p_value: null } },
  ].map(newsOf);
  const [trade, experiment] = await Promise.all(
    none.flatMap((news) =>
      news === undefined ? [] : [render({ ...news, ...reader, username: "ada", desk_name: "ada" })],
    ),
  );
  expect(trade?.subject).toBe("Trade alert: buy 10 ada at the market");
  expect(trade?.text).toContain("No order was placed for it.");
  expect(experiment?.text).toContain("None of its strategies won.");
  expect(experiment?.text).not.toContain("p-value");
});

it("a hostile name reaches the server in one header, on one line, beside the link of one click", async () => {
  const to = newAddress();
  await deliver(await writeMail(to, contentOf(new Map(mailsWith(HOSTILE)), "trade.alert")));
  const { mail, raw, to: recipients } = await mailTo(to);
  expect(recipients).toEqual([to]);
  const keys = mail.headers.map(({ key }) => key);
  expect(keys).not.toContain("bcc");
  expect(keys.filter((key) => key.startsWith("list-"))).toEqual([
    "list-unsubscribe",
    "list-unsubscribe-post",
  ]);
  const head = raw.split("\r\n\r\n", 1)[0]?.replaceAll(/\r\n[ \t]+/g, "") ?? "";
  expect(head).toMatch(/^List-Unsubscribe: ?<https:\/\/bourse\.test\/unsubscribe\/[\w.-]+>$/m);
});
