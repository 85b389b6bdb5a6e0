import { z } from "@hono/zod-openapi";

/** The public halves of signing keys (RFC 7517), by which anyone can check what was signed. */
export const jsonWebKeySet = z
  .object({
    keys: z.array(
      z.object({
        kty: z.literal("OKP"),
        crv: z.literal("Ed25519"),
        kid: z.string().openapi({ example: "2026-11" }),
        x: z.string().openapi({ example: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" }),
        alg: z.literal("EdDSA"),
        use: z.literal("sig"),
      }),
    ),
  })
  .openapi("JsonWebKeySet");

type PublicKey = Pick<z.infer<typeof jsonWebKeySet>["keys"][number], "kty" | "crv" | "kid" | "x">;

/** The private half of a key never comes along: what is shown is named one by one. */
export function keySetView(keys: readonly PublicKey[]): z.infer<typeof jsonWebKeySet> {
  const purpose = { alg: "EdDSA", use: "sig" } as const;
  return { keys: keys.map(({ crv, kid, kty, x }) => ({ kty, crv, kid, x, ...purpose })) };
}
