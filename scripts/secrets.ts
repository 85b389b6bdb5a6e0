import { generateKeyPairSync, randomBytes, randomInt } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { inProject, textOf } from "./project.ts";

/** Fresh secrets for one deployment. */
export function newSecrets(): { SIGNING_KEYS: string; REFRESH_SECRET: string } {
  const { d, kty, crv, x } = generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" });
  const kid = `key-${randomBytes(4).toString("hex")}`;
  return {
    SIGNING_KEYS: JSON.stringify([{ kty, crv, kid, x, d }]),
    REFRESH_SECRET: randomBytes(32).toString("base64url"),
  };
}

/** Makes `.dev.vars` where there is none; one that is there stays as it is. */
export async function ensureLocalSecrets(): Promise<"made" | "kept"> {
  const path = inProject(".dev.vars");
  if ((await textOf(path)) !== undefined) return "kept";
  const lines = Object.entries(newSecrets()).map(([name, value]) => `${name}='${value}'\n`);
  await writeFile(path, lines.join(""), { mode: 0o600, flag: "wx" });
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
  if (secret === undefined) throw new Error("Name the secret: SIGNING_KEYS or REFRESH_SECRET.");
  console.log(secret);
}
