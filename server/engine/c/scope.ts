// Names in scope. Ordinary names and tags are looked up by the interner's numbers; a block remembers what it hides.
import type { CSymbol } from "./ast.ts";
import type { CEnum, CRecord } from "./records.ts";

export type Tagged = CRecord | CEnum;

/** The level of what is outside of file scope: a prelude, names that a tool declares. */
const HIDABLE = -1;

export class Scope {
  readonly #ordinary: (CSymbol | undefined)[] = [];
  readonly #tags: (Tagged | undefined)[] = [];
  /** Levels at which the present meaning was declared, so that a block may redeclare. */
  readonly #ordinaryLevels: number[] = [];
  readonly #tagLevels: number[] = [];
  readonly #undo: (() => void)[] = [];
  readonly #marks: number[] = [];

  /** 0 at file scope. */
  get level(): number {
    return this.#marks.length;
  }

  push(): void {
    this.#marks.push(this.#undo.length);
  }

  pop(): void {
    const mark = this.#marks.pop();
    if (mark === undefined) return;
    while (mark < this.#undo.length) this.#undo.pop()?.();
  }

  symbol(identifier: number): CSymbol | undefined {
    return this.#ordinary[identifier];
  }

  /** The symbol if it was declared at the present level. */
  symbolHere(identifier: number): CSymbol | undefined {
    return this.#ordinaryLevels[identifier] === this.level ? this.#ordinary[identifier] : undefined;
  }

  declare(identifier: number, symbol: CSymbol): void {
    const before = this.#ordinary[identifier];
    const levelBefore = this.#ordinaryLevels[identifier] ?? 0;
    if (0 < this.level) {
      this.#undo.push(() => {
        this.#ordinary[identifier] = before;
        this.#ordinaryLevels[identifier] = levelBefore;
      });
    }
    this.#ordinary[identifier] = symbol;
    this.#ordinaryLevels[identifier] = this.level;
  }

  /** Like `declare`, but at the same level the name may be declared again as anything. */
  declareHidable(identifier: number, symbol: CSymbol): void {
    this.declare(identifier, symbol);
    this.#ordinaryLevels[identifier] = HIDABLE;
  }

  /** Whatever file scope has declared so far may be declared again from here on: it was a prelude. */
  endPrelude(): void {
    for (const identifier of this.#ordinaryLevels.keys())
      if (this.#ordinary[identifier] !== undefined) this.#ordinaryLevels[identifier] = HIDABLE;
    for (const identifier of this.#tagLevels.keys())
      if (this.#tags[identifier] !== undefined) this.#tagLevels[identifier] = HIDABLE;
  }

  tag(identifier: number): Tagged | undefined {
    return this.#tags[identifier];
  }

  tagHere(identifier: number): Tagged | undefined {
    return this.#tagLevels[identifier] === this.level ? this.#tags[identifier] : undefined;
  }

  declareTag(identifier: number, tagged: Tagged): void {
    const before = this.#tags[identifier];
    const levelBefore = this.#tagLevels[identifier] ?? 0;
    if (0 < this.level) {
      this.#undo.push(() => {
        this.#tags[identifier] = before;
        this.#tagLevels[identifier] = levelBefore;
      });
    }
    this.#tags[identifier] = tagged;
    this.#tagLevels[identifier] = this.level;
  }

  /** All symbols of file scope, when no block is open. */
  symbols(): readonly CSymbol[] {
    return this.#ordinary.filter((symbol) => symbol !== undefined);
  }

  tags(): readonly Tagged[] {
    return this.#tags.filter((tagged) => tagged !== undefined);
  }
}
