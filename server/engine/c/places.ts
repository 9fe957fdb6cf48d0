// Where tokens stand. All texts that a unit reads lie behind each other in one number line, so that a place is one
// integer; a `Span` with path and offsets is made only for whoever asks.
import type { Source, Span } from "../text/source.ts";

export class Places {
  readonly #sources: Source[] = [];
  readonly #bases: number[] = [];
  #end = 0;
  #recent = 0;

  /** Gives the text a stretch of the number line and returns the place of its first unit. */
  add(source: Source): number {
    const base = this.#end;
    this.#sources.push(source);
    this.#bases.push(base);
    this.#end += source.text.length + 1;
    return base;
  }

  /** Units that all texts so far take. */
  get length(): number {
    return this.#end;
  }

  get sources(): readonly Source[] {
    return this.#sources;
  }

  baseOf(index: number): number {
    return this.#bases[index] ?? 0;
  }

  /** Index of the source in which a place lies. */
  indexAt(place: number): number {
    const recent = this.#recent;
    if (this.#bases[recent]! <= place && place < (this.#bases[recent + 1] ?? this.#end))
      return recent;
    let lower = 0;
    let upper = this.#bases.length;
    while (upper - lower > 1) {
      const middle = (lower + upper) >> 1;
      if (this.#bases[middle]! <= place) lower = middle;
      else upper = middle;
    }
    this.#recent = lower;
    return lower;
  }

  /** An end in another source than the start (a declaration that an include cuts) is cut at the start's end. */
  span(start: number, end: number): Span {
    const index = this.indexAt(start);
    const base = this.#bases[index]!;
    const { path, text } = this.#sources[index]!;
    const from = start - base;
    return { path, start: from, end: Math.min(Math.max(from, end - base), text.length) };
  }

  /** The text between two places of one source. */
  slice(start: number, end: number): string {
    const index = this.indexAt(start);
    const base = this.#bases[index]!;
    return this.#sources[index]!.text.slice(start - base, end - base);
  }
}
