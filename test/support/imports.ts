// Reads the imports out of a TypeScript source. Regular expressions suffice, because what they take too much (an import inside a
// string) makes a check stricter; what they must not do is overlook one, and `test/tidy.test.ts` has a table for that.

export interface Import {
  readonly specifier: string;
  readonly isTypeOnly: boolean;
}

const fromClause =
  /\b(?:import|export)(\s+type\b(?!\s*(?:,|from\b)))?[^;"'`]*?\bfrom\s*(["'])(.+?)\2/g;
const sideEffect = /\bimport\s*(["'])(.+?)\1/g;
const call = /\b(?:import|require)\s*\(\s*(["'`])(.+?)\1/g;

/** Every import, re-export, dynamic import, import type and `require` of a source. */
export function importsOf(code: string): Import[] {
  return [
    ...Array.from(code.matchAll(fromClause), (match) => ({
      specifier: match[3] ?? "",
      isTypeOnly: match[1] !== undefined,
    })),
    ...Array.from(code.matchAll(sideEffect), (match) => ({
      specifier: match[2] ?? "",
      isTypeOnly: false,
    })),
    ...Array.from(code.matchAll(call), (match) => ({
      specifier: match[2] ?? "",
      isTypeOnly: false,
    })),
  ];
}
