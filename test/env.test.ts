import { expect, it } from "vitest";
import { settingsOf } from "../src/env.ts";
import { testEnv } from "./support/env.ts";

it("names a wrong secret and tells nothing of its value", () => {
  expect(() => settingsOf({ ...testEnv, SIGNING_KEYS: "s3cret-key" })).toThrow(/SIGNING_KEYS/);
  expect(() => settingsOf({ ...testEnv, SIGNING_KEYS: "s3cret-key" })).not.toThrow(/s3cret/);
});

it.each(["smtp://desk:s3cret@mail.example:25", "smtps://desk:s3cret@mail.example:25"])(
  "refuses the port that Workers may not use for mail, with the ones that they may, and without the password",
  (SMTP_URL) => {
    expect(() => settingsOf({ ...testEnv, SMTP_URL })).toThrow(
      /SMTP_URL: port 25 is closed to Workers; use 465/,
    );
    expect(() => settingsOf({ ...testEnv, SMTP_URL })).not.toThrow(/s3cret/);
  },
);

it.each(["https://mail.example", "mail.example:587", "smtp://"])(
  "refuses %j as a mail server",
  (SMTP_URL) => {
    expect(() => settingsOf({ ...testEnv, SMTP_URL })).toThrow(/SMTP_URL/);
  },
);

it("wants both bindings where Workers AI is to embed, and says what else would do", () => {
  const { AI: _, VECTORIZE: __, ...unbound } = testEnv;
  const wrong = () => settingsOf({ ...unbound, EMBEDDINGS: "workers-ai" });
  expect(wrong).toThrow(/AI: EMBEDDINGS is "workers-ai" .*or set it to "none"; VECTORIZE: /);
  expect(settingsOf({ ...unbound }).EMBEDDINGS).toBe("none");
  expect(() => settingsOf({ ...testEnv, EMBEDDING_MODEL: "@cf/unknown" })).toThrow(/EMBEDDING_MODEL/);
});
