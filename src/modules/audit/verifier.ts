import { genesisOf, linkHash, type SealedRow } from "./canonical.ts";
import { type Head, type KeyRing, verifyHead } from "./heads.ts";

export const FINDING_CODES = [
  "changed",
  "missing",
  "duplicate",
  "reordered",
  "inserted",
  "bad_signature",
  "head_mismatch",
  "bad_form",
] as const;

/** Something that an honest chain doesn't have. `seq` is the place in the chain, null where it is about the whole. */
export interface Finding {
  seq: number | null;
  code: (typeof FINDING_CODES)[number];
  message: string;
}

export interface Place {
  seq: number;
  /** Undefined where it isn't known, because the row is missing or has lost it. */
  hash: string | undefined;
}

/**
 * Walks a chain row by row and keeps what is wrong with it. After a wrong row it goes on from the hash that is stored,
 * so that a wrong row hides none behind it and does not make all of those wrong.
 */
export class ChainVerifier {
  readonly findings: Finding[] = [];
  readonly #desk: string;
  readonly #keys: KeyRing | undefined;
  #place: Place;

  /** Without keys, signatures are not looked at. `after` is the place to go on from, the beginning by default. */
  constructor(desk: string, keys: KeyRing | undefined, after: Place = { seq: 0, hash: genesisOf(desk) }) {
    this.#desk = desk;
    this.#keys = keys;
    this.#place = after;
  }

  /** The last row that was taken. */
  get place(): Place {
    return this.#place;
  }

  find(code: Finding["code"], seq: number | null, message: string): void {
    this.findings.push({ seq, code, message });
  }

  /** Takes the next row as it is stored or written. */
  async take(row: SealedRow): Promise<void> {
    const { hash, seq } = row;
    if (seq < 1) return this.find("inserted", seq, `Row ${seq} stands before the chain's beginning.`);
    if (seq === this.#place.seq) return this.find("duplicate", seq, `There is a second row ${seq}.`);
    if (seq < this.#place.seq) {
      return this.find("reordered", seq, `Row ${seq} stands behind row ${this.#place.seq}.`);
    }
    this.upTo(seq - 1);
    const previous = this.#place.hash;
    if (previous !== undefined && linkHash(previous, row, row.signature !== null) !== hash) {
      this.find("changed", seq, `Row ${seq} does not fit its hash and the row before it.`);
    }
    await this.#checkSignature(row);
    this.#place = { seq, hash: hash ?? undefined };
  }

  /** Says that every row up to this one has been given. */
  upTo(seq: number): void {
    const first = this.#place.seq + 1;
    if (seq < first) return;
    const which = first === seq ? `Row ${seq} is` : `Rows ${first} to ${seq} are`;
    this.find("missing", first, `${which} missing.`);
    this.#place = { seq, hash: undefined };
  }

  /** Holds a head against the last row that was taken, of which it must be the head. */
  checkHead(head: Pick<Head, "desk" | "seq" | "hash">, name: string): void {
    if (head.desk !== this.#desk) this.find("head_mismatch", null, `${name} is that of another desk.`);
    const { hash, seq } = this.#place;
    if (head.seq !== seq) {
      this.find("head_mismatch", null, `${name} is that of row ${head.seq}, the last row is ${seq}.`);
    } else if (hash !== undefined && hash !== head.hash) {
      this.find("head_mismatch", seq, `${name} does not fit row ${seq}.`);
    }
  }

  async #checkSignature({ hash, seq, signature }: SealedRow): Promise<void> {
    if (signature === null || this.#keys === undefined) return;
    const signed = await verifyHead(this.#keys, ["row"], signature);
    if (signed?.desk === this.#desk && signed.seq === seq && signed.hash === hash) return;
    this.find("bad_signature", seq, `The signature of row ${seq} is not by a known key, or not of this row.`);
  }
}
