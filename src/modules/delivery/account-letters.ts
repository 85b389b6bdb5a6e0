import { type Letter, oneLine } from "./letter.ts";
import type { AccountContent, ContentOf } from "./mail-content.ts";

/** The letter about an account that was written at `when`. It is always sent, and nobody can stop it. */
export function accountLetter(content: AccountContent, when: string): Letter {
  switch (content.template) {
    case "verify_email":
      return verifyEmail(content);
    case "reset_password":
      return resetPassword(content);
    case "invitation":
      return invitation(content);
    case "new_sign_in":
      return newSignIn(content, when);
    case "impersonated":
      return impersonated(content, when);
    case "email_changed":
      return notice(
        content.username,
        "Your address was changed",
        `The address of your account was changed to ${oneLine(content.new_email)} on ${when}. Mail about it goes there from now on.`,
        "If that was not you, somebody else has your account. Tell your desk's administrator at once.",
      );
    case "account_deleted":
      return notice(
        content.username,
        "Your account was deleted",
        `Your account was deleted on ${when}, and nobody can sign in to it any more.`,
        "If that was not you, tell your desk's administrator at once.",
      );
    default:
      return notice(content.username, ...NOTICES[content.template](when));
  }
}

type Notice = [subject: string, what: string, otherwise: string];
type NoticeTemplate = "password_changed" | "mfa_enabled" | "mfa_disabled" | "refresh_reuse";

const NOTICES: Record<NoticeTemplate, (when: string) => Notice> = {
  password_changed: (when) => [
    "Your password was changed",
    `The password of your account was changed on ${when}. All other sessions have ended.`,
    "If that was not you, set a new password at once with “forgot password”, then look through your sessions and keys.",
  ],
  mfa_enabled: (when) => [
    "Two-step sign-in is on",
    `Two-step sign-in was switched on for your account on ${when}. Signing in now also takes a code from your authenticator. Keep the recovery codes where you will find them without it.`,
    "If that was not you, somebody else knows your password. Tell your desk's administrator at once.",
  ],
  mfa_disabled: (when) => [
    "Two-step sign-in is off",
    `Two-step sign-in was switched off for your account on ${when}. Your password alone opens it now.`,
    "If that was not you, set a new password at once with “forgot password” and switch two-step sign-in on again.",
  ],
  refresh_reuse: (when) => [
    "A session was ended to protect your account",
    `A refresh token that had been exchanged already was used again on ${when}. That can mean that somebody copied it, so its session was ended. Sign in again to go on.`,
    "If you don't know what may have caused this, set a new password and look through your sessions and keys.",
  ],
};

function notice(username: string, ...[subject, what, otherwise]: Notice): Letter {
  return { subject, to: oneLine(username), paragraphs: [what], otherwise };
}

const verifyEmail = ({ proof, username }: ContentOf<"verify_email">): Letter => ({
  subject: "Confirm your address",
  to: username === null ? undefined : oneLine(username),
  paragraphs: ["This address was given for your account at Bourse. Confirm that it is yours."],
  link: {
    purpose: "verify_email",
    id: proof,
    label: "Confirm this address",
    holds: "24 hours",
    endpoint: "/v1/auth/email/verify",
  },
  otherwise:
    "If you have no account at Bourse, somebody typed your address by mistake: do nothing, and it stays unconfirmed.",
});

const resetPassword = ({ by_admin, proof, username }: ContentOf<"reset_password">): Letter => ({
  subject: "Set a new password",
  to: username === null ? undefined : oneLine(username),
  paragraphs: [
    by_admin
      ? "An administrator of Bourse asks you to set a new password for your account."
      : "Somebody, most likely you, asked to set a new password for your account.",
    "Setting it ends all sessions of the account.",
  ],
  link: {
    purpose: "reset_password",
    id: proof,
    label: "Set a new password",
    holds: "1 hour",
    endpoint: "/v1/auth/password/reset",
  },
  otherwise: by_admin
    ? "If you did not expect this, ask your administrator before you do anything."
    : "If that was not you, do nothing: your password stays as it is. Whoever asked has not seen this mail.",
});

const invitation = (content: ContentOf<"invitation">): Letter => ({
  subject: `Invitation to the desk “${oneLine(content.desk_name)}”`,
  to: undefined,
  paragraphs: [
    `${oneLine(content.invited_by)} invites you to the desk “${oneLine(content.desk_name)}” at Bourse, as ${oneLine(content.role)}.`,
    "You accept with an account that has this address; register first if you have none.",
  ],
  link: {
    purpose: "invitation",
    id: content.invitation,
    label: "Accept the invitation",
    holds: "7 days",
    endpoint: "/v1/invitations/accept",
  },
  otherwise: "If you don't know the sender, do nothing: nobody joins a desk without accepting.",
});

const newSignIn = (content: ContentOf<"new_sign_in">, when: string): Letter => ({
  subject: "New sign-in to your account",
  to: oneLine(content.username),
  paragraphs: [
    `Your account was signed in to on ${when} from a place that it was not used from before.`,
    `Device: ${oneLine(content.device)}`,
    `Place: ${oneLine(content.place)}`,
    `Address: ${oneLine(content.address)}`,
  ],
  otherwise:
    "If that was not you, set a new password at once with “forgot password”: that ends all sessions. Then look through your keys.",
});

const impersonated = (content: ContentOf<"impersonated">, when: string): Letter => ({
  subject: "Support looked at your account",
  to: oneLine(content.username),
  paragraphs: [
    `On ${when} ${oneLine(content.by)}, who runs Bourse, opened a view of your account in which nothing can be changed.`,
    `The reason given: ${oneLine(content.reason)}`,
  ],
  otherwise:
    "If you did not expect this, ask your desk's administrator; every such view is in the audit trail.",
});
