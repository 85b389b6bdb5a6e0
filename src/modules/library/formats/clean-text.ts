const CONTROL = /[\u0000-\u0008\u000b\u000e-\u001f\u007f-\u0084\u0086-\u009f]/g;
const INVISIBLE = /[\u00ad\u200b\u2060\ufeff\u{e0000}-\u{e007f}]/gu;
const PRIVATE_USE = /[\ue000-\uf8ff]/g;
const LATIN_LIGATURE = /[\ufb00-\ufb06]/g;
const LINE_BREAK = /\r\n?|[\f\u0085\u2028\u2029]/g;
const WIDE_SPACE = /[\u00a0\u1680\u2000-\u200a\u202f\u205f]/g;

/**
 * Characters as a reader sees them: line ends are `\n`, ligatures are letters, and what has no shape (control,
 * private use, soft hyphen, half a surrogate pair) is gone. Superscripts and wide CJK forms stay.
 */
export function cleanCharacters(text: string): string {
  return text
    .toWellFormed()
    .replace(LINE_BREAK, "\n")
    .replace(CONTROL, "")
    .replace(INVISIBLE, "")
    .replace(PRIVATE_USE, "")
    .replace(WIDE_SPACE, " ")
    .replace(LATIN_LIGATURE, (ligature) => ligature.normalize("NFKC"));
}

/** One line of running text: every run of white space is one space. */
export function collapse(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

/** Lines keep their indentation but lose trailing space; runs of empty lines inside become one. */
export function tidyLines(text: string): string {
  return text
    .replace(/[ \t]+\n/g, "\n")
    .replace(/\n{3,}/g, "\n\n")
    .replace(/^\n+/, "")
    .trimEnd();
}

/** The greatest cut at or below `at` that does not part a surrogate pair. */
export function safeCut(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  return at > 0 && unit >= 0xdc00 && unit <= 0xdfff ? at - 1 : at;
}
