import { parseHeader, parseLine } from "./export-format.ts";
import { claimedHead, type Head, type HeadType, type KeyRing, verifyHead } from "./heads.ts";
import { ChainVerifier, type Finding } from "./verifier.ts";

/** What is known besides the export itself; it is not asked for what it says about its own keys. */
export interface Trusted {
  /** The published keys. */
  keys?: KeyRing | undefined;
  /** A signed head that was kept elsewhere, from an answer of the verification or from R2. */
  head?: string | undefined;
}

export interface ExportReport {
  desk: string | undefined;
  rows: number;
  /** The head that closes the export; proven only by keys. */
  head: Head | undefined;
  findings: Finding[];
  /** What the file alone can't prove, in sentences. */
  unproven: string[];
}

/** Enough to see what is wrong; a file that is no export at all needs no million of them. */
const MAX_FINDINGS = 1_000;

/** Verifies an export line by line, with nothing but the file and what is trusted besides. */
export async function verifyExport(
  lines: AsyncIterable<string> | Iterable<string>,
  trusted: Trusted,
): Promise<ExportReport> {
  const check = new ExportCheck(trusted);
  for await (const line of lines) {
    await check.line(line);
    if (check.isHopeless) break;
  }
  return await check.report();
}

class ExportCheck {
  readonly #trusted: Trusted;
  #verifier: ChainVerifier | undefined;
  #desk: string | undefined;
  #number = 0;
  #rows = 0;
  #closing: string | undefined;
  #kept: Head | undefined;
  #kept_hash: string | null | undefined;

  constructor(trusted: Trusted) {
    this.#trusted = trusted;
    this.#kept = trusted.head === undefined ? undefined : claimedHead(trusted.head);
  }

  get isHopeless(): boolean {
    return this.#desk === undefined || (this.#verifier?.findings.length ?? 0) >= MAX_FINDINGS;
  }

  async line(line: string): Promise<void> {
    this.#number += 1;
    if (this.#verifier === undefined) {
      this.#desk = parseHeader(line);
      this.#verifier = new ChainVerifier(this.#desk ?? "", this.#trusted.keys);
      if (this.#desk === undefined)
        this.#verifier.find("bad_form", null, "Line 1 is no header of an export.");
      return;
    }
    const parsed = parseLine(line);
    if (parsed === undefined || this.#closing !== undefined) {
      const what =
        parsed === undefined ? "is not spelled as an export spells it" : "stands behind the closing line";
      this.#verifier.find("bad_form", null, `Line ${this.#number} ${what}.`);
    } else if ("closing" in parsed) this.#closing = parsed.closing;
    else {
      this.#rows += 1;
      await this.#verifier.take(parsed.row);
      if (parsed.row.seq === this.#kept?.seq) this.#kept_hash = parsed.row.hash;
    }
  }

  async report(): Promise<ExportReport> {
    const verifier = this.#verifier ?? new ChainVerifier("", undefined);
    if (this.#number === 0) verifier.find("bad_form", null, "The file is empty.");
    const head = this.#desk === undefined ? undefined : await this.#checkClosing(verifier);
    if (this.#desk !== undefined) await this.#checkKept(verifier);
    const { findings } = verifier;
    return { desk: this.#desk, rows: this.#rows, head, findings, unproven: this.#unproven() };
  }

  async #checkClosing(verifier: ChainVerifier): Promise<Head | undefined> {
    if (this.#closing === undefined) {
      verifier.find(
        "missing",
        null,
        "The closing line is missing: the file was cut, or never written to its end.",
      );
      return undefined;
    }
    const head = await this.#read(["export"], this.#closing);
    if (head === undefined) {
      verifier.find(
        "bad_signature",
        null,
        "The closing line is not signed by a known key as the end of an export.",
      );
      return undefined;
    }
    verifier.upTo(head.seq);
    verifier.checkHead(head, "The closing line's head");
    return head;
  }

  /** The head that was kept must be a row of this export, with the same hash. */
  async #checkKept(verifier: ChainVerifier): Promise<void> {
    if (this.#trusted.head === undefined) return;
    const kept = await this.#read(["row", "export"], this.#trusted.head);
    if (kept === undefined) {
      return verifier.find("bad_signature", null, "The head that was kept is not signed by a known key.");
    }
    if (kept.desk !== this.#desk) {
      verifier.find("head_mismatch", null, "The head that was kept is that of another desk.");
    } else if (kept.seq > verifier.place.seq) {
      const message = `The head that was kept is that of row ${kept.seq}; the export ends at row ${verifier.place.seq}.`;
      verifier.find("missing", verifier.place.seq + 1, message);
    } else if (kept.seq > 0 && this.#kept_hash !== kept.hash) {
      verifier.find("head_mismatch", kept.seq, `The head that was kept does not fit row ${kept.seq}.`);
    }
  }

  async #read(types: readonly HeadType[], signature: string): Promise<Head | undefined> {
    const { keys } = this.#trusted;
    return keys === undefined ? claimedHead(signature) : await verifyHead(keys, types, signature);
  }

  #unproven(): string[] {
    const unproven: string[] = [];
    if (this.#trusted.keys === undefined) {
      unproven.push(
        "Who made this chain: no signature was checked, since no keys were given. The rows fit each other, but anybody can make rows that do.",
      );
    }
    if (this.#trusted.head === undefined) {
      unproven.push(
        "What came after: an export ends where the chain ended when it was made. A head that was kept elsewhere shows whether rows up to it are all here.",
      );
    }
    return unproven;
  }
}
