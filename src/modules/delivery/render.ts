import type { Settings } from "../../env.ts";
import { isoTime } from "../../platform/clock.ts";
import { proofToken } from "../../platform/proof-token.ts";
import { TOPIC_OF } from "./desk-letters.ts";
import type { Letter } from "./letter.ts";
import type { MailContent } from "./mail-content.ts";
import { asHtml, asText, type Part, page } from "./mail-parts.ts";
import { linkEnds, TOPICS } from "./policy.ts";
import type { Mail } from "./store.ts";
import { isOfDesk, letterOf } from "./templates.ts";
import { unsubscribeToken } from "./unsubscribe-token.ts";

export interface RenderedMail {
  subject: string;
  text: string;
  html: string;
  /** What stands in the body of `html`, for a page that shows it among others. */
  body_html: string;
  /** Where one click stops mail like this; only a desk's mail has it. */
  unsubscribe_url: string | undefined;
}

/**
 * The mail as it is sent. Its tokens are made here and kept nowhere; `token` stands in for them where they must not be
 * shown.
 */
export async function renderMail(settings: Settings, mail: Mail, token?: string): Promise<RenderedMail> {
  const { content, created_at, recipient } = mail;
  const letter = letterOf(content, moment(created_at));
  const unsubscribe_url = await unsubscribeUrl(settings, content, token);
  const parts = [
    { say: letter.to === undefined ? "Hello," : `Hello ${letter.to},` },
    ...letter.paragraphs.map((say) => ({ say })),
    ...newsParts(letter, settings.PUBLIC_ORIGIN),
    ...(await linkParts(settings, mail, letter, token)),
    { say: letter.otherwise },
    ...stopParts(content, unsubscribe_url, settings.PUBLIC_ORIGIN),
    { say: `Bourse sent this to ${recipient}. Nobody at Bourse ever asks for your password or a code.` },
  ];
  const { subject } = letter;
  const body_html = asHtml(parts);
  return { subject, text: asText(parts), html: page(subject, body_html), body_html, unsubscribe_url };
}

/** What stops mail like this one; there is none for mail about an account. */
async function unsubscribeUrl(
  { PUBLIC_ORIGIN, TOKEN_SECRET }: Settings,
  content: MailContent,
  token: string | undefined,
): Promise<string | undefined> {
  if (!isOfDesk(content)) return undefined;
  const { desk, template, user } = content;
  const made = token ?? (await unsubscribeToken(TOKEN_SECRET, { user, desk, topic: TOPIC_OF[template] }));
  return `${PUBLIC_ORIGIN}/unsubscribe/${made}`;
}

function newsParts({ details, facts, items }: Letter, origin: string): Part[] {
  return [
    ...(facts === undefined ? [] : [{ facts }]),
    ...(items === undefined ? [] : [{ items }]),
    ...(details === undefined ? [] : [{ say: `The API shows more of it: ${origin}${details}` }]),
  ];
}

function stopParts(content: MailContent, unsubscribe_url: string | undefined, origin: string): Part[] {
  if (!isOfDesk(content) || unsubscribe_url === undefined) return [];
  const topic = TOPICS[TOPIC_OF[content.template]];
  return [
    { open: unsubscribe_url, label: `Stop mail about ${topic} from this desk` },
    { say: `What you are told of, and how, is set here: ${origin}/v1/me/notification-preferences` },
  ];
}

/** The token stands behind the `#`, which browsers send to no server. */
async function linkParts(
  { PUBLIC_ORIGIN: origin, TOKEN_SECRET }: Settings,
  { content, created_at }: Mail,
  { link }: Letter,
  stand_in: string | undefined,
): Promise<Part[]> {
  const ends = linkEnds(content.template, created_at);
  if (link === undefined || ends === undefined) return [];
  const token = stand_in ?? (await proofToken(TOKEN_SECRET, link.purpose, link.id));
  return [
    { open: `${origin}/confirm#${link.purpose}=${token}`, label: link.label },
    { say: `The link holds for ${link.holds}, until ${moment(ends)}, and opens once.` },
    { say: `Without a browser, send this token to POST ${origin}${link.endpoint}:` },
    { copy: token },
  ];
}

/** `2026-11-24 21:45 UTC` */
const moment = (at_ms: number): string => `${isoTime(at_ms).slice(0, 16).replace("T", " ")} UTC`;
