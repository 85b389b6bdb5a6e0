import type { ZxcvbnFactory } from "@zxcvbn-ts/core";
import { weakPassword } from "./errors.ts";

const MIN_LENGTH = 8;
export const MAX_PASSWORD_LENGTH = 128;
/** zxcvbn's 3 of 4: past ten thousand million guesses. */
const MIN_SCORE = 3;
/** Past this a password is strong anyway, and a check of 256 characters would take two seconds. */
const SCORED_LENGTH = 64;

let scorer: Promise<ZxcvbnFactory> | undefined;

/** Loaded with its word lists at the first password, not at the start of every isolate. */
async function loadScorer(): Promise<ZxcvbnFactory> {
  const [{ ZxcvbnFactory }, { adjacencyGraphs, dictionary }] = await Promise.all([
    import("@zxcvbn-ts/core"),
    import("@zxcvbn-ts/language-common"),
  ]);
  return new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs, maxLength: SCORED_LENGTH });
}

async function isGuessable(password: string, names: string[]): Promise<boolean> {
  scorer ??= loadScorer();
  return (await scorer).check(password.slice(0, SCORED_LENGTH), names).score < MIN_SCORE;
}

/** What the password still lacks, in words that complete "needs …". Empty where it is good. */
async function passwordWeaknesses(password: string, names: string[]): Promise<string[]> {
  const lower = password.toLowerCase();
  const own = names.filter((name) => name.length >= 3 && lower.includes(name.toLowerCase()));
  const found = [
    ...(password.length < MIN_LENGTH ? [`at least ${MIN_LENGTH} characters`] : []),
    ...(password.length > MAX_PASSWORD_LENGTH ? [`at most ${MAX_PASSWORD_LENGTH} characters`] : []),
    ...(/\p{Ll}/u.test(password) ? [] : ["a lower-case letter"]),
    ...(/\p{Lu}/u.test(password) ? [] : ["an upper-case letter"]),
    ...(/\p{Nd}/u.test(password) ? [] : ["a digit"]),
    ...(/[^\p{L}\p{Nd}\s]/u.test(password) ? [] : ["a special character"]),
    ...(own.length > 0 ? ["to be without your own name"] : []),
  ];
  if (found.length > 0) return found;
  return (await isGuessable(password, names))
    ? ["to be harder to guess: more words, or less common ones"]
    : [];
}

/** Refuses a password that is too weak for the account that it is of; `path` is the field that it came in. */
export async function refuseWeakPassword(
  path: "password" | "new_password",
  password: string,
  { email, username }: { email: string; username: string },
): Promise<void> {
  const weaknesses = await passwordWeaknesses(password, [username, email.split("@", 1)[0] ?? ""]);
  if (weaknesses.length > 0) throw weakPassword(path, weaknesses);
}
