import { generateKeyPairSync, randomBytes, randomInt } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { inProject, textOf } from "./project.ts";

function signingKeys(): string {
  const { d, kty, crv, x } = generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" });
  const kid = `key-${randomBytes(4).toString("hex")}`;
  return JSON.stringify([{ kty, crv, kid, x, d }]);
}

const randomSecret = () => randomBytes(32).toString("base64url");

const MAKERS = {
  SIGNING_KEYS: signingKeys,
  AUDIT_KEYS: signingKeys,
  TOKEN_SECRET: randomSecret,
  DATA_SECRET: randomSecret,
  BOOTSTRAP_TOKEN: randomSecret,
};

/** Fresh secrets for one deployment. */
export const newSecrets = (): Record<string, string> =>
  Object.fromEntries(Object.entries(MAKERS).map(([name, make]) => [name, make()]));

/** Makes those of the local secrets in `.dev.vars` that are missing; what is there stays as it is. */
export async function ensureLocalSecrets(): Promise<"made" | "kept"> {
  const path = inProject(".dev.vars");
  const kept = (await textOf(path)) ?? "";
  const missing = Object.entries(newSecrets()).filter(([name]) => !new RegExp(`^${name}=`, "m").test(kept));
  if (missing.length === 0) return "kept";
  const start = kept === "" || kept.endsWith("\n") ? kept : `${kept}\n`;
  const lines = missing.map(([name, value]) => `${name}='${value}'\n`);
  await writeFile(path, start + lines.join(""), { mode: 0o600 });
  return "made";
}

const PASSWORD_SETS = ["ABCDEFGHJKLMNPQRSTUVWXYZ", "abcdefghijkmnopqrstuvwxyz", "23456789", "-_+=.:@%"];

/** A random password with every kind of character in it, without those that look alike. */
export function newPassword(): string {
  const all = PASSWORD_SETS.join("");
  const pick = (set: string) => set.charAt(randomInt(set.length));
  const characters = [...PASSWORD_SETS.map(pick), ...Array.from({ length: 14 }, () => pick(all))];
  for (let at = characters.length - 1; at > 0; at -= 1) {
    const other = randomInt(at + 1);
    [characters[at], characters[other]] = [characters[other] ?? "", characters[at] ?? ""];
  }
  return characters.join("");
}

/** `npm run --silent secret -- SIGNING_KEYS` prints one fresh secret, for `wrangler secret put` to read. */
if (import.meta.main) {
  const secret = Object.entries(newSecrets()).find(([name]) => name === process.argv[2])?.[1];
  if (secret === undefined) throw new Error(`Name the secret: ${Object.keys(MAKERS).join(", ")}.`);
  console.log(secret);
}
