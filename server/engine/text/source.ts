// Sources and places in them. A place is a file and a half-open range of UTF-16 units, so that it maps
// to an LSP range without knowing the host. Line numbers exist only at the edge: a `LineIndex` makes them.

/** A text that the engine was given. `path` is the name the host uses for it; built-in headers are `<linux/rseq.h>`. */
export interface Source {
  readonly path: string;
  readonly text: string;
}

/** A half-open range [start, end) of UTF-16 units in the source named `path`. */
export interface Span {
  readonly path: string;
  readonly start: number;
  readonly end: number;
}

/** Replaces the text of `span`. */
export interface TextEdit {
  readonly span: Span;
  readonly newText: string;
}

/** A place as people count: line and column from 1, columns in UTF-16 units. */
export interface LineColumn {
  readonly line: number;
  readonly column: number;
}

/** Starts of the lines of one text; `\n`, `\r\n` and a lone `\r` end a line, as in LSP. */
export class LineIndex {
  readonly #starts: Int32Array;
  readonly #length: number;

  constructor(text: string) {
    let starts = new Int32Array(1024);
    let count = 1;
    for (let index = 0; index < text.length; index++) {
      const unit = text.charCodeAt(index);
      if (unit !== 10 && unit !== 13) continue;
      if (unit === 13 && text.charCodeAt(index + 1) === 10) index++;
      if (count === starts.length) {
        const larger = new Int32Array(starts.length * 2);
        larger.set(starts);
        starts = larger;
      }
      starts[count++] = index + 1;
    }
    this.#starts = starts.subarray(0, count);
    this.#length = text.length;
  }

  get lineCount(): number {
    return this.#starts.length;
  }

  /** Offsets outside the text are moved to its nearer end. */
  at(offset: number): LineColumn {
    const wanted = Math.max(0, Math.min(offset, this.#length));
    let lower = 0;
    let upper = this.#starts.length;
    while (upper - lower > 1) {
      const middle = (lower + upper) >> 1;
      if (this.#starts[middle]! <= wanted) lower = middle;
      else upper = middle;
    }
    return { line: lower + 1, column: wanted - this.#starts[lower]! + 1 };
  }

  /** The offset of the first unit of a line counted from 1; lines outside are moved to the nearer end. */
  startOf(line: number): number {
    if (line < 1) return 0;
    if (line > this.#starts.length) return this.#length;
    return this.#starts[line - 1]!;
  }
}
