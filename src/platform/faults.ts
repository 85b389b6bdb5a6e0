/**
 * Named borders at which a test holds an invocation, or cuts it as a crash would: nothing after the border runs and
 * nothing is reported. No probe is ever installed outside tests.
 */
export class Cut extends Error {
  override readonly name = "Cut";
}

export type Border =
  | "slice.leased"
  | "slice.effect"
  | "slice.checkpointed"
  | "slice.ran"
  | "slice.yielded"
  | "slice.settled"
  | "slice.confirmed"
  | "mail.accepted"
  | "webhook.answered"
  | "chain.assigned"
  | "chain.written"
  | "chain.advanced"
  | "chain.published"
  | "notice.written"
  | "notice.digested";

type Probe = (border: Border, subject: string) => void | Promise<void>;
let probe: Probe | undefined;
let probed: "slice" | "mail" | "webhook" | "chain" | "notice" | "every" = "slice";

/** Installs the one probe, which sees the borders of one kind, so that what else goes on is not cut, or every border. */
export function installProbe(next: Probe | undefined, of: typeof probed = "slice"): void {
  probe = next;
  probed = of;
}

/** Waits for the installed probe, and throws Cut where it says so. */
export async function reach(border: Border, subject: string): Promise<void> {
  if (probe === undefined) return;
  if (probed === "every" || border.startsWith(`${probed}.`)) await probe(border, subject);
}
