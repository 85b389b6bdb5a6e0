import { vi } from "vitest";

const EVERY_MS = 30_000;

export interface Voice {
  speak(text: string): void;
  /** Says how far it is, now and then. */
  mention(text: string): void;
}

/** A storm logs every fault that strikes; what is for whoever runs it goes through the voice that this gives. */
export function hush(): Voice {
  const print = console.log.bind(console);
  for (const name of ["log", "info", "warn", "error"] as const)
    vi.spyOn(console, name).mockImplementation(() => {});
  let mentioned_at = performance.now();
  return {
    speak: print,
    mention(text) {
      if (performance.now() - mentioned_at < EVERY_MS) return;
      mentioned_at = performance.now();
      print(text);
    },
  };
}
