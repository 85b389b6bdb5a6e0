import { commandWord, FUNCTION_NAMES, SYMBOL_NAMES } from "./math-symbols.ts";

/** How a piece of text between white space stands to mathematics: `loose` ones belong to what is next to them. */
type Kind = "formula" | "loose" | "prose";

const PLAIN_WORD = /^[("'“‘]*[A-Za-z][a-z]{2,}(?:['’-][a-z]+)*[)"'”’.,;:?!]*$/;
const SYMBOL =
  /[\u00ac\u00b5\u2032-\u2034\u2200-\u2211\u2213-\u2214\u221a-\u2235\u2237-\u223b\u223d-\u22ff\u27c0-\u27ef\u2980-\u2aff\u{1d400}-\u{1d7ff}]/u;
/** Signs of reports too: `3× leverage`, `±5 %`; mathematics where they stand alone or at a letter. */
const TIMES = /^[×÷±·∼∗]$|[A-Za-z)][×÷±]|[×±][A-Za-z(]/;
/** Two Greek letters at most: three in a row are a word of Greek. */
const GREEK = /(?<!\p{Script=Greek})\p{Script=Greek}{1,2}(?!\p{Script=Greek})/u;
const GREEK_WORD = /\p{Script=Greek}{3,}/gu;
const GREEK_ONLY = /^\p{P}*\p{Script=Greek}+\p{P}*$/u;
const SCRIPTS = /[\u00b2\u00b3\u00b9\u2070-\u209c\u1d2c-\u1d6a\u2c7c]/;
const TEX = /\\(?:[A-Z]?[a-z]+|Var|Cov|Pr)(?![A-Za-z])|[\^_]\{|\$[^$\d\s][^$]*\$/;
const POWER_OR_INDEX =
  /[A-Za-z0-9)\]}]\^[A-Za-z0-9({+-]|(?<![A-Za-z0-9_])[A-Za-z]\d?_[A-Za-z0-9]{1,3}(?![A-Za-z0-9_])|[a-z]{2}_[a-z0-9](?![A-Za-z0-9_])/;
/** A function of mathematics has a name of one letter or one that is known: `N(d1)`, `Cov(r`. */
const FUNCTION_CALL = /(?<![A-Za-z0-9_.])(?:[A-Za-z]|Cov|Var|Corr|Pr|ln|log|exp|sqrt)['′]*[([](?!\))/;
const EQUALS = /^[!:<>]?=$|[\p{L}\p{N})\]}]=(?![=>])|(?<![=!<>:+*/-])=[\p{L}\p{N}(\\-]/u;
const OPERATOR = /^[-+*/|<>()[\]{},.\u2212\u2013\u2190-\u21ff&\\$^_!']+$/;
const NUMBER_LIKE = /^[-+(]*\d[\d.,%]*[).,;]*$/;
const SHORT = /^[-+*/(|[{]*(?:[A-Za-z]{1,2}[\d\p{M}]?|[A-Z]{3,5}|\d+[A-Za-z])[-+*/)|\]},.;']*$/u;
const ADDRESS = /:\/\/|^www\.|^[A-Za-z]:\\|@/;
const LITTLE_WORDS = new Set(
  "a am an as at be by do go he i if in is it me my no of oh ok on or so to up us we de la le el un et en es du da di il im am zu".split(
    " ",
  ),
);

/** `a`, `A` and `I` are variables only next to a sign. */
const ARTICLE = /^[aAI][,.;)]?$/;
const BINARY = /^(?:[<>]?=|[-+*/<>^_|\u2190-\u22ff×÷±·])/;

interface Piece {
  text: string;
  kind: Kind;
}

/**
 * The mathematics of a text as words of `[a-z0-9]+`, in TeX's vocabulary, whether it was written as TeX, in Unicode
 * or came out of a PDF: `\frac{a}{b}` → frac a b; `σ²`, `\sigma^2` and `𝜎2` → sigma 2; `≤`, `\leq` and `<=` → leq.
 * Where powers and indices stand is not kept, for PDFs have lost it. Prose around the formulas gives no word.
 */
export function mathTokens(text: string): string[] {
  return formulasOf(text).flatMap(wordsOfFormula);
}

/** How much of a text is mathematics, 0 to 1, by its pieces between white space. */
export function mathShare(text: string): number {
  const pieces = piecesOf(text);
  const inside = runsOf(pieces).reduce((sum, run) => sum + run.length, 0);
  return pieces.length === 0 ? 0 : inside / pieces.length;
}

/** Whether a text is written in the signs of mathematics for the greater part. */
export function isMathematical(text: string): boolean {
  return mathShare(text) >= 0.5;
}

function formulasOf(text: string): string[] {
  return runsOf(piecesOf(text)).map((run) => run.map((piece) => piece.text).join(" "));
}

function piecesOf(text: string): Piece[] {
  const visible = text.replace(INVISIBLE, "").replace(PRIVATE_USE, " ");
  const texts = visible.match(/\S+/g) ?? [];
  const isGreek = (visible.match(GREEK_WORD) ?? []).length >= 2;
  const pieces = texts.map((piece): Piece => {
    const isWord = isGreek && GREEK_ONLY.test(piece);
    return { text: piece, kind: isWord ? "prose" : kindOf(piece) };
  });
  for (const [at, piece] of pieces.entries()) {
    const isVariable = behindFormula(pieces[at - 1]) || BINARY.test(texts[at + 1] ?? "");
    if (ARTICLE.test(piece.text) && isVariable) piece.kind = "loose";
  }
  return pieces;
}

function behindFormula(before: Piece | undefined): boolean {
  return before !== undefined && before.kind !== "prose" && BINARY.test(before.text);
}

function kindOf(piece: string): Kind {
  if (PLAIN_WORD.test(piece)) {
    return FUNCTION_NAMES.has(piece.toLowerCase()) ? "loose" : "prose";
  }
  if (ADDRESS.test(piece)) return "prose";
  if (isFormula(piece)) return "formula";
  if (OPERATOR.test(piece) || NUMBER_LIKE.test(piece)) return "loose";
  if (!SHORT.test(piece)) return "prose";
  return LITTLE_WORDS.has(piece.replace(/[^A-Za-z]/g, "").toLowerCase()) ? "prose" : "loose";
}

function isFormula(piece: string): boolean {
  return (
    [SYMBOL, TIMES, GREEK, TEX, POWER_OR_INDEX, FUNCTION_CALL, EQUALS].some((sign) => sign.test(piece)) ||
    hasScript(piece)
  );
}

/** A raised or lowered sign, where it doesn't hang on a word as the number of a footnote. */
function hasScript(piece: string): boolean {
  return SCRIPTS.test(piece) && !/^\p{L}{3,}[\p{P}]*[\u00b2\u00b3\u00b9\u2070-\u2079]+\p{P}*$/u.test(piece);
}

/** Pieces farther than this from any formula are no part of it: the columns of a table beside one. */
const REACH = 6;

/** Stretches of pieces that are formulas or stand near one with nothing but loose pieces between. */
function runsOf(pieces: Piece[]): Piece[][] {
  const runs: Piece[][] = [];
  let run: Piece[] = [];
  for (const piece of pieces) {
    if (piece.kind !== "prose") run.push(piece);
    else if (run.length > 0) {
      runs.push(nearFormulas(run));
      run = [];
    }
  }
  return [...runs, nearFormulas(run)].filter(({ length }) => length > 0);
}

function nearFormulas(run: Piece[]): Piece[] {
  return run.filter((_, at) =>
    run.slice(Math.max(0, at - REACH), at + REACH + 1).some(({ kind }) => kind === "formula"),
  );
}

const INVISIBLE = /[\u00ad\u2060-\u2064\ufeff]|[\u200b-\u200f]|[\ufe00-\ufe0f]/g;
const PRIVATE_USE = /[\ue000-\uf8ff]/g;
/** Dots and bars over letters. */
const MARKS = /(?<=\p{L})\p{M}+/gu;
const SCRIPT_RUN = /[\u00b2\u00b3\u00b9\u2070-\u209c\u1d2c-\u1d6a\u2c7c]+/g;
const ASCII_RELATIONS: ReadonlyMap<string, string> = new Map([
  ["<=", " leq "],
  [">=", " geq "],
  ["!=", " neq "],
  ["->", " rightarrow "],
  ["=>", " implies "],
]);
const TOKEN = /\\([A-Za-z]+)|[a-z]+|[0-9]+|[^\sa-z0-9]/giu;

function wordsOfFormula(formula: string): string[] {
  const plain = formula
    .replace(SCRIPT_RUN, " $& ")
    .normalize("NFKC")
    .replace(/(\d{1,4})\u2044(\d{1,4})/g, " frac $1 $2 ")
    .replace(/<=|>=|!=|->|=>/g, (relation) => ASCII_RELATIONS.get(relation) ?? relation)
    .replace(/(?<=[A-Za-z)])'+/g, (primes) => " prime".repeat(primes.length))
    .normalize("NFD")
    .replace(MARKS, "")
    .normalize("NFC");
  return [...plain.matchAll(TOKEN)].flatMap(([token, command]) => {
    if (command !== undefined) return commandWord(command) ?? [];
    const word = SYMBOL_NAMES.get(token.toLowerCase()) ?? token.toLowerCase();
    return /^[a-z0-9]+$/.test(word) ? [word] : [];
  });
}
