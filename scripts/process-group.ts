import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { ROOT, TOOL_ENV } from "./project.ts";

const KEPT_LINES = 60;
const PATIENCE_MS = 5_000;

/**
 * Runs the command and, beside it, a guard that reads from us: when we are gone, however we went, its input ends and
 * it ends the whole group.
 */
const GUARDED = `exec 3<&0
{ cat <&3; kill -TERM 0; } >/dev/null 2>&1 &
guard=$!
"$@" </dev/null 3<&- &
wait $!
code=$?
kill $guard
exit $code`;

/** A long-running command in a process group of its own, so that stopping it leaves none of its children behind. */
export class ProcessGroup {
  readonly #child: ChildProcess;
  readonly #last: string[] = [];
  readonly ended: Promise<void>;
  /** Takes each line that the command prints; until it is set, lines are only kept for a complaint. */
  onLine: ((line: string) => void) | undefined;

  constructor(command: string, args: string[], env: Record<string, string> = {}) {
    this.#child = spawn("sh", ["-c", GUARDED, "sh", command, ...args], {
      cwd: ROOT,
      env: { ...TOOL_ENV, ...env },
      detached: true,
      stdio: ["pipe", "pipe", "pipe"],
    });
    this.ended = once(this.#child, "close").then(() => {});
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (stream) createInterface({ input: stream }).on("line", (line) => this.#take(line));
    }
    process.on("exit", this.#killNow);
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** The last lines that it printed. */
  get lastWords(): string {
    return this.#last.join("\n");
  }

  /** Asks the whole group to end, and ends it by force if it takes longer than a few seconds. */
  async stop(): Promise<void> {
    this.#signal("SIGTERM");
    const patience = new AbortController();
    await Promise.race([
      this.ended,
      pause(PATIENCE_MS, undefined, { signal: patience.signal }).catch(() => {}),
    ]);
    patience.abort();
    this.#killNow();
    process.off("exit", this.#killNow);
    await this.ended;
  }

  #take(line: string): void {
    this.#last.push(line);
    if (this.#last.length > KEPT_LINES) this.#last.shift();
    this.onLine?.(line);
  }

  readonly #killNow = (): void => this.#signal("SIGKILL");

  #signal(signal: NodeJS.Signals): void {
    const { pid } = this.#child;
    if (pid === undefined) return;
    try {
      process.kill(-pid, signal);
    } catch (error) {
      const gone = error instanceof Error && "code" in error && error.code === "ESRCH";
      if (!gone) throw error;
    }
  }
}

/** Runs a command to its end; its output is shown only if it fails. */
export async function runQuietly(
  command: string,
  args: string[],
  env: Record<string, string> = {},
): Promise<string> {
  const child = spawn(command, args, {
    cwd: ROOT,
    env: { ...TOOL_ENV, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output: Buffer[] = [];
  child.stdout.on("data", (data: Buffer) => output.push(data));
  child.stderr.on("data", (data: Buffer) => output.push(data));
  await once(child, "close");
  const text = Buffer.concat(output).toString();
  if (child.exitCode !== 0) throw new Error(`${command} ${args.join(" ")} failed:\n${text}`);
  return text;
}
