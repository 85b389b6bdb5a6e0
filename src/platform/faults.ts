/**
 * Named borders at which a test cuts an invocation, as a crash would: nothing after the border runs and nothing
 * is reported. No probe is ever installed outside tests, where `reach` is a comparison with undefined.
 */
export class Cut extends Error {
  override readonly name = "Cut";
}

export type Border =
  | "slice.leased"
  | "slice.checkpointed"
  | "slice.ran"
  | "slice.yielded"
  | "slice.settled"
  | "slice.confirmed";

type Probe = (border: Border, subject: string) => void;
let probe: Probe | undefined;

export function installProbe(next: Probe | undefined): void {
  probe = next;
}

/** Throws Cut where the installed probe says so. */
export function reach(border: Border, subject: string): void {
  probe?.(border, subject);
}
