import { Secret, TOTP } from "otpauth";
import encodeQR from "qr";

/** RFC 6238 as every authenticator app reads it: SHA-1, six digits, thirty seconds. */
const PARAMETERS = { issuer: "Bourse", algorithm: "SHA1", digits: 6, period: 30 } as const;
/** RFC 4226 asks for 160 bits. */
const SECRET_BYTES = 20;
/** Steps before and after the present one whose codes fit as well, for clocks that differ. */
const WINDOW = 1;
/** The margin that readers of QR codes want, in modules. */
const QUIET_ZONE = 4;

export const newTotpSecret = (): Uint8Array<ArrayBuffer> =>
  crypto.getRandomValues(new Uint8Array(SECRET_BYTES));

const secretOf = (bytes: Uint8Array<ArrayBuffer>) => new Secret({ buffer: bytes.slice().buffer });

/** The time step that the six digits belong to, or undefined where they belong to none near the present one. */
export function stepOfCode(secret: Uint8Array<ArrayBuffer>, digits: string, now: number): number | undefined {
  const totp = new TOTP({ ...PARAMETERS, secret: secretOf(secret) });
  const delta = totp.validate({ token: digits, timestamp: now, window: WINDOW });
  return delta === null ? undefined : totp.counter({ timestamp: now }) + delta;
}

export interface Enrolment {
  secret: string;
  otpauth_url: string;
  qr_svg: string;
}

/** What an authenticator app takes in: the secret to type, the same as a URL, and as a QR code of that URL. */
export function enrolmentOf(secret: Uint8Array<ArrayBuffer>, email: string): Enrolment {
  const totp = new TOTP({ ...PARAMETERS, label: email, secret: secretOf(secret) });
  const otpauth_url = totp.toString();
  return { secret: totp.secret.base32, otpauth_url, qr_svg: qrSvg(otpauth_url) };
}

/** Black on a white ground of its own, or a dark page would make it unreadable. */
function qrSvg(text: string): string {
  const svg = encodeQR(text, "svg", { ecc: "medium", border: QUIET_ZONE });
  return svg.replace("<path", '<rect width="100%" height="100%" fill="#fff"/><path');
}
