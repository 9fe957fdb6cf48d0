// Between source lines and instructions: where a statement starts, where a breakpoint moves to, which place an instruction
// stands for. Made once a program; the texts are those that were compiled.
import type { Program } from "../program/program.ts";
import type { LineColumn, Span } from "../text/source.ts";
import { LineIndex } from "../text/source.ts";

/** Start of a statement in the source; one may have several instructions (a loop's condition compiled twice). */
export interface StatementPlace {
  readonly path: string;
  readonly start: LineColumn;
  readonly end: LineColumn;
  readonly instructions: readonly number[];
}

export interface CodeMap {
  /** The statements of a file in the order of their lines and columns. */
  statements(path: string): readonly StatementPlace[];
  /** Where a breakpoint on a line (and column) takes effect: that statement, or the next one; undefined behind the last. */
  resolve(path: string, line: number, column: number | undefined): StatementPlace | undefined;
  /** Line and column of an instruction's source; undefined for what the compiler placed. */
  placeOf(instruction: number): SourcePlace | undefined;
  placeOfSpan(span: Span): SourcePlace;
  /** Every file that has code. */
  readonly paths: readonly string[];
}

export interface SourcePlace {
  readonly path: string;
  readonly start: LineColumn;
  readonly end: LineColumn;
}

/** `textOf` gives the text of a source that was compiled. */
export function makeCodeMap(
  program: Program,
  textOf: (path: string) => string | undefined,
): CodeMap {
  const indices = new Map<string, LineIndex>();
  const indexOf = (path: string): LineIndex => {
    let index = indices.get(path);
    if (index === undefined) {
      index = new LineIndex(textOf(path) ?? "");
      indices.set(path, index);
    }
    return index;
  };
  const placeOfSpan = (span: Span): SourcePlace => {
    const index = indexOf(span.path);
    return { path: span.path, start: index.at(span.start), end: index.at(span.end) };
  };
  const files = groupStatements(program, placeOfSpan);
  return {
    statements: (path) => files.get(path) ?? [],
    resolve: (path, line, column) => resolvePlace(files.get(path) ?? [], line, column),
    placeOf: (instruction) => {
      const span = program.instructions[instruction]?.span;
      return span === undefined ? undefined : placeOfSpan(span);
    },
    placeOfSpan,
    paths: [...files.keys()],
  };
}

function groupStatements(
  program: Program,
  placeOfSpan: (span: Span) => SourcePlace,
): ReadonlyMap<string, readonly StatementPlace[]> {
  const groups = new Map<
    string,
    { readonly place: SourcePlace; readonly instructions: number[] }
  >();
  for (const [index, instruction] of program.instructions.entries()) {
    if (!instruction.startsStatement || instruction.span === undefined) continue;
    const { path, start } = instruction.span;
    const key = `${start}:${path}`;
    const group = groups.get(key);
    if (group === undefined) {
      groups.set(key, { place: placeOfSpan(instruction.span), instructions: [index] });
    } else group.instructions.push(index);
  }
  const files = new Map<string, StatementPlace[]>();
  for (const { place, instructions } of groups.values()) {
    const list = files.get(place.path) ?? [];
    list.push({ ...place, instructions });
    files.set(place.path, list);
  }
  for (const list of files.values()) list.sort((a, b) => comparePlaces(a.start, b.start));
  return files;
}

function comparePlaces(a: LineColumn, b: LineColumn): number {
  return a.line - b.line || a.column - b.column;
}

/** The first statement of the line (at or after the column), else the statement that holds the line, else the next one. */
function resolvePlace(
  statements: readonly StatementPlace[],
  line: number,
  column: number | undefined,
): StatementPlace | undefined {
  const wanted: LineColumn = { line, column: column ?? 1 };
  const onLine = statements.filter((each) => each.start.line === line);
  if (onLine.length > 0) {
    return onLine.find((each) => comparePlaces(each.start, wanted) >= 0) ?? onLine.at(-1);
  }
  return statements.find((each) => comparePlaces(each.start, wanted) >= 0);
}
