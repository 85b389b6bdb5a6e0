import { describe, expect, it } from "vitest";
import { MailNotSent, type OutgoingMail, sendMail } from "../../src/platform/mail.ts";
import { newAddress } from "../support/deliveries.ts";
import { testEnv } from "../support/env.ts";
import { mailsTo, mailTo } from "../support/mail.ts";

const { down, plain, starttls, stranger, tls } = testEnv.TEST_SMTP_URLS;

const mailFor = (to: string): OutgoingMail => ({
  id: `mai_${crypto.randomUUID().replaceAll("-", "")}`,
  from: "Bourse <desk@bourse.example>",
  to,
  subject: "Größe – 注文",
  text: "Hello,\n\n.a line that starts with a dot\nfrom £ to €\n",
  html: "<p>Hello,</p>",
  written_at: Date.UTC(2026, 10, 24, 9, 30),
});

async function failureOf(sending: Promise<void>): Promise<MailNotSent> {
  const error = await sending.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof MailNotSent)) throw new Error(`no refusal but ${error}`);
  return error;
}

describe("a mail over SMTP", () => {
  it("arrives whole: text and HTML, every character, a log-in, and an id that names it", async () => {
    const mail = mailFor(newAddress());
    await sendMail(plain, mail);
    const received = await mailTo(mail.to);
    expect(received).toMatchObject({ from: "desk@bourse.example", to: [mail.to], encrypted: false });
    expect(received.user).toMatch(/^desk@/);
    expect(received.mail).toMatchObject({
      subject: mail.subject,
      messageId: `<${mail.id}@bourse.example>`,
      from: { name: "Bourse", address: "desk@bourse.example" },
      to: [{ address: mail.to }],
      date: "2026-11-24T09:30:00.000Z",
    });
    expect(received.text.replaceAll("\r\n", "\n").trim()).toBe(mail.text.trim());
    expect(received.html.trim()).toBe(mail.html);
    expect(received.raw).toMatch(/^Content-Type: multipart\/alternative;/m);
    expect(received.raw).toMatch(/^Auto-Submitted: auto-generated\r$/m);
  });

  it.each([
    ["STARTTLS where the server offers it", starttls],
    ["TLS from the start", tls],
  ])("is encrypted by %s", async (_, url) => {
    const mail = mailFor(newAddress());
    await sendMail(url, mail);
    expect(await mailTo(mail.to)).toMatchObject({ encrypted: true, subject: mail.subject });
  });

  it.each([
    ["that nobody vouches for", stranger],
    ["for another name", tls.replace("localhost", "127.0.0.1")],
  ])("is given to no server that shows a certificate %s", async (_, url) => {
    const mail = mailFor(newAddress());
    expect(await failureOf(sendMail(url, mail))).toMatchObject({ permanent: false });
    expect(await mailsTo(mail.to)).toEqual([]);
  });

  it("is given, and no log-in with it, to no server that has no TLS and is not on loopback", async () => {
    // This address leads to the same machine, but nothing in it says so.
    const mail = mailFor(newAddress());
    const failure = await failureOf(sendMail(plain.replace("127.0.0.1", "0.0.0.0"), mail));
    expect(failure.message).toMatch(/STARTTLS|TLS/);
    expect(await mailsTo(mail.to)).toEqual([]);
  });

  it.each([
    ["subject", { subject: "hi\r\nBcc: eve@desk.test" }],
    ["subject, by a lone line feed", { subject: "hi\nBcc: eve@desk.test" }],
    ["subject, by a line separator", { subject: "hi\u2028Bcc: eve@desk.test" }],
    ["recipient", { to: "ada@desk.test\r\nBcc: eve@desk.test" }],
    ["sender", { from: "Bourse <desk@bourse.example>\r\nBcc: eve@desk.test" }],
    ["Message-ID", { id: "mai\r\nBcc: eve@desk.test" }],
  ])("lets no header in through its %s", async (_, change) => {
    const failure = await failureOf(sendMail(plain, { ...mailFor("ada@desk.test"), ...change }));
    expect(failure).toMatchObject({ permanent: true, message: expect.stringMatching(/control character/) });
  });

  it.each([
    "a@desk.test, eve@desk.test",
    "a@desk.test;eve@desk.test",
    "Ada <a@desk.test>",
    "a b@desk.test",
    "",
  ])("goes to one plain address and not to %j", async (to) => {
    expect(await failureOf(sendMail(plain, mailFor(to)))).toMatchObject({
      permanent: true,
      message: expect.stringMatching(/one plain address/),
    });
  });

  it.each([
    ["busy", 450, false],
    ["nobody", 550, true],
    ["dull", 554, true],
  ])("that is refused (%s) says so with the server's answer", async (start, code, permanent) => {
    const failure = await failureOf(sendMail(plain, mailFor(newAddress(start))));
    expect(failure).toMatchObject({ permanent, message: expect.stringContaining(`${code} `) });
  });

  it("fails for now where the server is down", async () => {
    expect(await failureOf(sendMail(down, mailFor(newAddress())))).toMatchObject({ permanent: false });
  });

  it("tells no credentials, although the server repeats them, and is tried again once they are mended", async () => {
    const url = new URL(plain);
    url.password = "wr0ng-s3cret%2F";
    const failure = await failureOf(sendMail(url.href, mailFor(newAddress())));
    expect(failure).toMatchObject({
      permanent: false,
      message: expect.stringMatching(/535 5\.7\.8 \[redacted\]/),
    });
    expect(JSON.stringify([failure.message, failure.stack, failure.cause])).not.toMatch(/wr0ng|desk@/);
  });
});
