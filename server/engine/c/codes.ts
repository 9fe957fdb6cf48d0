// Every finding that reading C can give: its stable code, name, severity and the explanation that `rseq-lab explain` prints.
// S: syntax, T: types and names, N: notes.
import type { Severity } from "../text/diagnostic.ts";

export interface CodeEntry {
  readonly code: string;
  readonly name: string;
  readonly severity: Severity;
  /** What it means, why it matters, how to fix it. */
  readonly explanation: string;
}

/** Stands for all findings beyond the limit. */
export const moreFindings: CodeEntry = entry(
  "N03",
  "more-findings",
  "info",
  "The file has more findings than are listed. Correct the first ones; many of the others are likely to go with them.",
);

export const readingCodes: readonly CodeEntry[] = [
  entry(
    "S01",
    "unexpected-token",
    "error",
    "The text stops being C here: another token was expected. The rest of the declaration is skipped up to the next ';' or '}', and reading goes on there. Put in what the message names, or take out what stands in its place.",
  ),
  entry(
    "S02",
    "missing-semicolon",
    "error",
    "A declaration or a member ends with ';'. Without it the compiler reads the next line as part of it. The fix inserts the ';' behind the last token.",
  ),
  entry(
    "S03",
    "unclosed-attribute",
    "error",
    "An attribute list '__attribute__((…))' lacks closing parentheses, so everything behind it would belong to it. The declaration is read as if the list were closed before the ';'. The fix writes the list with balanced parentheses.",
  ),
  entry(
    "S04",
    "unclosed-bracket",
    "error",
    "A '{', '(' or '[' has no partner up to the end of the text. What was opened is read as far as it goes. Close it where it should end.",
  ),
  entry(
    "S05",
    "unterminated-comment",
    "error",
    "A comment that begins with '/*' never ends, so the rest of the file is comment. Write '*/' where it should end.",
  ),
  entry(
    "S06",
    "unterminated-literal",
    "error",
    "A string or character constant has no closing quote on its line. C does not continue literals over lines without a backslash. Add the quote.",
  ),
  entry(
    "S07",
    "stray-character",
    "error",
    "These characters begin no C token; often the file is not C text, or a character came from a document (a typographic quote, a non-breaking space). Take them out or replace them by the ASCII ones.",
  ),
  entry(
    "S08",
    "bad-number",
    "error",
    "The spelling is no valid C constant: a digit that the base does not have, an unknown suffix, or an empty or overlong character constant. Correct the digits or the suffix.",
  ),
  entry(
    "S09",
    "unterminated-conditional",
    "error",
    "An '#if', '#ifdef' or '#ifndef' has no '#endif' in its file. What stands behind it is read or skipped to the end of the file. Add the '#endif'.",
  ),
  entry(
    "S10",
    "unmatched-conditional",
    "error",
    "An '#else', '#elif' or '#endif' stands where no '#if' is open, or behind the '#else' of its '#if'. Remove it or add the '#if'.",
  ),
  entry(
    "S11",
    "bad-directive",
    "error",
    "A preprocessing directive is malformed: a missing name, an expression that is no integer constant, or an unknown directive. The line is ignored. Correct it as the message says.",
  ),
  entry(
    "S12",
    "macro-arguments",
    "error",
    "A function-like macro is used with too many or too few arguments, or its argument list is never closed. The use stays as it is written. Compare it with the macro's '#define'.",
  ),
  entry(
    "S13",
    "macro-limit",
    "error",
    "Expanding this macro would give more tokens, or nest deeper, than the reader allows; such a macro makes compilers run out of memory too. The expansion is cut. Shorten the macro.",
  ),
  entry(
    "S14",
    "include-depth",
    "error",
    "Files include each other more than 200 levels deep, usually in a cycle. The innermost '#include' is ignored. Add an include guard or '#pragma once'.",
  ),
  entry(
    "S15",
    "nesting-limit",
    "error",
    "Parentheses, braces or declarators nest deeper than the reader's limit of 256. The construct is skipped. Write it with fewer levels.",
  ),
  entry(
    "S16",
    "error-directive",
    "error",
    "The text contains an '#error' that is not switched off by a condition: its author says that it cannot be compiled like this. Define what it asks for (-D, or \"defines\" in the configuration).",
  ),
  entry(
    "S17",
    "macro-redefined",
    "warning",
    "A macro is defined again with another body. Compilers warn and use the new one, and which one a use means depends on order. Remove one, or #undef the first.",
  ),
  entry(
    "S18",
    "source-limit",
    "error",
    "The file and what it includes exceed the reader's limit for text or tokens. What was read before is kept. Read a smaller part of it.",
  ),
  entry(
    "S19",
    "bad-paste",
    "error",
    "'##' must join two tokens to one valid token, and '#' must stand before a parameter. The tokens are left side by side. Correct the macro's body.",
  ),
  entry(
    "T01",
    "unknown-type",
    "error",
    "The name is used as a type, but nothing declares it. Its size cannot be known, so the members that use it have none. Declare it, include its header, or give the include path (-I).",
  ),
  entry(
    "T02",
    "undeclared-name",
    "error",
    "A constant expression uses a name that nothing declares. Declare it before, or include the header that does.",
  ),
  entry(
    "T03",
    "redefined-tag",
    "error",
    "A struct, union or enum of this name has been defined in the same scope already. The first definition stays. Rename one or remove it.",
  ),
  entry(
    "T04",
    "incomplete-member",
    "error",
    "A member needs a complete type: its size is not known here. Define the type before, or use a pointer to it.",
  ),
  entry(
    "T05",
    "not-constant",
    "error",
    "An array bound, a bit-field's width, an enumerator or an assertion needs an integer constant expression. Its value cannot be computed here. Use constants, enumerators, sizeof or offsetof.",
  ),
  entry(
    "T06",
    "bad-bit-width",
    "error",
    "A bit-field's width must be between 0 and the width of its type, its type an integer, and a field of width 0 has no name. Correct the width or the type.",
  ),
  entry(
    "T07",
    "bad-array-size",
    "error",
    "An array's size is negative, or the bound is no integer. The array is read as if it had no elements. Correct the bound; a negative one often is a failed build-time check.",
  ),
  entry(
    "T08",
    "too-large",
    "error",
    "The object is larger than any address space that the targets have. Its size is taken as 0. Reduce the number of elements.",
  ),
  entry(
    "T09",
    "duplicate-member",
    "error",
    "Two members of the struct have the same name, so neither can be meant. This includes members of anonymous structs and unions. Rename one.",
  ),
  entry(
    "T10",
    "declares-no-member",
    "warning",
    "A struct or union with a tag but without a member name only declares the type: in standard C it takes no room in the enclosing struct (gcc warns the same). Name the member; only untagged ones are anonymous members.",
  ),
  entry(
    "T11",
    "bad-alignment",
    "error",
    "An alignment must be a constant power of two; '_Alignas' may not lower the type's own. The attribute is ignored. Correct the number.",
  ),
  entry(
    "T12",
    "bad-specifiers",
    "error",
    "These type words do not go together ('long char', two types), or there is none. The declaration is read with the first type. Remove the superfluous word.",
  ),
  entry(
    "T13",
    "static-assertion",
    "error",
    "A '_Static_assert' does not hold for this target. The compiler will refuse the file. The message gives the values.",
  ),
  entry(
    "T14",
    "flexible-position",
    "error",
    "A flexible array member ('T name[]') must be the last member: what follows it would overlap its elements. Move it to the end, or give it a bound.",
  ),
  entry(
    "T15",
    "conflicting-declaration",
    "error",
    "The name has been declared in the same scope as something else. The first declaration stays. Rename one of them.",
  ),
  entry(
    "T16",
    "no-such-member",
    "error",
    "The struct or union has no member of this name. Check the spelling against its declaration.",
  ),
  entry(
    "T17",
    "impossible-type",
    "error",
    "C has no arrays of functions or of void, no functions that return arrays or functions, and no members of function type. Use a pointer.",
  ),
  entry(
    "T18",
    "enumerator-range",
    "error",
    "An enumerator's value does not fit the enum's type. Give the enum a wider type or the constant a smaller value.",
  ),
  entry(
    "T19",
    "no-value",
    "error",
    "The constant expression divides by zero or overflows its type, so it has no value. Correct the operands.",
  ),
  entry(
    "T20",
    "wrong-tag-kind",
    "error",
    "The tag names another kind of type: 'struct x' and 'union x' are one name in C. Use the keyword of its definition.",
  ),
  entry(
    "T21",
    "unknown-word",
    "error",
    "A name that nothing declares stands before a type or behind a member's name, where an attribute macro could stand. It is skipped, so an alignment that it asks for is missing. Define it, include its header, or remove it.",
  ),
  entry(
    "N01",
    "missing-include",
    "info",
    "An included file was not found, so what it declares is unknown. The kernel's and libc's usual names are known without their headers. Give the folder with -I or in rseq-lab.json.",
  ),
  entry(
    "N02",
    "warning-directive",
    "warning",
    "The text contains a '#warning' that is not switched off. It is the author's message to you.",
  ),
  moreFindings,
];

export const readingCodesByCode: ReadonlyMap<string, CodeEntry> = new Map(
  readingCodes.map((item) => [item.code, item]),
);

function entry(code: string, name: string, severity: Severity, explanation: string): CodeEntry {
  return { code, name, severity, explanation };
}
