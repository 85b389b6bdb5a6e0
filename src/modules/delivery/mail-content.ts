import type { DeskId, InvitationId, ProofId } from "../../platform/ids.ts";

/** What a mail tells. It names proofs by id and holds no secret: their tokens are made when the mail is rendered. */
export type MailContent =
  | { template: "verify_email"; proof: ProofId; username: string | null }
  | { template: "reset_password"; proof: ProofId; username: string | null; by_admin: boolean }
  | { template: "password_changed"; username: string }
  | { template: "email_changed"; username: string; new_email: string }
  | { template: "mfa_enabled"; username: string }
  | { template: "mfa_disabled"; username: string }
  | { template: "new_sign_in"; username: string; device: string; place: string; address: string }
  | { template: "refresh_reuse"; username: string }
  | { template: "impersonated"; username: string; by: string; reason: string }
  | { template: "account_deleted"; username: string }
  | {
      template: "invitation";
      invitation: InvitationId;
      desk: DeskId;
      desk_name: string;
      invited_by: string;
      role: string;
    };
export type Template = MailContent["template"];
export type ContentOf<T extends Template> = Extract<MailContent, { template: T }>;
