import { isIdentifier } from "./identifiers.ts";

/** How lines of Python, JavaScript, C++, R and Pine begin; words of prose like `import`, `return` and `class` need more. */
const STATEMENTS = [
  /^(?:async\s+)?def\s+\w+\s*\(|^class\s+\w+(?:\([\w., ]*\))?:$|^class\s+\w+(?:\s+extends\s+\w+)?\s*\{/,
  /^from\s+[\w.]+\s+import\s+[\w*(]|^import\s+[\w.]+\s+as\s+\w+$|^import\s+\w+\.[\w.]+;?$|^import\s.{1,200}\sfrom\s+['"]/,
  /^#include\b|^using\s+namespace\b|^\/\/\s?@version=|^library\(\w+\)$|^(?:pip|npm)\s+install\s|^>>>\s|^@\w+\(/,
  /^(?:const|let|var)\s+\w{2,}\s*=|^function\s*\w*\s*\(|^return\s[^;]*;$|^return\s+[\w.]+\(|^return\s+(?:self|None|True|False)\b/,
  /^for\s+\w+(?:,\s*\w+)*\s+in\s.*:$|^with\s.{1,200}\sas\s+\w+:$|^(?:else|try|finally)\s*[:{]$/,
  /^(?:if|for|while|switch|catch)\s*\(.*[{:;)]$|^(?:if|elif|while)\s[^<>=.?!]*[<>=][^?!]*:$/,
];
const SQL =
  /\bSELECT\s.{1,300}\sFROM\s|\bINSERT\s+INTO\s|\bCREATE\s+TABLE\s|\bUPDATE\s+\w+\s+SET\s|\bDELETE\s+FROM\s/s;
const TRACE =
  /\bTraceback \(most recent call last\)|^[ \t]*File ".{1,200}", line \d+|^[ \t]*at [\w.<>$ ]{1,100}\(.{1,200}:\d+(?::\d+)?\)|\bsegmentation fault\b|\bcore dumped\b|\bundefined reference to\b/im;
/** `KeyError: 'close'`, but no `tracking error: …`. */
const MESSAGE = /\b[A-Z]\w*(?:Error|Exception): |^(?:Uncaught )?(?:Error|Exception): /m;
const OPERATORS = /[\w)\]]\s?(?:===?|!==?|\+=|-=|\*=|&&|\|\|)\s?[\w("'[]|\w=>|\)\s*(?:=>|->)\s*\w|\w::\w/;
const CALL =
  /(?<![\w.])[A-Za-z_][\w.]*\[['"\d:][^\]\n]{0,80}\]|(?<![\w.])[A-Za-z_]\w*(?:\.\w+)+\(|\b[A-Za-z_]\w*\(\)|\b[A-Za-z]\w*_\w{2,}\(|\w<\w+>[\s(]/;
const NESTED_CALL = /\b[a-z_]\w{2,}\([a-z_]\w+\(/;
/** A list in prose ends its lines with a semicolon too. */
const LINE_END = /[{}]\s*$|[)\]"'];\s*$|=[^=;]*;\s*$/;

/** Text longer than this is judged by its beginning. */
const MAX_CHARS = 4_000;

/** The strongest sign that a query is code or a program's message, 0 to 1. */
export function codeSigns(query: string): number {
  const text = query.slice(0, MAX_CHARS);
  if (TRACE.test(text) || MESSAGE.test(text)) return 1;
  const lines = text.split("\n");
  if (SQL.test(text) || lines.some(isStatement)) return 0.95;
  if (OPERATORS.test(text) || CALL.test(text) || NESTED_CALL.test(text)) return 0.9;
  return wordsOfCode(text).some(isIdentifier) ? 0.85 : 0;
}

/** The share of a passage's lines that are code, 0 to 1; lines count by their length. */
export function codeShare(text: string): number {
  let code = 0;
  let all = 0;
  for (const line of text.slice(0, MAX_CHARS).split("\n")) {
    const length = line.trim().length;
    all += length;
    if (length > 0 && isCodeLine(line)) code += length;
  }
  return all === 0 ? 0 : code / all;
}

function isCodeLine(line: string): boolean {
  if (isStatement(line) || SQL.test(line) || LINE_END.test(line)) return true;
  const signs = [OPERATORS, CALL, NESTED_CALL].filter((sign) => sign.test(line)).length;
  const words = wordsOfCode(line);
  const names = words.filter(isIdentifier).length;
  const assigned = /^\s*[A-Za-z_][\w.,[\]'" ]{0,60}\s?=\s?\S/.test(line);
  if (assigned && (signs > 0 || names > 0 || words.length <= 8)) return true;
  return words.length > 0 && (signs + names) / words.length >= 0.2;
}

function isStatement(line: string): boolean {
  const statement = line.trim();
  return STATEMENTS.some((pattern) => pattern.test(statement));
}

function wordsOfCode(text: string): string[] {
  return (text.match(/[^\s,;"'`[\]{}=]+/g) ?? []).flatMap((word) => {
    const bare = word.replace(/^\(+|[.:!?]+$/g, "");
    return bare.endsWith("()") ? [bare] : bare.split(/[()]/);
  });
}
