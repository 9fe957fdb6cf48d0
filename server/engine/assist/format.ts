// Formatting of scenarios: the space at the beginning and the end of lines, and nothing between words, so that what a person has
// aligned stays. Blocks are indented by their braces; labels stand at the left edge and `case` at its switch, as the kernel writes them.
import type { TextEdit } from "../text/source.ts";
import { type TextToken, tokensOf } from "./tokens.ts";

export interface FormatSettings {
  readonly tabSize: number;
  readonly insertSpaces: boolean;
}

/** Lines from 0, the last one included. */
export interface LineRange {
  readonly first: number;
  readonly last: number;
}

interface Line {
  readonly start: number;
  readonly text: string;
}

/** Edits in the order of the text, none where the text is as it should be; of some lines only, if they are given. */
export function formatScenario(
  path: string,
  text: string,
  settings: FormatSettings,
  range?: LineRange,
): readonly TextEdit[] {
  const indenter = new Indenter(tokensOf(text), settings);
  return linesOf(text).flatMap((line, index): TextEdit[] => {
    const wanted = indenter.wantedText(line);
    const isAsked = range === undefined || (range.first <= index && index <= range.last);
    if (!isAsked || wanted === undefined) return [];
    return edgeEdits(path, line, wanted);
  });
}

/** The lines of the block that the `}` before the offset closes; undefined if it closes none. */
export function closedBlock(text: string, offset: number): LineRange | undefined {
  const open: number[] = [];
  for (const { text: sign, start, end } of tokensOf(text)) {
    if (sign === "{") open.push(start);
    if (sign !== "}") continue;
    const opened = open.pop();
    if (end !== offset) continue;
    if (opened === undefined) return undefined;
    return { first: lineNumber(text, opened), last: lineNumber(text, start) };
  }
  return undefined;
}

function lineNumber(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length - 1;
}

function linesOf(text: string): readonly Line[] {
  let start = 0;
  return text.split("\n").map((raw) => {
    const line = { start, text: raw.endsWith("\r") ? raw.slice(0, -1) : raw };
    start += raw.length + 1;
    return line;
  });
}

/** Replaces the space at both ends of a line, each only where it differs. */
function edgeEdits(path: string, { start, text }: Line, wanted: string): TextEdit[] {
  const body = text.trim();
  const leading = body === "" ? 0 : text.length - text.trimStart().length;
  const indent = wanted.slice(0, wanted.length - body.length);
  const edits: TextEdit[] = [];
  if (text.slice(0, leading) !== indent)
    edits.push({ span: { path, start, end: start + leading }, newText: indent });
  if (leading + body.length < text.length)
    edits.push({
      span: { path, start: start + leading + body.length, end: start + text.length },
      newText: "",
    });
  return edits;
}

interface Open {
  readonly sign: string;
  /** The words before the bracket since the last statement's end. */
  readonly head: string;
}

class Indenter {
  readonly #tokens: readonly TextToken[];
  readonly #settings: FormatSettings;
  readonly #open: Open[] = [];
  #at = 0;
  #head = "";
  /** Nothing of a statement stands before the line. */
  #isStart = true;
  /** Columns that the last statement was moved by; its further lines move along. */
  #shift = 0;

  constructor(tokens: readonly TextToken[], settings: FormatSettings) {
    this.#tokens = tokens;
    this.#settings = settings;
  }

