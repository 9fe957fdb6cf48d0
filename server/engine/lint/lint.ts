// Judges one file: finds the structs with a role, chooses the kernel, asks every rule, adds what reading C found where it concerns
// rseq, and applies suppressions and severities. The same text gives the same findings in the same order.
import type { FoundProfile } from "../abi/profiles/index.ts";
import type { RecordType } from "../c/types.ts";
import type { CUnit } from "../c/unit.ts";
import { type Layout, layoutRecord } from "../layout/layout.ts";
import type { Diagnostic } from "../text/diagnostic.ts";
import { Code, type CodeBody } from "./code.ts";
import { chooseProfile, type Declared, isEqualTo } from "./kernel-choice.ts";
import type { ConfiguredRoles } from "./role.ts";
import type { Judge, Rule } from "./rule.ts";
import { RULES } from "./rules/index.ts";
import { type StructSubject, subjectsOf } from "./struct-subject.ts";
import { applySettings, type SeverityOverrides } from "./suppress.ts";

export interface LintOptions {
  /** The kernel that judges; undefined: chosen by the declaration. */
  readonly kernel: FoundProfile | undefined;
  /** The user named it. */
  readonly isKernelNamed: boolean;
  /** Functions and threads of the file. */
  readonly bodies: readonly CodeBody[];
  /** What reading the file found. */
  readonly reading: readonly Diagnostic[];
  readonly roles: ConfiguredRoles;
  readonly severities: SeverityOverrides;
  /** Reads the same file for another target, by name; undefined if there is no such target. */
  readonly readFor: (targetName: string) => CUnit | undefined;
}

export interface LintResult {
  readonly diagnostics: readonly Diagnostic[];
  /** The kernel that judged. */
  readonly kernel: FoundProfile;
}

export function lintFile(unit: CUnit, options: LintOptions): LintResult {
  const text = unit.textOf(unit.path) ?? "";
  const subjects = subjectsOf(unit, options.roles).slice(0, STRUCTS_MAX);
  const kernel = options.kernel ?? chooseProfile(subjects.flatMap(declaredBy));
  const isOurs = isScenario(unit) || /rseq/i.test(text);
  if (!isOurs) return { diagnostics: [], kernel };
  const found = [
    ...readingFindings(unit, text, subjects, options.reading),
    ...ruleFindings(
      unit,
      subjects,
      codeOf(unit, kernel, options),
      makeJudge(unit, kernel, options),
    ),
  ];
  const sorted = found.toSorted(inTextOrder);
  return {
    diagnostics: applySettings(sorted, text, unit.commentsOf(unit.path), options.severities),
    kernel,
  };
}

/** By place, then by code; findings that are equal in both keep the order of the rules. */
function inTextOrder(left: Diagnostic, right: Diagnostic): number {
  if (left.span.start !== right.span.start) return left.span.start - right.span.start;
  if (left.code === right.code) return 0;
  return left.code < right.code ? -1 : 1;
}

/** Fields of a struct that is judged; the kernel's have a dozen. */
const FIELDS_MAX = 4096;
/** Structs with a role that are judged in one file; later ones repeat what was said. */
const STRUCTS_MAX = 1000;
/** Findings of rules in one file. */
const FINDINGS_MAX = 1000;

function codeOf(unit: CUnit, { profile }: FoundProfile, options: LintOptions): Code {
  return new Code(unit, options.bodies, isScenario(unit), profile, options.roles);
}

function isScenario(unit: CUnit): boolean {
  return unit.path.endsWith(".rseq");
}

function ruleFindings(
  unit: CUnit,
  subjects: readonly StructSubject[],
  code: Code,
  judge: Judge,
): Diagnostic[] {
  const found = subjects.filter((one) => one.layout.fields.length > FIELDS_MAX).map(tooManyFields);
  for (const rule of RULES) {
    const report = reporter(rule, unit, found);
    rule.checkFile?.(unit, judge, report);
    rule.checkCode?.(code, judge, report);
    for (const subject of subjects) {
      if (subject.layout.fields.length > FIELDS_MAX) continue;
      if (subject.role !== "part" || RULES_OF_PARTS.has(rule.code))
        rule.checkStruct?.(subject, judge, report);
    }
  }
  return found;
}

function tooManyFields({ layout }: StructSubject): Diagnostic {
  const count = layout.fields.length.toLocaleString("en-US");
  return {
    code: "N13",
    name: "too-many-fields",
    severity: "warning",
    message: `'${layout.name}' has ${count} fields, more than ${FIELDS_MAX.toLocaleString("en-US")}, and is not judged. Arrays count as one; declare the tail as one.`,
    span: layout.nameSpan,
    notes: [],
    fixes: [],
  };
}

