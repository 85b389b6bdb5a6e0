import { vi } from "vitest";

/** A storm logs every fault that strikes; only what is printed after `speak` is for whoever runs it. */
export function hush(): { speak(text: string): void } {
  const print = console.log.bind(console);
  for (const name of ["log", "info", "warn", "error"] as const)
    vi.spyOn(console, name).mockImplementation(() => {});
  return { speak: print };
}
