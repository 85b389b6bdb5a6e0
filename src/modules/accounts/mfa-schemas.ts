import { z } from "@hono/zod-openapi";

export const mfaCode = z
  .strictObject({
    code: z.string().trim().min(6).max(40).openapi({
      description: "Six digits of the authenticator app, or a recovery code where the route takes one",
      example: "492039",
    }),
  })
  .openapi("MfaCode");

export const mfaEnrolment = z
  .object({
    secret: z
      .string()
      .openapi({ description: "Base 32, to type", example: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP" }),
    otpauth_url: z.string().openapi({
      example:
        "otpauth://totp/Bourse:ada%40desk.example?issuer=Bourse&secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&algorithm=SHA1&digits=6&period=30",
    }),
    qr_svg: z
      .string()
      .openapi({ description: "The URL as a QR code", example: '<svg xmlns="http://www.w3.org/2000/svg"/>' }),
  })
  .openapi("MfaEnrolment");

export const recoveryCodesSchema = z
  .object({
    recovery_codes: z.array(z.string()).openapi({
      description: "Ten codes, each good once in place of a code of the app; shown this once",
      example: ["7K2M-9QXA-4TBD-0HWE"],
    }),
  })
  .openapi("RecoveryCodes");
