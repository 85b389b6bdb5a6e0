import type { DeskId, InvitationId, ProofId, UserId } from "../../platform/ids.ts";

/** What a mail about an account tells. It names proofs by id and holds no secret: their tokens are made when it is rendered. */
export type AccountContent =
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

/** What a desk's mail tells: of an event, or of a day's. Amounts are text and stay as they came. */
export type News =
  | {
      template: "job_finished";
      outcome: "succeeded" | "failed" | "cancelled" | "expired";
      job_id: string;
      job_type: string;
      tags: string[];
      error: { code: string; message: string } | null;
    }
  | {
      template: "batch_completed";
      batch_id: string;
      total: number;
      succeeded: number;
      failed: number;
      cancelled: number;
    }
  | {
      template: "optimization_completed";
      optimization_id: string;
      strategy: string;
      trials_run: number;
      objective: string;
      best_value: number;
    }
  | {
      template: "experiment_completed";
      experiment_id: string;
      name: string;
      winner: string | null;
      p_value: number | null;
    }
  | {
      template: "trade_alert";
      alert_id: string;
      symbol: string;
      side: "buy" | "sell";
      quantity: string;
      price: string | null;
      order_id: string | null;
    }
  | {
      template: "daily_pnl";
      day: string;
      currency: string;
      realized: string;
      unrealized: string;
      equity: string;
      trades: number;
    }
  | { template: "webhook_disabled"; webhook_id: string; url: string; reason: string }
  | { template: "dead_letter"; dead_letter_id: string; queue: string; job_id: string | null }
  | {
      template: "daily_digest";
      /** The day on which it is due, UTC. */
      day: string;
      items: { at: number; title: string; body: string }[];
      /** How many there were besides; `uncounted` where there were even more than that. */
      more: number;
      uncounted: boolean;
    };

/** Whom a desk's mail is for, and who may therefore stop it. */
export interface Addressee {
  username: string;
  user: UserId;
  desk: DeskId;
  desk_name: string;
}
export type DeskContent = News & Addressee;

export type MailContent = AccountContent | DeskContent;
export type Template = MailContent["template"];
export type ContentOf<T extends Template> = Extract<MailContent, { template: T }>;
export type NewsOf<T extends News["template"]> = Extract<News, { template: T }>;
