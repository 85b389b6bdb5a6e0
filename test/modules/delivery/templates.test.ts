import { describe, expect, it } from "vitest";
import { settingsOf } from "../../../src/env.ts";
import type { AccountContent, ContentOf, MailContent } from "../../../src/modules/delivery/mail-content.ts";
import { LINK_HOLDS_MS } from "../../../src/modules/delivery/policy.ts";
import { type RenderedMail, renderMail } from "../../../src/modules/delivery/render.ts";
import { newId } from "../../../src/platform/ids.ts";
import { idOfProofToken } from "../../../src/platform/proof-token.ts";
import { deliver, newAddress, writeMail } from "../../support/deliveries.ts";
import { testEnv } from "../../support/env.ts";
import { mailTo, tokenIn } from "../../support/mail.ts";

const WRITTEN = Date.UTC(2026, 10, 24, 21, 45);
const HOSTILE = `Eve"><img src=x onerror=alert(1)>\r\nBcc: eve@desk.test\r\n\r\nPay\u202e now`;

type Template = AccountContent["template"];
type Samples = { [T in Template]: ContentOf<T> };

/** One mail of every kind about an account; `said` is what somebody else put into it. */
const samplesWith = (said: string): Samples => ({
  verify_email: { template: "verify_email", proof: newId("prf"), username: said },
  reset_password: { template: "reset_password", proof: newId("prf"), username: said, by_admin: false },
  password_changed: { template: "password_changed", username: said },
  email_changed: { template: "email_changed", username: said, new_email: said },
  mfa_enabled: { template: "mfa_enabled", username: said },
  mfa_disabled: { template: "mfa_disabled", username: said },
  new_sign_in: { template: "new_sign_in", username: said, device: said, place: said, address: said },
  refresh_reuse: { template: "refresh_reuse", username: said },
  impersonated: { template: "impersonated", username: said, by: said, reason: said },
  account_deleted: { template: "account_deleted", username: said },
  invitation: {
    template: "invitation",
    invitation: newId("inv"),
    desk: newId("dsk"),
    desk_name: said,
    invited_by: said,
    role: said,
  },
});

const render = async (content: MailContent): Promise<RenderedMail> =>
  await renderMail(settingsOf(testEnv), {
    id: newId("mai"),
    desk_id: null,
    recipient: "ada@desk.test",
    content,
    status: "queued",
    attempts: 1,
    due_at: WRITTEN,
    error: null,
    created_at: WRITTEN,
    sent_at: null,
  });

describe.each(Object.keys(samplesWith("ada")).map((name) => [name as Template]))(
  "the mail %s",
  (template) => {
    it("says in a sober subject and in text and HTML alike what happened and what to do if it wasn't you", async () => {
      const { html, subject, text } = await render(samplesWith("ada")[template]);
      expect(subject).toMatch(/^[A-Z][^!]{5,80}$/);
      expect(text).toMatch(/^Hello( ada)?,\n\n/);
      expect(text).toMatch(/\bIf (that was not you|you)\b/);
      expect(`${text}${html}`).not.toMatch(/undefined|null|NaN|\[object/);
      const said = html.replaceAll("&quot;", '"').replaceAll("&#39;", "'").replaceAll("&amp;", "&");
      for (const block of text.trim().split("\n\n")) {
        if (!block.includes("/confirm#")) expect(said).toContain(block.trim());
      }
    });

    it("lets nothing that others have put into it become markup, a line, a header or hidden text", async () => {
      const calm = await render(samplesWith("ada")[template]);
      const { html, subject, text } = await render(samplesWith(HOSTILE)[template]);
      expect(subject).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      expect(text.split("\n").length).toBe(calm.text.split("\n").length);
      expect(html.match(/<[^>]*>/g)?.map((tag) => tag.split(/[\s>]/)[0])).toEqual(
        calm.html.match(/<[^>]*>/g)?.map((tag) => tag.split(/[\s>]/)[0]),
      );
      expect(`${html}${text}`).not.toContain("\u202e");
      expect(html).not.toMatch(/<img/);
    });
  },
);

describe("a mail with a link", () => {
  it.each([
    ["verify_email", "prf", "24 hours, until 2026-11-25 21:45 UTC", "/v1/auth/email/verify"],
    ["reset_password", "prf", "1 hour, until 2026-11-24 22:45 UTC", "/v1/auth/password/reset"],
    ["invitation", "inv", "7 days, until 2026-12-01 21:45 UTC", "/v1/invitations/accept"],
  ] as const)("(%s) carries its token behind a # and bare, and says how long it holds", async (...of) => {
    const [template, prefix, holds, endpoint] = of;
    const content = samplesWith("ada")[template];
    const { html, text } = await render(content);
    const token = tokenIn({ text });
    const id = "proof" in content ? content.proof : content.invitation;
    expect(await idOfProofToken(testEnv.TOKEN_SECRET, template, prefix, token)).toBe(id);
    for (const each of [text, html]) {
      expect(each).toContain(`https://bourse.test/confirm#${template}=${token}`);
      expect(each).toContain(holds);
      expect(each).toContain(endpoint);
    }
    expect(text).toMatch(new RegExp(`^ {4}${token.replace(".", "\\.")}$`, "m"));
    expect(html).toContain(`>${token}<`);
  });

  it("is the only one whose token is made", async () => {
    for (const [template, content] of Object.entries(samplesWith("ada"))) {
      const { text } = await render(content);
      expect(text.includes("/confirm#"), template).toBe(template in LINK_HOLDS_MS);
    }
  });

  it("is never one that can be stopped, as no mail about an account is", async () => {
    for (const [template, content] of Object.entries(samplesWith("ada"))) {
      const { html, text, unsubscribe_url } = await render(content);
      expect(unsubscribe_url, template).toBeUndefined();
      expect(`${text}${html}`, template).not.toMatch(/unsubscribe|Stop mail/);
    }
  });

  it("tells whoever is asked by an administrator to set a password who asked", async () => {
    const content = { ...samplesWith("ada").reset_password, by_admin: true };
    expect((await render(content)).text).toMatch(/An administrator of Bourse asks you/);
  });
});

it("is sent with the hostile name in one header, on one line", async () => {
  const to = newAddress();
  await deliver(await writeMail(to, samplesWith(HOSTILE).invitation));
  const { mail, subject, to: recipients } = await mailTo(to);
  expect(recipients).toEqual([to]);
  expect(mail.headers.map(({ key }) => key)).not.toContain("bcc");
  expect(subject).toBe(
    'Invitation to the desk “Eve"><img src=x onerror=alert(1)> Bcc: eve@desk.test Pay now”',
  );
});
