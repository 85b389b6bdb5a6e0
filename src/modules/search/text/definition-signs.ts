/** How people begin to ask what something means; the rest of the query is what they ask about. */
const OPENINGS = [
  /^w[hat]{2,4}(?:['’]?s|\s+is|\s+are|\s+re)\s+(?:meant\s+by|the\s+(?:meaning|definition|concept|idea)\s+(?:of|behind))\s+/i,
  /^w[hat]{2,4}(?:['’]?s|\s+is|\s+are|['’]re)\s+/i,
  /^(?:please\s+)?(?:define|explain|describe\s+the\s+(?:concept|idea)\s+of)\s+/i,
  /^(?:the\s+)?(?:definitions?|defintion|meaning|concept|explanation)\s+of\s+/i,
  /^(?:difference|differences|distinction)\s+between\s+/i,
  /^w[hat]{2,4}(?:['’]?s|\s+is)\s+the\s+difference\s+between\s+/i,
  /^(?:also\s+|und\s+)?was\s+(?:ist|sind|bedeutet|bedeuten|heißt|versteht\s+man\s+unter)\s+/i,
  /^(?:definition|bedeutung)\s+(?:von|des|der)\s+|^(?:erkläre|erklärung\s+(?:von|des|der))\s+/i,
  /^qu['’]est[-\s]ce\s+qu(?:e|['’])\s*|^c['’]est\s+quoi\s+|^que\s+(?:signifie|veut\s+dire)\s+|^définition\s+d(?:e|u|['’])\s*/i,
  /^¿?\s*qu[eé]\s+(?:es|son|significa)\s+|^(?:definición|significado)\s+del?\s+/i,
  /^(?:che\s+)?cos(?:['’]è|a\s+(?:è|significa|sono))\s+|^o\s+que\s+(?:é|são|significa)\s+|^wat\s+(?:is|zijn|betekent)\s+/i,
  /^что\s+(?:такое|значит|означает)\s+|^co\s+to\s+jest\s+|^vad\s+är\s+|^(?:什么是|何謂)\s*/i,
];
const ENDINGS =
  /\s+(?:definitions?|meaning|explained|bedeutung|signification|significado)\s*$|\s*とは(?:何ですか|何か|何)?\s*$|\s*是什么(?:意思)?\s*$/i;
/** `what does vwap stand for`, `was bedeutet contango`: the subject stands in the middle. */
const ASKED_INSIDE =
  /^w[hat]{2,4}\s+do(?:es)?\s+(.{1,80}?)\s+(?:mean|stand\s+for|refer\s+to|denote)\b(?:\s+in\s+\w+)?$/i;

/** Questions about a thing that is known: its size, cause, best kind, way of being made. */
const ASKS_MORE =
  /\b(?:best|better|worst|optimal|typical|average|current|latest|total|main|principal|primary|largest|biggest|effects?|impact|influence|role|cause|causes|reasons?|relation|relationship|evidence|price|cost of (?!carry|capital|equity|debt)|amount|number|value of|status|result|results|outlook|revenue|margin of (?!safety)|rate of (?!return)|growth|increase|decrease|decline|rise|fall|change|available|known|problems?|methods?|ways?|steps|happening|going|doing|wrong|new|next|driving|trading at|mission|function of|segments?|advantages?|disadvantages?|benefits|types|kinds|examples?|purpose|address|name|formulas?|formulae|equations?|rules?|this|these|those|your|my|our|their|its|his|her|who|how|why|when|where|which|that|company|companys|fiscal|quarter)\b/;
const ARTICLES =
  /^(?:an?|the|eine?|einen|der|die|das|une?|les?|la|l['’]|el|los|las|il|lo|uno|una|um|uma|het|een)\s*(?<=\s|['’])/i;
/** What only says where the term is used. */
const SETTING = /\s+(?:(?:to|for)\s+(?:me|us|beginners|dummies)|in\s+(?:simple|plain|short)\s+\w+|please)$/i;
const PREPOSITION = /\s(?:in|on|of|and|für|von|der|du|de|del|di)\s/;
/** A year, a possession, or a company behind a common word: the question is about somebody, not about a term. */
const OF_SOMEBODY =
  /\b(?:19|20)\d\d\b|\b[Ff][Yy]\d|['’]s\s|\d{3}|\b[a-z]+ (?:['"‘“]\w+['"’”] )?(?:of|at|by|for) [A-Z][A-Za-z]/;

const MAX_CHARS = 120;
const MAX_SUBJECT_WORDS = 4;

/** What a query asks the meaning of, as it was typed, or undefined where it isn't such a question. */
export function termAskedFor(query: string): string | undefined {
  if (query.length > MAX_CHARS) return undefined;
  const subject = subjectOf(query.trim().replace(/[\s?!.。？]+$/u, ""));
  const term = subject
    ?.replace(/["“”„«»]/g, " ")
    .trim()
    .replace(ARTICLES, "")
    .replace(SETTING, "")
    .trim();
  if (term === undefined || term === "" || ASKS_MORE.test(term.toLowerCase())) return undefined;
  if (OF_SOMEBODY.test(term)) return undefined;
  const limit = PREPOSITION.test(term) ? MAX_SUBJECT_WORDS + 1 : MAX_SUBJECT_WORDS;
  return term.split(/\s+/).length <= limit ? term : undefined;
}

function subjectOf(asked: string): string | undefined {
  const inside = ASKED_INSIDE.exec(asked)?.[1];
  if (inside !== undefined) return inside;
  const opening = OPENINGS.find((pattern) => pattern.test(asked));
  if (opening !== undefined) return asked.replace(opening, "");
  const ending = asked.replace(ENDINGS, "");
  return ending === asked ? undefined : ending;
}
