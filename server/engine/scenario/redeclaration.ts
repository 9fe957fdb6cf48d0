// Declarations of one name at file scope must agree, and one of them at most may define it. The reader of C lets later ones
// follow earlier ones, since headers of a compiler's choice come along; a scenario runs what is written, so it must be one thing.
import type { ExternalDeclaration } from "../c/ast.ts";
import { areCompatible } from "../c/constant.ts";
import { hasErrorType } from "../c/declaration-parser.ts";
import type { CType } from "../c/types.ts";
import { resolve, spellType } from "../c/types.ts";
import type { Span } from "../text/source.ts";
import type { Reading } from "./reading.ts";

interface Stated {
  readonly name: string;
  readonly type: CType;
  readonly span: Span;
  readonly defines: boolean;
}

/** Reports T68 for each declaration that contradicts one before it. */
export function checkRedeclarations(reading: Reading): void {
  const known = new Map<string, Stated>();
  for (const stated of reading.unit.declarations.flatMap(statedBy)) {
    const before = known.get(stated.name);
    const text = before === undefined ? undefined : contradiction(before, stated);
    if (before !== undefined && text !== undefined)
      reading.report("T68", stated.span, text, {
        notes: [{ message: "The declaration before.", span: before.span }],
      });
    else if (before?.defines !== true) known.set(stated.name, stated);
  }
}

function statedBy(declaration: ExternalDeclaration): readonly Stated[] {
  if (declaration.kind === "function") {
    const { name, type, nameSpan: span, isInline } = declaration;
    return [{ name, type, span, defines: !isInline }];
  }
  if (declaration.kind !== "declaration") return [];
  return declaration.declarators.flatMap(({ symbol, initializer }) => {
    if (symbol?.kind !== "object" && symbol?.kind !== "function") return [];
    const { name, type, nameSpan: span } = symbol;
    return [{ name, type, span, defines: initializer !== undefined }];
  });
}

function contradiction(before: Stated, after: Stated): string | undefined {
  if (hasErrorType(before.type) || hasErrorType(after.type)) return undefined;
  if (!agree(before.type, after.type)) {
    return `'${after.name}' has already been declared as '${spellType(before.type)}', not as '${spellType(after.type)}'.`;
  }
  return before.defines && after.defines ? `'${after.name}' has already been defined.` : undefined;
}

function agree(left: CType, right: CType): boolean {
  const a = resolve(left);
  const b = resolve(right);
  if (a.kind !== "function" || b.kind !== "function") return areCompatible(a, b);
  // `f()` says nothing about parameters.
  const isOpen = a.parameters.length === 0 || b.parameters.length === 0;
  return isOpen ? areCompatible(a.returns, b.returns) : areCompatible(a, b);
}
