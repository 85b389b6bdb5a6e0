const HUMPS = /\p{Lu}+(?!\p{Ll})|\p{Lu}?\p{Ll}+|\p{Lo}+|\p{N}+/gu;
const SEPARATED = /[_.:\-/>]/;
/** A longer word is no name that anybody wrote. */
const MAX_IDENTIFIER_CHARS = 200;

/**
 * The lower-case parts of a name from a program: `movingAverage` and `moving_average` → `moving average`,
 * `HTTPServer2` → `http server 2`, `__init__` → `init`. Empty for a word that is its own only part.
 */
export function identifierParts(word: string): string[] {
  if (word.length > MAX_IDENTIFIER_CHARS) return [];
  const parts = (word.match(HUMPS) ?? []).map((part) => part.toLowerCase());
  if (parts.length === 1) return SEPARATED.test(word) && /^_|_$/.test(word) ? parts : [];
  return parts.some((part) => /\p{L}{2}/u.test(part)) ? parts : [];
}

const SNAKE = /^_*[A-Za-z][A-Za-z0-9]*(?:_+[A-Za-z0-9]+)*_*$/;
/** One letter behind the line is an index of mathematics: `sigma_p`, `x_i`. */
const SUBSCRIPT = /^[A-Za-z]{1,10}_[A-Za-z0-9]$|^[A-Za-z]_[A-Za-z]{1,3}$/;
const CAMEL = /^[a-z]{2,}[0-9]*[A-Z][a-z]|^(?:get|set|is|has|on|to|from|parse|make|read|write|calc|new)[A-Z]/;
/** `NullPointerException`, `HTTPServer2`, `GetSharpeRatio`; two humps alone are as often a company. */
const PASCAL = /^[A-Z][A-Za-z]+(?:Error|Exception)$|^[A-Z]{2,}[a-z]{2,}[0-9]+$|^(?:[A-Z][a-z]+){3,}$/;
const DOTTED = /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w+)+$/;
const SCOPED = /^[A-Za-z_]\w*(?:(?:::|->)~?[A-Za-z_]\w*)+$/;
const SITE_OR_DOCUMENT =
  /^www\.|\.(?:com|org|net|gov|edu|io|ai|co|eu|uk|de|fr|ch|jp|pdf|epub|docx?|xlsx?|csv|txt|md|html?|png|zip)$/i;

/** Whether a word has the shape of a name in a program, and not of a company, a ticker, a site or an index. */
export function isIdentifier(word: string): boolean {
  if (word.length > MAX_IDENTIFIER_CHARS) return false;
  const name = word.replace(/\(\)$/, "");
  if (!/^[\w.:~>-]+$/.test(name) || !/[A-Za-z]{2}/.test(name)) return false;
  if (name !== word && /^[A-Za-z_]/.test(name)) return true;
  if (name.includes("_") && SNAKE.test(name)) return !SUBSCRIPT.test(name);
  if (SCOPED.test(name)) return /::|->/.test(name);
  if (DOTTED.test(name)) return isDottedName(name);
  return CAMEL.test(name) || PASCAL.test(name);
}

/** `np.where` and `DataFrame.groupby`, but no `BRK.B`, `U.S.` or `sec.gov`. */
function isDottedName(name: string): boolean {
  if (SITE_OR_DOCUMENT.test(name)) return false;
  const [first = "", second = ""] = name.split(".");
  return /[a-z]/.test(first) && /[a-z_]{2}/.test(second);
}
