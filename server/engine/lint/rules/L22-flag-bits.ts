// L22: the bits of `enum rseq_flags` and `enum rseq_cs_flags` are distinct and without gaps; a gap that the profile's own enum
// has (bit 3 of rseq_cs_flags since 7.0) counts as documented.
import type { EnumConstant, EnumType } from "../../c/types.ts";
import type { Profile } from "../../abi/profile.ts";
import type { Rule, RuleReport } from "../rule.ts";

export const flagBits: Rule = {
  code: "L22",
  name: "flag-bits",
  severity: "info",
  rule: "The bits of enum rseq_flags and enum rseq_cs_flags are distinct, and gaps are documented.",
  why: "Two names for one bit make two features switch each other on; an undocumented gap is soon used twice.",
  fix: "Give each constant the next free bit, and say in a comment why a bit stays free.",
  sources: ["Linux 7.0 include/uapi/linux/rseq.h: bit 3 is left out on purpose"],
  home: "text",
  checkFile(unit, judge, report) {
    for (const type of unit.enums) {
      if (type.tag === undefined || type.nameSpan.path !== unit.path) continue;
      const prefix = PREFIXES.get(type.tag);
      if (prefix !== undefined) checkEnum(type, bitsOfProfile(judge.profile, prefix), report);
    }
  },
};

const PREFIXES: ReadonlyMap<string, string> = new Map([
  ["rseq_flags", "RSEQ_FLAG_"],
  ["rseq_cs_flags", "RSEQ_CS_FLAG_"],
]);

function bitsOfProfile(profile: Profile, prefix: string): bigint {
  return profile.constants
    .filter(({ name }) => name.startsWith(prefix) && !name.endsWith("_BIT"))
    .reduce((bits, { value }) => bits | value, 0n);
}

function checkEnum(type: EnumType, known: bigint, report: RuleReport): void {
  let used = 0n;
  for (const constant of type.constants) {
    const { name, value, span } = constant;
    if ((used & value) !== 0n) {
      const other = type.constants.find((one) => one !== constant && (one.value & value) !== 0n);
      report(
        span,
        `'${name}' (0x${value.toString(16)}) has a bit of '${other?.name ?? ""}'. Setting one sets the other; give it a free bit.`,
        { notes: noteOf(other) },
      );
    }
    used |= value;
  }
  const undocumented = gapIn(used) & ~gapIn(known);
  if (undocumented === 0n) return;
  const bit = lowestBit(undocumented);
  const after = type.constants.find((one) => one.value > 1n << BigInt(bit));
  if (after !== undefined)
    report(
      after.span,
      `Bit ${bit} is free below '${after.name}'. Use it, or document why it is left out.`,
    );
}

function noteOf(
  constant: EnumConstant | undefined,
): { message: string; span: EnumConstant["span"] }[] {
  return constant === undefined
    ? []
    : [{ message: `'${constant.name}' is here`, span: constant.span }];
}

/** The zero bits below the highest set one. */
function gapIn(bits: bigint): bigint {
  let mask = 1n;
  while (mask <= bits) mask <<= 1n;
  return (mask - 1n) & ~bits;
}

function lowestBit(bits: bigint): number {
  let bit = 0;
  while (((bits >> BigInt(bit)) & 1n) === 0n) bit++;
  return bit;
}
