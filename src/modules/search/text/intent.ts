import { codeSigns } from "./code-signs.ts";
import { termAskedFor } from "./definition-signs.ts";
import type { Intent } from "./intents.ts";
import { isMathematical } from "./mathematics.ts";
import { quotedPhrases } from "./phrases.ts";
import { tradingWordsOf } from "./trading-words.ts";
import { tellingWords, wordsOf } from "./words.ts";

interface Query {
  text: string;
  lower: string;
  words: string[];
}

/** A longer query is judged by its beginning. */
const MAX_CHARS = 2_000;
/** From here on a sign decides; below it is only a doubt about `semantic`. */
const DECIDES = 0.6;

/** How strongly a query shows each intent, 0 to 1; of two that are equal the first one is it. */
const SIGNS: readonly (readonly [Intent, (query: Query) => number])[] = [
  ["exact", exactSigns],
  ["code", ({ text }) => codeSigns(text)],
  ["formula", ({ text }) => (isMathematical(text) ? 0.88 : 0)],
  ["concept", conceptSigns],
  ["code", codeWords],
  ["formula", formulaWords],
  ["strategy", strategyWords],
];

/**
 * What a query is after, by fixed rules: quotes, the shapes of code and of mathematics, and words of asking. `confidence`
 * is the strength of the rule that decided, 0 to 1; for `semantic`, the default, how little spoke for any other.
 */
export function detectIntent(query: string): { intent: Intent; confidence: number } {
  const text = query.slice(0, MAX_CHARS);
  const lower = text.toLowerCase().replace(/\s+/g, " ").trim();
  const asked: Query = { text, lower, words: wordsOf(lower) };
  let best: { intent: Intent; confidence: number } = { intent: "semantic", confidence: 0 };
  for (const [intent, signs] of SIGNS) {
    const confidence = signs(asked);
    if (confidence > best.confidence) best = { intent, confidence };
  }
  if (best.confidence >= DECIDES) return { ...best, confidence: Number(best.confidence.toFixed(2)) };
  return { intent: "semantic", confidence: Number((1 - best.confidence).toFixed(2)) };
}

/** Words that only say that a phrase is looked for. */
const LOOKING_FOR = new Set(
  `find search look show quote quoted phrase phrases sentence passage passages word words text says say said exact exactly
  contain contains containing mention mentions mentioned literally verbatim term occurrences appears written suche finde
  cherche buscar`.split(/\s+/),
);

/** A phrase asked for as it stands: alone, or with less beside it than it says itself. */
function exactSigns({ text }: Query): number {
  const { phrases, rest } = quotedPhrases(text);
  const quoted = phrases.flatMap(wordsOf).length;
  if (quoted === 0) return 0;
  const others = wordsOf(rest);
  if (others.length === 0) return 1;
  if (isOfCode(text, phrases)) return 0;
  const beside = tellingWords(others).filter((word) => !LOOKING_FOR.has(word)).length;
  const onlyAsked = tellingWords(others).every((word) => LOOKING_FOR.has(word)) || beside === 0;
  return onlyAsked ? 0.95 : Math.min(0.9, (quoted / (quoted + beside)) * 1.1) * (quoted > beside ? 1 : 0);
}

/** Whether the quotes are those of a string in code: it looks like code around them. */
function isOfCode(text: string, phrases: string[]): boolean {
  const around = phrases.reduce((left, phrase) => left.replace(phrase, "_"), text);
  return codeSigns(around) > 0;
}

/** A short term whose meaning is asked for. */
function conceptSigns({ text }: Query): number {
  const term = termAskedFor(text);
  if (term === undefined) return 0;
  return codeWords({ text: term, lower: term, words: wordsOf(term) }) > 0 ? 0.5 : 0.85;
}

const LIBRARIES =
  /\b(?:pandas|numpy|scipy|matplotlib|scikit[- ]learn|sklearn|statsmodels|pytorch|tensorflow|backtrader|zipline|vectorbt|quantlib|talib|ta-lib|yfinance|ccxt|polars|duckdb|ggplot2?|quantmod|xarray|numba|cython|jupyter|dataframes?|node\.?js|pine ?script|pinescript|mql[45]|easylanguage|thinkscript|vba|afl)\b/;
