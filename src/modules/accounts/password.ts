import Argon2 from "@phi-ag/argon2";
import wasm from "@phi-ag/argon2/argon2.wasm";

/** OWASP's argon2id: 19 MiB, two passes, one lane. About 60 ms of CPU, inside every limit of production. */
const PARAMETERS = { type: 2, hashLength: 32, timeCost: 2, memoryCost: 19_456, parallelism: 1 } as const;
const SALT_BYTES = 16;

let instance: Promise<Argon2> | undefined;

/** One instance for the isolate: its memory is reused, a fresh one would double the cost of each hash. */
function argon2(): Promise<Argon2> {
  instance ??= WebAssembly.instantiate(wasm).then((module) => new Argon2(module));
  return instance;
}

/** The hash in PHC form, with its parameters and a fresh salt inside. */
export async function hashPassword(password: string): Promise<string> {
  const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES));
  return (await argon2()).hash(password, { salt, ...PARAMETERS }).encoded;
}

/** Whether the password fits. An unknown account costs the same: its hash is that of nobody's password. */
export async function verifyPassword(password: string, encoded: string | undefined): Promise<boolean> {
  nobody ??= hashPassword(crypto.randomUUID());
  const against = encoded ?? (await nobody);
  const verified = (await argon2()).tryVerify(against, password);
  return encoded !== undefined && verified.success;
}
let nobody: Promise<string> | undefined;

const MIN_LENGTH = 8;
export const MAX_PASSWORD_LENGTH = 128;

/** What the password still lacks, in words that complete "needs …". Empty where it is good. */
export function passwordWeaknesses(password: string, names: string[]): string[] {
  const lower = password.toLowerCase();
  const own = names.filter((name) => name.length >= 3 && lower.includes(name.toLowerCase()));
  return [
    ...(password.length < MIN_LENGTH ? [`at least ${MIN_LENGTH} characters`] : []),
    ...(password.length > MAX_PASSWORD_LENGTH ? [`at most ${MAX_PASSWORD_LENGTH} characters`] : []),
    ...(/\p{Ll}/u.test(password) ? [] : ["a lower-case letter"]),
    ...(/\p{Lu}/u.test(password) ? [] : ["an upper-case letter"]),
    ...(/\p{Nd}/u.test(password) ? [] : ["a digit"]),
    ...(/[^\p{L}\p{Nd}\s]/u.test(password) ? [] : ["a special character"]),
    ...(own.length > 0 ? ["to be without your own name"] : []),
  ];
}