/** Structs inside the private area are judged by what does not depend on where they lie. */
const RULES_OF_PARTS: ReadonlySet<string> = new Set([
  "L01",
  "L03",
  "L04",
  "L05",
  "L17",
  "L18",
  "L19",
  "L20",
]);

function reporter(
  rule: Rule,
  unit: CUnit,
  found: Diagnostic[],
): Parameters<NonNullable<Rule["checkFile"]>>[2] {
  // A struct inside another is looked at twice.
  const known = new Set<string>();
  return (span, message, extras = {}) => {
    const key = `${span.start} ${span.end}`;
    if (span.path !== unit.path || known.has(key) || found.length >= FINDINGS_MAX) return;
    known.add(key);
    found.push({
      code: rule.code,
      name: rule.name,
      severity: extras.severity ?? rule.severity,
      message,
      span,
      notes: extras.notes ?? [],
      fixes: extras.fixes ?? [],
    });
  };
}

function makeJudge(unit: CUnit, { profile, shownName }: FoundProfile, options: LintOptions): Judge {
  const records = new Map<string, ReadonlyMap<number, RecordType>>([
    [unit.target.name, recordsByPlace(unit)],
  ]);
  return {
    profile,
    kernel: shownName,
    isNamed: options.isKernelNamed,
    target: unit.target,
    isProfiles: (subject) => declaredBy(subject).some((one) => isEqualTo(one, profile)),
    layoutOn(subject, targetName): Layout | undefined {
      let there = records.get(targetName);
      if (there === undefined) {
        const other = options.readFor(targetName);
        there = other === undefined ? new Map() : recordsByPlace(other);
        records.set(targetName, there);
      }
      const record = there.get(subject.record.nameSpan.start);
      return record === undefined ? undefined : layoutRecord(record);
    },
  };
}

/** Complete records of the unit's own file by the place of their names. */
function recordsByPlace(unit: CUnit): ReadonlyMap<number, RecordType> {
  const own = unit.records.filter((one) => one.isComplete && one.nameSpan.path === unit.path);
  return new Map(own.map((one) => [one.nameSpan.start, one]));
}

/** As the choice of a kernel sees it: fields at their places in the whole struct, nested ones left out. */
function declaredBy(subject: StructSubject): Declared[] {
  if (subject.isInner || subject.role === "part") return [];
  const fields = subject.fields
    .filter((field) => !field.name.includes("."))
    .map((field) => ({ ...field, offset: field.field.offset }));
  return [{ tag: subject.abiTag, fields, isSplit: subject.role === "split" }];
}

/**
 * What reading C found, where it is rseq's business: in a header that declares a struct with a role, or a scenario, everything;
 * in other files what touches such a struct.
 */
function readingFindings(
  unit: CUnit,
  text: string,
  subjects: readonly StructSubject[],
  reading: readonly Diagnostic[],
): readonly Diagnostic[] {
  const isInBody = bodyTest(unit);
  const own = reading.filter((one) => one.span.path === unit.path && !isInBody(one));
  if (isScenario(unit)) return own;
  const isHeader = /\.h$/i.test(unit.path) && !isCPlusPlus(text);
  if (isHeader) return subjects.length > 0 || declaresRseq(text) ? own : [];
  return own.filter((one) => touchesStruct(one, unit, subjects));
}

/** Whether a text is C++: what stands around its structs is not ours to judge. */
export function isCPlusPlus(text: string): boolean {
  return /^[ \t]*(?:(?:inline )?namespace\b|template\s*<|class\s+\w+[^;()]*\{|using\s+\w)/m.test(
    text,
  );
}

/** Function bodies of C are read tolerantly: what is not understood there is no finding. */
function bodyTest(unit: CUnit): (diagnostic: Diagnostic) => boolean {
  if (isScenario(unit)) return () => false;
  const bodies = unit.declarations.flatMap((one) =>
    one.kind === "function" && one.bodySpan.path === unit.path ? [one.bodySpan] : [],
  );
  return ({ span }) => bodies.some((body) => body.start < span.start && span.start < body.end);
}

function touchesStruct(
  { span }: Diagnostic,
  unit: CUnit,
  subjects: readonly StructSubject[],
): boolean {
  const outermost = subjects.map((subject) => {
    let { record } = subject;
    while (record.outer !== undefined) record = record.outer;
    return record.span;
  });
  return outermost.some(
    (one) => one.path === unit.path && span.start <= one.end && one.start <= span.end,
  );
}

/** A definition so broken that no struct came of it. */
function declaresRseq(text: string): boolean {
  return /\bstruct\s+(?:rseq|rseq_abi|kernel_rseq|rseq_local|rseq_shared|rseq_cs|rseq_abi_cs|rseq_sched_state|rseq_slice_ctrl)\b[^;{}()]*\{/.test(
    text,
  );
}
