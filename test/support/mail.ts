import PostalMime, { type Email } from "postal-mime";
import { testEnv } from "./env.ts";
import type { ReceivedMail } from "./mailbox/server.ts";

export interface TestMail extends Omit<ReceivedMail, "raw"> {
  raw: string;
  mail: Email;
  subject: string;
  text: string;
  html: string;
}

/** All that an SMTP server has taken for this address, in the order in which it came. */
export async function mailsTo(address: string): Promise<TestMail[]> {
  const answer = await testEnv.TEST_MAILBOX.fetch(`http://mailbox/?to=${encodeURIComponent(address)}`);
  return await Promise.all((await answer.json<ReceivedMail[]>()).map(parsed));
}

async function parsed(received: ReceivedMail): Promise<TestMail> {
  const mail = await PostalMime.parse(received.raw);
  const { html = "", subject = "", text = "" } = mail;
  return { ...received, mail, subject, text, html };
}

/** Waits for the newest mail to this address whose subject fits. */
export async function mailTo(
  address: string,
  { subject = /./, timeout_ms = 15_000 }: { subject?: RegExp; timeout_ms?: number } = {},
): Promise<TestMail> {
  const ends = Date.now() + timeout_ms;
  for (;;) {
    const found = (await mailsTo(address)).findLast((mail) => subject.test(mail.subject));
    if (found !== undefined) return found;
    if (Date.now() > ends) throw new Error(`no mail to ${address} with a subject like ${subject}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The token in a mail's link: what `/confirm` would send. */
export function tokenIn({ text }: Pick<TestMail, "text">): string {
  const token = /\/confirm#\w+=(\S+)/.exec(text)?.[1];
  if (token === undefined) throw new Error(`no link in: ${text}`);
  return token;
}
