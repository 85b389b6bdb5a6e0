export const LETTER_STATUSES = ["open", "replayed", "discarded"] as const;
export type LetterStatus = (typeof LETTER_STATUSES)[number];

/** Why it is one: every attempt at the message failed, or nothing could read it. */
export const LETTER_REASONS = ["retries_used_up", "unreadable"] as const;
export type LetterReason = (typeof LETTER_REASONS)[number];

/** What its message was about. */
export const LETTER_KINDS = ["job", "delivery", "unknown"] as const;
export type LetterKind = (typeof LETTER_KINDS)[number];

export function kindOf({ job_id, reason }: { job_id: string | null; reason: LetterReason }): LetterKind {
  if (job_id !== null) return "job";
  return reason === "unreadable" ? "unknown" : "delivery";
}
