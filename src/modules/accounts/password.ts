import Argon2 from "@phi-ag/argon2";
import wasm from "@phi-ag/argon2/argon2.wasm";

/** OWASP's argon2id: 19 MiB, two passes, one lane. About 60 ms of CPU, inside every limit of production. */
const PARAMETERS = { type: 2, hashLength: 32, timeCost: 2, memoryCost: 19_456, parallelism: 1 } as const;
/**
 * What a hash may ask of an isolate of 128 MB and a request of 30 s at most. The local runtime enforces neither, so
 * the guard stands before every hash, stored ones included.
 */
const MOST = { memoryCost: 47_104, timeCost: 4, parallelism: 1 };
const SALT_BYTES = 16;

let instance: Promise<Argon2> | undefined;

/** One instance for the isolate: its memory is reused, a fresh one would double the cost of each hash. */
function argon2(): Promise<Argon2> {
  instance ??= WebAssembly.instantiate(wasm).then((module) => new Argon2(module));
  return instance;
}

interface HashCost {
  /** KiB. */
  memoryCost: number;
  timeCost: number;
  parallelism: number;
}

/** Throws where a hash asks for more than production allows. */
export function refuseCostly({ memoryCost, parallelism, timeCost }: HashCost): void {
  if (memoryCost <= MOST.memoryCost && timeCost <= MOST.timeCost && parallelism <= MOST.parallelism) return;
  throw new Error(
    `a password hash of m=${memoryCost},t=${timeCost},p=${parallelism} exceeds production's limits`,
  );
}

/** The parameters in a stored hash; undefined where it is no argon2id hash in PHC form. */
function costOf(encoded: string): HashCost | undefined {
  const [, m, t, p] = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$/.exec(encoded) ?? [];
  if (m === undefined || t === undefined || p === undefined) return undefined;
  return { memoryCost: Number(m), timeCost: Number(t), parallelism: Number(p) };
}

/** The hash in PHC form, with its parameters and a fresh salt inside. */
export async function hashPassword(password: string): Promise<string> {
  refuseCostly(PARAMETERS);
  const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES));
  return (await argon2()).hash(password, { salt, ...PARAMETERS }).encoded;
}

/** Whether a stored hash was made with other parameters than today's, so that a log-in should replace it. */
export function needsRehash(encoded: string): boolean {
  const cost = costOf(encoded);
  return (
    cost?.memoryCost !== PARAMETERS.memoryCost ||
    cost.timeCost !== PARAMETERS.timeCost ||
    cost.parallelism !== PARAMETERS.parallelism
  );
}

/**
 * Whether the password fits. An unknown account costs the same: its hash is that of nobody's password, and so is one
 * that was put out of use.
 */
export async function verifyPassword(password: string, encoded: string | undefined): Promise<boolean> {
  nobody ??= hashPassword(crypto.randomUUID());
  const cost = encoded === undefined ? undefined : costOf(encoded);
  if (cost !== undefined) refuseCostly(cost);
  const against = encoded === undefined || cost === undefined ? await nobody : encoded;
  const verified = (await argon2()).tryVerify(against, password);
  return cost !== undefined && verified.success;
}
let nobody: Promise<string> | undefined;
