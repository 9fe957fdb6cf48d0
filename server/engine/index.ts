// The facade: what the engine offers, in the user's terms. Nothing outside the engine imports deeper than this file.
export { LineIndex } from "./text/source.ts";
export type { LineColumn, Source, Span, TextEdit } from "./text/source.ts";
export type { Diagnostic, Fix, Note, Severity } from "./text/diagnostic.ts";
export { refusalOf } from "./text/refusal.ts";

export { findProfile, NEWEST_RELEASED, PROFILES } from "./abi/profiles/index.ts";
export type { Profile, ProfileField, ProfileStruct } from "./abi/profile.ts";

export { builtinHeader } from "./abi/headers.ts";
export type { Target } from "./abi/target.ts";
export { targetNamed, targets } from "./abi/targets/index.ts";

export { readUnit } from "./c/unit.ts";
export type { CUnit } from "./c/unit.ts";
export { layoutsOfFile } from "./layout/layout.ts";
export { printLayout } from "./layout/print.ts";
export type { Field, Layout } from "./layout/layout.ts";

export { isRseqBusiness } from "./assist/business.ts";
export { callNodeAt, incomingCalls, outgoingCalls } from "./assist/calls.ts";
export type { CallEdge, CallNode } from "./assist/calls.ts";
export { completionDocumentation, completionsAt } from "./assist/completion.ts";
export type {
  Completion,
  CompletionKind,
  Completions,
  CompletionTopic,
} from "./assist/completion.ts";
export { entityKey } from "./assist/entity.ts";
export type { Entity, NameUse, Occurrence } from "./assist/entity.ts";
export { foldingRanges } from "./assist/folding.ts";
export type { FoldingRange } from "./assist/folding.ts";
export { closedBlock, formatScenario } from "./assist/format.ts";
export type { FormatSettings, LineRange } from "./assist/format.ts";
export { includeLinks } from "./assist/include-links.ts";
export type { IncludeLink } from "./assist/include-links.ts";
export { inlayHints } from "./assist/inlay-hints.ts";
export type { InlayHint, InlayHintSettings } from "./assist/inlay-hints.ts";
export { declarationAt, definitionAt, typeDefinitionAt } from "./assist/navigation.ts";
export { occurrenceAt, occurrencesIn } from "./assist/occurrences.ts";
export { newNameProblem, renamableAt } from "./assist/rename.ts";
export type { Renamable } from "./assist/rename.ts";
export { selectionsAt } from "./assist/selection.ts";
export {
  SEMANTIC_TOKEN_MODIFIERS,
  SEMANTIC_TOKEN_TYPES,
  semanticTokens,
} from "./assist/semantic-tokens.ts";
export type { SemanticToken } from "./assist/semantic-tokens.ts";
export { signatureAt } from "./assist/signature.ts";
export type { Signature } from "./assist/signature.ts";
export { codePages, findCodePage } from "./assist/explain.ts";
export type { CodePage } from "./assist/explain.ts";
export { hoverAt } from "./assist/hover.ts";
export type { Hover, HoverInC } from "./assist/hover.ts";
export { suppressionOf } from "./assist/suppression.ts";
export { outlineOf } from "./assist/symbols.ts";
export type { OutlineSymbol, SymbolKind } from "./assist/symbols.ts";
export { checkFile } from "./lint/check.ts";
export type { Checked, CheckRequest } from "./lint/check.ts";
export { configurationOf, NO_CONFIGURATION, readConfiguration } from "./lint/configuration.ts";
export type { Configuration } from "./lint/configuration.ts";
export { compareDeclarations } from "./compare/compare.ts";
export type { Comparison, StructComparison } from "./compare/compare.ts";
export type { Compatibility, LayoutChange } from "./compare/change.ts";
export type { Declarations, PlacedField, Side } from "./compare/side.ts";
export { roleOf } from "./lint/role.ts";
export type { ConfiguredRoles, Role } from "./lint/role.ts";

export { compileScenario } from "./scenario/compile.ts";
export { compileSchedules } from "./scenario/compile-schedule.ts";
export type { CompiledSchedules } from "./scenario/compile-schedule.ts";
export { compileExpression } from "./scenario/compile-expression.ts";
export type { CompiledExpression, ExpressionContext } from "./scenario/compile-expression.ts";
export type { CompiledScenario } from "./scenario/compile.ts";

export type * from "./program/program.ts";
export type * from "./program/instruction.ts";
export type * from "./program/type-table.ts";
export type * from "./machine/view.ts";
export { createRun } from "./run/machine-run.ts";
export type * from "./run/run.ts";
export type * from "./run/step-info.ts";
export type * from "./run/verdict.ts";

export { abortCause } from "./inspect/cause.ts";
export type { AbortCause } from "./inspect/cause.ts";
export { makeCodeMap } from "./inspect/code-map.ts";
export type { CodeMap, StatementPlace } from "./inspect/code-map.ts";
export { disassembleInstruction } from "./inspect/disassembly.ts";
export { isKernelOnly } from "./inspect/meaning.ts";
export {
  areaFields,
  frameScopes,
  kernelScopes,
  parameterText,
  sourceInstruction,
} from "./inspect/scope.ts";
export type { FramePlace, Scope } from "./inspect/scope.ts";
export { threadStack } from "./inspect/stack.ts";
export type { StackFrame } from "./inspect/stack.ts";
export { addressName } from "./inspect/symbol.ts";
export { flatMembers, typeOf, valueRow, valueText } from "./inspect/value.ts";
export type { Format, Inspection, Page, Row, ValuePlace } from "./inspect/value.ts";
export { eventSentence, threadLabel, threadName, violationSentence } from "./inspect/words.ts";
export { writesTo } from "./inspect/writes.ts";
export { scheduleText } from "./inspect/schedule-text.ts";
