// Names in scope: ordinary names and tags, looked up by the interner's numbers. A block remembers what it hides.
import type { CSymbol } from "./ast.ts";
import type { CEnum, CRecord } from "./records.ts";

export type Tagged = CRecord | CEnum;

/** One name space. Numbers are dense, so that plain arrays of full length are the fastest table. */
class NameSpace<T> {
  readonly meanings: (T | undefined)[] = [];
  /** Levels at which the meanings were declared; -1 for none. */
  readonly #levels: number[] = [];
  readonly #hidden: {
    readonly name: number;
    readonly meaning: T | undefined;
    readonly level: number;
  }[] = [];
  readonly #marks: number[] = [];

  constructor(nameCount: number) {
    this.meanings.length = nameCount;
    this.meanings.fill(undefined);
    this.#levels.length = nameCount;
    this.#levels.fill(-1);
  }

  push(): void {
    this.#marks.push(this.#hidden.length);
  }

  pop(): void {
    const mark = this.#marks.pop() ?? this.#hidden.length;
    while (mark < this.#hidden.length) {
      const { name, meaning, level } = this.#hidden.pop()!;
      this.meanings[name] = meaning;
      this.#levels[name] = level;
    }
  }

  /** The meaning if it was declared at the present level. */
  here(name: number): T | undefined {
    return this.#levels[name] === this.#marks.length ? this.meanings[name] : undefined;
  }

  declare(name: number, meaning: T): void {
    const level = this.#marks.length;
    // Names of later texts lie behind the first ones.
    while (this.meanings.length <= name) {
      this.meanings.push(undefined);
      this.#levels.push(-1);
    }
    if (0 < level)
      this.#hidden.push({ name, meaning: this.meanings[name], level: this.#levels[name]! });
    this.meanings[name] = meaning;
    this.#levels[name] = level;
  }

  /** Like `declare`, but at the same level the name may be declared again as anything. */
  declareHidable(name: number, meaning: T): void {
    this.declare(name, meaning);
    this.#levels[name] = -1;
  }

  endPrelude(): void {
    this.#levels.fill(-1);
  }
}

export class Scope {
  readonly #ordinary: NameSpace<CSymbol>;
  readonly #tags: NameSpace<Tagged>;
  #level = 0;

  constructor(nameCount: number) {
    this.#ordinary = new NameSpace(nameCount);
    this.#tags = new NameSpace(nameCount);
  }

  /** Like `declare`, but at the same level the name may be declared again as anything. */
  declareHidable(identifier: number, symbol: CSymbol): void {
    this.#ordinary.declareHidable(identifier, symbol);
  }

  /** Whatever file scope has declared so far may be declared again from here on: it was a prelude. */
  endPrelude(): void {
    this.#ordinary.endPrelude();
    this.#tags.endPrelude();
  }

  /** 0 at file scope. */
  get level(): number {
    return this.#level;
  }

  push(): void {
    this.#level++;
    this.#ordinary.push();
    this.#tags.push();
  }

  pop(): void {
    if (this.#level === 0) return;
    this.#level--;
    this.#ordinary.pop();
    this.#tags.pop();
  }

  symbol(name: number): CSymbol | undefined {
    return this.#ordinary.meanings[name];
  }

  symbolHere(name: number): CSymbol | undefined {
    return this.#ordinary.here(name);
  }

  declare(name: number, symbol: CSymbol): void {
    this.#ordinary.declare(name, symbol);
  }

  tag(name: number): Tagged | undefined {
    return this.#tags.meanings[name];
  }

  tagHere(name: number): Tagged | undefined {
    return this.#tags.here(name);
  }

  declareTag(name: number, tagged: Tagged): void {
    this.#tags.declare(name, tagged);
  }

  /** All symbols of file scope, when no block is open. */
  symbols(): readonly CSymbol[] {
    return this.#ordinary.meanings.filter((symbol) => symbol !== undefined);
  }

  tags(): readonly Tagged[] {
    return this.#tags.meanings.filter((tagged) => tagged !== undefined);
  }
}
