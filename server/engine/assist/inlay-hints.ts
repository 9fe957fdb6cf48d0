// What a layout says without being asked: the holes of a struct, and on request the offset of each field. In a C file only for rseq's
// structs.
import type { Checked } from "../lint/check.ts";
import type { ConfiguredRoles } from "../lint/role.ts";
import { everySubjectOf } from "../lint/struct-subject.ts";
import { type Field, type Layout, layoutsOfFile } from "../layout/layout.ts";

export interface InlayHint {
  /** UTF-16 units from the start of the unit's own file; the hint stands before it. */
  readonly offset: number;
  readonly text: string;
  readonly tooltip: string;
}

export interface InlayHintSettings {
  readonly holes: boolean;
  readonly offsets: boolean;
}

/** Hints whose places lie in [start, end], in the order of the text. */
export function inlayHints(
  checked: Pick<Checked, "unit" | "scenario">,
  roles: ConfiguredRoles,
  settings: InlayHintSettings,
  range: { readonly start: number; readonly end: number },
): readonly InlayHint[] {
  const { unit, scenario } = checked;
  const layouts =
    scenario === undefined
      ? everySubjectOf(unit, roles).map(({ layout }) => layout)
      : layoutsOfFile(unit, unit.path, { all: false });
  const text = unit.textOf(unit.path) ?? "";
  const hints = layouts.flatMap((layout) => [
    ...(settings.holes ? holeHints(layout, text) : []),
    ...(settings.offsets ? offsetHints(layout) : []),
  ]);
  return hints
    .filter(({ offset }) => range.start <= offset && offset <= range.end)
    .toSorted((left, right) => left.offset - right.offset);
}

function holeHints(layout: Layout, text: string): readonly InlayHint[] {
  const hints = layout.holes.flatMap(({ offset, size, before, after }) =>
    before === undefined
      ? []
      : [
          {
            offset: behind(before, text),
            text: `hole: ${bytes(size)}`,
            tooltip: `${bytes(size)} of padding at offset ${offset}, before '${after.path}'.`,
          },
        ],
  );
  const last = layout.fields.findLast((field) => field.depth === 0);
  if (layout.padding === 0 || last === undefined) return hints;
  return [
    ...hints,
    {
      offset: behind(last, text),
      text: `padding: ${bytes(layout.padding)}`,
      tooltip: `${bytes(layout.padding)} behind the last member: ${layout.name} has ${layout.size} bytes.`,
    },
  ];
}

/** Offsets of the struct's own members; those of inner structs have hints where they are declared. */
function offsetHints(layout: Layout): readonly InlayHint[] {
  return layout.fields
    .filter(({ depth, name }) => depth === 0 && name !== undefined)
    .map(({ nameSpan, offset, size, bitOffset, path }) => ({
      offset: nameSpan.end,
      text: bitOffset === undefined ? `@${offset}` : `@${offset}:${bitOffset - offset * 8}`,
      tooltip: `'${path}' is at offset ${offset} of ${layout.name} and has ${bytes(size)}.`,
    }));
}

/** Behind the semicolon of a field's declaration. */
function behind({ declarationSpan: { end } }: Field, text: string): number {
  const semicolon = /^[^;{}]*;/.exec(text.slice(end, end + 200));
  return semicolon === null ? end : end + semicolon[0].length;
}

function bytes(count: number): string {
  return `${count.toLocaleString("en-US")} ${count === 1 ? "byte" : "bytes"}`;
}
