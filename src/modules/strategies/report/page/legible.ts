/** What the report's typeface can show: Latin, Greek, Cyrillic and the signs of business and mathematics. */
const UNKNOWN =
  /[^\u0020-\u007e\u00a0-\u017f\u0192\u0218-\u021b\u0384-\u038a\u038c\u038e-\u03a1\u03a3-\u03ce\u0400-\u045f\u0490-\u0491\u1e9e\u2010-\u2015\u2018-\u201a\u201c-\u201e\u2020-\u2022\u2026\u2030\u2039-\u203a\u20ac\u20bd\u20bf\u2116\u2122\u2190-\u2193\u2206\u2211-\u2212\u221a\u221e\u2248\u2260\u2264-\u2265]/gu;
/** Spaces of any kind, and what steers the direction or joining of text without being seen. */
const SPACES = /[\s\u0000-\u001f\u007f-\u009f]+/gu;
const UNSEEN = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]|[\ufe00-\ufe0f]/gu;
const LONGEST = 400;

/** The text in one line of characters that the typeface has, `?` for each other one, cut to 400 characters. */
export function legible(text: string): string {
  const known = text
    .slice(0, 4 * LONGEST)
    .normalize("NFC")
    .replace(UNSEEN, "")
    .replace(SPACES, " ")
    .replace(UNKNOWN, "?")
    .trim();
  return known.length > LONGEST ? `${known.slice(0, LONGEST - 1)}…` : known;
}
