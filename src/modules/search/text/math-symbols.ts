const words = (text: string) => text.trim().split(/\s+/);

const GREEK_NAMES =
  words(`alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma
  tau upsilon phi chi psi omega`);
const GREEK_LETTERS = [..."αβγδεζηθικλμνξοπρστυφχψω"];

/** The TeX name of each symbol, once NFKC has made one of its twins; lower-case Greek stands for both cases. */
export const SYMBOL_NAMES: ReadonlyMap<string, string> = new Map([
  ...GREEK_LETTERS.map((letter, index): [string, string] => [letter, GREEK_NAMES[index] ?? ""]),
  ["ς", "sigma"],
  ...words(`∆ delta ∑ sum ∏ prod ∐ coprod √ sqrt ∛ cbrt ∫ int ∮ oint ∬ iint ∂ partial ∇ nabla ∞ infty ≤ leq ⩽ leq ≦ leq
    ≥ geq ⩾ geq ≧ geq ≠ neq ≈ approx ≃ simeq ≅ cong ≡ equiv ∼ sim ∝ propto ≪ ll ≫ gg ± pm ∓ mp × times ÷ div ⋅ cdot
    · cdot ∗ ast ∘ circ ⊗ otimes ⊕ oplus ⊙ odot ∈ in ∉ notin ∋ ni ⊂ subset ⊆ subseteq ⊃ supset ⊇ supseteq ∪ cup
    ∩ cap ∅ emptyset ∖ setminus ∀ forall ∃ exists ¬ neg ∧ wedge ∨ vee → rightarrow ⟶ rightarrow ← leftarrow
    ↔ leftrightarrow ⇒ implies ⟹ implies ⇔ iff ⟺ iff ↦ mapsto ′ prime ⊥ perp ∥ parallel ℏ hbar ∴ therefore`).reduce<
    [string, string][]
  >((pairs, word, index, all) => {
    if (index % 2 === 1) pairs.push([all[index - 1] ?? "", word]);
    return pairs;
  }, []),
]);

/** TeX commands with a commoner twin. */
const TWINS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    le: "leq",
    leqslant: "leq",
    ge: "geq",
    geqslant: "geq",
    ne: "neq",
    dfrac: "frac",
    tfrac: "frac",
    cfrac: "frac",
    to: "rightarrow",
    longrightarrow: "rightarrow",
    gets: "leftarrow",
    land: "wedge",
    lor: "vee",
    lnot: "neg",
    varnothing: "emptyset",
    ell: "l",
    dbinom: "binom",
    tbinom: "binom",
    thicksim: "sim",
    thickapprox: "approx",
    triangle: "delta",
  }),
);

/** Commands about how a formula looks; PDFs have lost the accents among them. */
const LOOKS = new Set(
  words(`text textbf textit textrm texttt mathrm mathbf mathbb mathcal mathfrak mathit mathsf mathscr boldsymbol bm
    operatorname mbox hbox rm bf it left right big bigg bigl bigr biggl biggr middle displaystyle textstyle limits nolimits
    begin end quad qquad label tag nonumber notag hat bar tilde vec dot ddot overline underline widehat widetilde
    mathop mathbin mathrel hspace vspace phantom item section subsection emph cite ref eqref footnote`),
);

/** The word of a TeX command, without its backslash: `leqslant` → `leq`, `varepsilon` → `epsilon`; none for looks. */
export function commandWord(command: string): string | undefined {
  const name = command.toLowerCase();
  if (LOOKS.has(name)) return undefined;
  const greek = name.replace(/^var/, "");
  return GREEK_NAMES.includes(greek) ? greek : (TWINS.get(name) ?? name);
}

/** Names of functions and of Greek letters, which belong to a formula wherever one stands next to them. */
export const FUNCTION_NAMES: ReadonlySet<string> = new Set([
  ...GREEK_NAMES,
  ...words(`ln log exp sin cos tan sinh cosh tanh arcsin arccos arctan min max inf sup lim var cov corr cor std sd erf
    sqrt sum prod int det arg argmin argmax sgn sign abs mod pr prob`),
]);
