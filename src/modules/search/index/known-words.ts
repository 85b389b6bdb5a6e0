import { Spelling } from "../text/spelling.ts";
import type { WordList } from "../text/word-list.ts";
import { readVocabulary } from "./vocabulary.ts";

/** The desk's vocabulary in memory: read when it is first needed after a change of the library, two rows at most. */
export class KnownWords {
  #list: WordList | undefined;
  #spelling: Spelling | undefined;

  list(sql: SqlStorage): WordList {
    this.#list ??= readVocabulary(sql);
    return this.#list;
  }

  spelling(sql: SqlStorage): Spelling {
    this.#spelling ??= new Spelling(this.list(sql));
    return this.#spelling;
  }

  forget(): void {
    this.#list = undefined;
    this.#spelling = undefined;
  }
}