const LANGUAGES =
  /\b(?:python3?|javascript|typescript|c\+\+|c#|matlab|golang|haskell|kotlin|sql|fortran|cobol|php)(?![\w+#])|\b(?:in|with|using) r$|\br (?:script|package|code|function)\b/;
/** Names of coffee, crop diseases, stones and people too. */
const LANGUAGES_MAYBE = /\b(?:java|rust|ruby|julia|scala|bash|perl|swift)\b/;
const CODE_NOUNS =
  /\b(?:code|source code|snippets?|scripts?|function|functions|method|class|library|libraries|package|module|implement|implementation|implementing|loops?|vectori[sz]e|regex|decorator|async|thread|exception|error|debug|unit test|example|api|how (?:to|do i|can i)|calculate|compute)\b/;
const ASKS_FOR_CODE =
  /\b(?:code|source code|script|snippet) (?:for|to|of|that|example)\b|\b(?:stack ?trace|traceback|segfault|syntax error|type ?error|key ?error|import ?error|null pointer|regex|regular expression) ?|\b(?:implement|implementation of) .{1,60} in (?:python|java|c|c\+\+|r|go|sql|rust)(?!\w)/;

/** A library, a language with what is wanted of it, or code by name. */
function codeWords({ lower, words }: Query): number {
  if (words.length > 20) return 0;
  if (LIBRARIES.test(lower)) return 0.82;
  if (LANGUAGES.test(lower)) return CODE_NOUNS.test(lower) || words.length <= 5 ? 0.82 : 0.5;
  if (LANGUAGES_MAYBE.test(lower) && CODE_NOUNS.test(lower)) return 0.75;
  return ASKS_FOR_CODE.test(lower) && words.length <= 10 ? 0.65 : 0;
}

const FORMULA =
  /\b(?:formulas?|formulae|fomula|forumla|formual|formel|formeln|formules?)\b|(?<!\p{L})(?:f[oó]rmulas?|формула|формулы)(?!\p{L})|公式|数式/u;
const EQUATION =
  /\b(?:equations?|pde|sde|closed[- ]form|gleichung|ecuaci[oó]n|equazione|lagrangian|hamiltonian|identity|theorem|lemma)\b|(?<!\p{L})équations?(?!\p{L})/u;
const DERIVES =
  /^(?:the )?(?:derivation|proof|derive|prove|partial derivative|closed[- ]form (?:solution|expression)|derivative|integral|gradient|herleitung|démonstration|demostración)\b/;
/** Questions in prose, which name equations that they don't ask for. */
const PROSE_QUESTION =
  /^(?:why|does|do|did|has|have|had|can|could|is|are|was|were|should|would|who|when|where|which|papers?|articles?|evidence|history|has anyone|what (?!is the (?:\w+ ){0,4}(?:formulas?|equations?)))\b/;

/** A formula by its name. */
function formulaWords({ lower, words }: Query): number {
  if (words.length > 12 || PROSE_QUESTION.test(lower)) return 0;
  if (FORMULA.test(lower)) return words.length <= 9 ? 0.8 : 0.65;
  if (DERIVES.test(lower)) return 0.7;
  return EQUATION.test(lower) ? (words.length <= 7 ? 0.65 : 0.4) : 0;
}

const HOW_TO_TRADE =
  /\bhow (?:to|do i|do you|should i|can i) (?:trade|scalp|buy|sell|short|exit|enter|hedge)\b|\bwhen (?:to|should i|do i|should you|would you) (?:\w+ )?(?:buy|sell|exit|enter|close|short|sell out|take profits?|cut)\b|\bwhere (?:to|should i) (?:place|put|set) (?:\w+ )?stops?\b|\bhandelsregeln?\b|\breglas de (?:entrada|salida)\b|\brègles d['’]entrée\b/;
const RULE_NOUNS =
  /\b(?:rules?|signals?|setups?|systems?|entry|exit|thresholds?|placement|levels?|criteria|adjustments?|targets?|best)\b/;
const RESEARCH =
  /^(?:why|does|do|did|has|have|is|are|was|were|which|who|papers?|articles?|studies|evidence|history|impact|effects?|influence|how (?:did|does|do|has|have|was|were|many|much) (?!i |you ))\b|\b(?:fiscal|fy\d+|10-k|annual report|company's|shareholders?)\b/;

/** Rules of trading: a strategy of known parts, or what to do when. */
function strategyWords({ lower, words }: Query): number {
  const strength = strategyStrength(lower, words);
  return strength * (RESEARCH.test(lower) ? 0.6 : 1) * (words.length > 16 ? 0.7 : 1);
}

function strategyStrength(lower: string, words: string[]): number {
  const { instruments, rules, strategy } = tradingWordsOf(words);
  const ruleCount = rules.size;
  const parts = ruleCount + instruments.size;
  if (HOW_TO_TRADE.test(lower)) return 0.8;
  if (strategy) return 0.8;
  if (ruleCount >= 2 || (ruleCount === 1 && instruments.size > 0)) return 0.75;
  const telling = [...rules].some((rule) => rule.includes(" ") || rule.startsWith("backtest"));
  if ((telling || instruments.size > 0) && RULE_NOUNS.test(lower)) return 0.7;
  return telling && words.length <= 8 ? 0.65 : parts * 0.2;
}