  /** The line as it should be; undefined for one inside a comment. To be called for each line in order. */
  wantedText(line: Line): string | undefined {
    const end = line.start + line.text.length;
    const isInside = this.#isInsideToken(line.start);
    const body = line.text.trim();
    const first = this.#firstToken(line.start, end);
    const column = this.#columnOf(line.text);
    let wanted = column;
    if (!isInside && first !== undefined && first.text !== "#") {
      const isStatement = this.#isStart || first.text === "}";
      if (isStatement) {
        wanted = this.#columnFor(first);
        this.#shift = wanted - column;
      } else wanted = Math.max(0, column + this.#shift);
    }
    this.#readTo(end);
    if (isInside) return undefined;
    return body === "" ? "" : this.#indentOf(wanted) + body;
  }

  /** A comment that began on an earlier line. */
  #isInsideToken(offset: number): boolean {
    const before = this.#tokens[this.#at - 1];
    const next = this.#tokens[this.#at];
    return (
      (before !== undefined && before.start < offset && offset < before.end) ||
      (next !== undefined && next.start < offset)
    );
  }

  #firstToken(start: number, end: number): TextToken | undefined {
    const next = this.#tokens[this.#at];
    return next !== undefined && start <= next.start && next.start < end ? next : undefined;
  }

  #columnFor(first: TextToken): number {
    const level = this.#open.filter(({ sign }) => sign === "{").length;
    const { tabSize } = this.#settings;
    if (first.text === "}") return Math.max(0, level - 1) * tabSize;
    if (this.#isLabel(first)) return 0;
    const isCase = /^(case|default)$/.test(first.text) && this.#open.at(-1)?.head === "switch";
    return (isCase ? level - 1 : level) * tabSize;
  }

  /** `retry:`; in a struct a colon makes a bit-field, in a schedule there is none at the beginning. */
  #isLabel(first: TextToken): boolean {
    const colon = this.#tokens[this.#at + 1];
    const head = this.#open.at(-1)?.head;
    return (
      first.kind === "word" &&
      first.text !== "default" &&
      colon?.text === ":" &&
      colon.start === first.end &&
      head !== undefined &&
      !/^(struct|union|switch)$/.test(head)
    );
  }

  #readTo(end: number): void {
    for (; this.#at < this.#tokens.length && this.#tokens[this.#at]!.start < end; this.#at++) {
      const token = this.#tokens[this.#at]!;
      if (token.kind !== "comment") this.#read(token);
    }
    // A directive ends with its line.
    if (this.#head === "#") this.#begin();
  }

  #read({ text, kind }: TextToken): void {
    if (this.#head === "#") return;
    if (this.#isStart) this.#head = kind === "word" || text === "#" ? text : "";
    this.#isStart = false;
    if (text === "{" || text === "(" || text === "[") {
      this.#open.push({ sign: text, head: this.#head });
      if (text === "{") this.#begin();
    } else if (text === "}" || text === ")" || text === "]") {
      const closed = this.#open.pop();
      if (text === "}") this.#begin();
      else this.#head = closed?.head ?? this.#head;
    } else if (text === ";" && this.#open.at(-1)?.sign !== "(") this.#begin();
    else if (text === ":" && this.#isEndOfLabel()) this.#begin();
    else if (text === "," && this.#open.at(-1)?.sign === "{") this.#begin();
  }

  /** The colon of a label or a case; that of `?:`, of a bit-field and of a place stands behind something else. */
  #isEndOfLabel(): boolean {
    const before = this.#tokens[this.#at - 1];
    const isCase = this.#head === "case" || this.#head === "default";
    return isCase || (before !== undefined && before.text === this.#head && !this.#isInRecord());
  }

  #isInRecord(): boolean {
    return /^(struct|union)$/.test(this.#open.at(-1)?.head ?? "");
  }

  #begin(): void {
    this.#isStart = true;
    this.#head = "";
  }

  #columnOf(text: string): number {
    const { tabSize } = this.#settings;
    let column = 0;
    for (const sign of text) {
      if (sign === " ") column++;
      else if (sign === "\t") column += tabSize - (column % tabSize);
      else break;
    }
    return column;
  }

  #indentOf(column: number): string {
    const { tabSize, insertSpaces } = this.#settings;
    if (insertSpaces) return " ".repeat(column);
    return "\t".repeat(Math.floor(column / tabSize)) + " ".repeat(column % tabSize);
  }
}
