// Names the critical sections of the short form and gives each its descriptor before any code is made, so that code and invariants
// may look at a descriptor by its name: NAME_cs, or FUNCTION_cs, FUNCTION_2_cs where the section has none.
import type { Label } from "./code-builder.ts";
import { newLabel } from "./code-builder.ts";
import type { FunctionItem, ThreadItem } from "./item.ts";
import type { Linear } from "./link.ts";
import type { StaticPlacement } from "./static-placement.ts";
import type { CriticalStatement } from "./statement.ts";
import { walkStatements } from "./statement.ts";

export interface NamedSection {
  readonly name: string;
  /** Address of the descriptor, in read-only data. */
  readonly descriptor: Linear;
  readonly start: Label;
  readonly end: Label;
  readonly abort: Label;
}

export type NamedSections = ReadonlyMap<CriticalStatement, NamedSection>;

export function nameSections(
  bodies: readonly (FunctionItem | ThreadItem)[],
  placement: StaticPlacement,
): NamedSections {
  const sections = new Map<CriticalStatement, NamedSection>();
  for (const body of bodies) {
    let unnamed = 0;
    walkStatements(body.body, (statement) => {
      if (statement.kind !== "critical") return;
      if (statement.name === undefined) unnamed += 1;
      const numbered = unnamed === 1 ? body.name.text : `${body.name.text}_${unnamed}`;
      const [start, end, abort] = [newLabel(""), newLabel(""), newLabel("")];
      const descriptor = placement.addDescriptor(start, end, abort);
      sections.set(statement, { name: statement.name ?? numbered, descriptor, start, end, abort });
    });
  }
  return sections;
}
