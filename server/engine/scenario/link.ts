// Addresses that are known only when all text is laid out: labels, functions, read-only data. While lowering, a word may
// carry them as links; `LinkedWord` becomes an `Operand` at the end. Also the linear arithmetic that makes addresses free.
import type {
  AddressTerm,
  ConstantOperand,
  Conversion,
  Operand,
  WordOperand,
} from "../program/instruction.ts";

/** Something whose address comes late. `address` is set before operands are made final. */
export interface LinkSymbol {
  readonly name: string;
  address: bigint | undefined;
}

/** A multiple of a symbol's address. */
export interface Link {
  readonly symbol: LinkSymbol;
  readonly factor: bigint;
}

/** A sum of terms, late addresses and a constant. Without terms it is a constant. */
export interface Linear {
  readonly kind: "linear";
  readonly terms: readonly AddressTerm[];
  readonly links: readonly Link[];
  /** Any integer; wrapped when the operand is made. */
  readonly constant: bigint;
}

/** A word while lowering: an operand that is final already, or a sum. */
export type Word = Exclude<WordOperand, ConstantOperand> | Linear;

export const ZERO: Linear = { kind: "linear", terms: [], links: [], constant: 0n };

export function constantWord(value: bigint): Linear {
  return { ...ZERO, constant: value };
}

export function linkWord(symbol: LinkSymbol): Linear {
  return { ...ZERO, links: [{ symbol, factor: 1n }] };
}

/** The value of a word that is a plain number. */
export function numberOf(word: Word): bigint | undefined {
  if (word.kind !== "linear" || word.terms.length > 0 || word.links.length > 0) return undefined;
  return word.constant;
}

/** True for numbers and late addresses: everything that does not depend on the run. */
export function isConstantWord(word: Word): word is Linear {
  return word.kind === "linear" && word.terms.length === 0;
}

export function linear(word: Word): Linear {
  if (word.kind === "linear") return word;
  return { ...ZERO, terms: [{ operand: word, scale: 1 }] };
}

/** left + scale × right. */
export function addScaled(left: Word, right: Word, scale: bigint): Linear {
  const base = linear(left);
  const added = linear(right);
  const factor = Number(scale);
  const terms = added.terms.map((term) => ({ operand: term.operand, scale: term.scale * factor }));
  const links = added.links.map((link) => ({ symbol: link.symbol, factor: link.factor * scale }));
  return {
    kind: "linear",
    terms: [...base.terms, ...terms].filter((term) => term.scale !== 0),
    links: joinLinks([...base.links, ...links]),
    constant: base.constant + added.constant * scale,
  };
}

export function addConstant(word: Word, constant: bigint): Linear {
  const base = linear(word);
  return constant === 0n ? base : { ...base, constant: base.constant + constant };
}

/** A label minus itself leaves no link. */
function joinLinks(links: readonly Link[]): readonly Link[] {
  if (links.length < 2) return links;
  const factors = new Map<LinkSymbol, bigint>();
  for (const { symbol, factor } of links) factors.set(symbol, (factors.get(symbol) ?? 0n) + factor);
  return [...factors]
    .filter(([, factor]) => factor !== 0n)
    .map(([symbol, factor]) => ({ symbol, factor }));
}

/** The number that a sum without terms has, when all addresses are known. */
export function settle(sum: Linear): bigint {
  let value = sum.constant;
  for (const { symbol, factor } of sum.links) value += (symbol.address ?? 0n) * factor;
  return value;
}

/** The operand of a word, once `LinkSymbol.address` is set everywhere. */
export function operandOf(word: Word): Operand {
  if (word.kind !== "linear") return word;
  const constant = BigInt.asUintN(64, settle(word));
  if (word.terms.length === 0) return { kind: "constant", value: constant };
  return { kind: "address", terms: word.terms, constant };
}

/** A register's word read as `as`. */
export function registerWord(slot: number, as: Conversion): Word {
  return { kind: "register", slot, as };
}
