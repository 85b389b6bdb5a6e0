import { readdirSync, readFileSync, writeFileSync } from "node:fs";

const TICKS_PER_SECOND = 100;
const KIB = 1024;

export interface Memory {
  /** What the process holds now, and the most that it ever held. */
  rss_bytes: number;
  peak_bytes: number;
}

interface Stat {
  name: string;
  parent: number;
  cpu_ticks: number;
}

/** `/proc/<pid>/stat`; the name stands in parentheses and may hold blanks. Undefined once the process is gone. */
function statOf(pid: number): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    const name = text.slice(text.indexOf("(") + 1, text.lastIndexOf(")"));
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return { name, parent: Number(fields[1]), cpu_ticks: Number(fields[11]) + Number(fields[12]) };
  } catch {
    return undefined;
  }
}

/** The workerd processes that this process has started. */
export function workerdChildren(): number[] {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => {
    const stat = statOf(pid);
    return stat?.name === "workerd" && stat.parent === process.pid;
  });
}

/** User and system time of a process since its start, in steps of 10 ms. */
export function cpuSecondsOf(pid: number): number {
  const stat = statOf(pid);
  if (stat === undefined) throw new Error("workerd is gone: it has crashed or was stopped.");
  return stat.cpu_ticks / TICKS_PER_SECOND;
}

export function memoryOf(pid: number): Memory {
  const text = readFileSync(`/proc/${pid}/status`, "utf8");
  const bytes = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(text)?.[1] ?? 0) * KIB;
  return { rss_bytes: bytes("VmRSS"), peak_bytes: bytes("VmHWM") };
}

/** Lets the peak begin anew at what the process holds now. */
export function resetPeakOf(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, "5");
}

export const mb = (bytes: number): string => (bytes / 1_000_000).toFixed(1);
