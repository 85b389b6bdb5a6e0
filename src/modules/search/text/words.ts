/** English function words that carry no meaning of their own in a query. */
const STOP_WORDS = new Set(
  `a about above after again all also am an and any are as at be because been before being below between both but by
  can could did do does doing down during each few for from further had has have having he her here hers him his how i
  if in into is it its itself just me more most my no nor not now of off on once only or other our out over own same
  she should so some such than that the their them then there these they this those through to too under until up very
  was we were what when where which while who whom why will with would you your`.split(/\s+/),
);

/** Marks that words are written with or without. In other scripts they make another letter: й, デ, हि. */
const ACCENTED = /([\p{Script=Latin}\p{Script=Greek}\p{Script=Arabic}\p{Script=Hebrew}])\p{M}+/gu;
const NOT_ASCII = /[^\0-\x7f]/;

/** A text without accents and without the vowel signs of Arabic and Hebrew: so it is indexed and asked for. */
export function unaccented(text: string): string {
  return NOT_ASCII.test(text) ? text.normalize("NFD").replace(ACCENTED, "$1").normalize("NFC") : text;
}

/** The words of a text as the index sees them: lower-cased, without accents. */
export function wordsOf(text: string): string[] {
  return unaccented(text.toLowerCase()).match(/[\p{L}\p{N}_][\p{L}\p{N}\p{M}_]*/gu) ?? [];
}

/** `FY2018` is also found by `FY` and `2018`: runs of letters and digits stand beside the word itself. */
export function withSplitRuns(words: readonly string[]): string[] {
  return words.flatMap((word) => {
    const runs = word.match(/\p{L}+|\p{N}+/gu) ?? [];
    return runs.length > 1 ? [word, ...runs] : [word];
  });
}

export const isTelling = (word: string): boolean => !STOP_WORDS.has(word);

/** The words without those that mean nothing alone; all of them where nothing else would be left. */
export function tellingWords(words: string[]): string[] {
  const telling = words.filter(isTelling);
  return telling.length > 0 ? telling : words;
}
