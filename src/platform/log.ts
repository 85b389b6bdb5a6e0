type Level = "debug" | "info" | "warn" | "error";
export type LogFields = Record<string, unknown>;

export interface Log {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** The same log with fields that every line of it carries. */
  with(fields: LogFields): Log;
}

const SECRET_NAME = /pass(word|phrase)?|secret|token|authorization|cookie|ticket|api_?key|signature|^key$/i;
const MAX_DEPTH = 5;

/** A copy that is safe to print: values under telling names are cut out, errors keep message and stack. */
export function redacted(value: unknown, depth = 0): unknown {
  if (value instanceof Error && depth < MAX_DEPTH) return redactedError(value, depth);
  if (typeof value !== "object" || value === null) return value;
  if (depth >= MAX_DEPTH) return "[deep]";
  if (Array.isArray(value)) return value.map((item) => redacted(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      SECRET_NAME.test(name) ? "[redacted]" : redacted(item, depth + 1),
    ]),
  );
}

/** Drizzle puts what was bound to a failed query behind its text: addresses, hashes, whole bodies. */
const BOUND_VALUES = /\nparams: [\s\S]*?(?=\n {4}at |$)/g;

function redactedError({ cause, message, name, stack }: Error, depth: number): LogFields {
  const shown = {
    name,
    message: message.replace(BOUND_VALUES, ""),
    stack: stack?.replace(BOUND_VALUES, ""),
  };
  return cause === undefined ? shown : { ...shown, cause: redacted(cause, depth + 1) };
}

/** One JSON object a line, on the console that Workers collect. */
export function consoleLog(base: LogFields = {}): Log {
  const write = (level: Level, message: string, fields: LogFields = {}) => {
    const line = JSON.stringify({ level, message, ...(redacted({ ...base, ...fields }) as LogFields) });
    if (level === "error") console.error(line);
    else console.log(line);
  };
  return {
    info: (message, fields) => write("info", message, fields),
    warn: (message, fields) => write("warn", message, fields),
    error: (message, fields) => write("error", message, fields),
    with: (fields) => consoleLog({ ...base, ...fields }),
  };
}
