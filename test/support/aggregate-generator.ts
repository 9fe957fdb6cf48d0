// Random C aggregates from a seed: a tree of declarations that prints as C and that can be made smaller, so that a difference to a
// compiler is shown as a small C file.

/** A small generator with the same numbers everywhere (mulberry32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A whole number in [0, limit). */
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  }

  chance(percent: number): boolean {
    return this.below(100) < percent;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }
}

export interface GeneratedMember {
  readonly name: string | undefined;
  /** `int`, or the tag's aggregate below. */
  readonly base: string;
  readonly aggregate: GeneratedAggregate | undefined;
  /** `*`, `(*NAME)(void)` and so on: NAME stands for the name. */
  readonly declarator: string;
  readonly width: number | undefined;
  readonly attributes: string;
  readonly isArray: boolean;
}

export interface GeneratedAggregate {
  readonly keyword: "struct" | "union";
  readonly tag: string;
  readonly members: readonly GeneratedMember[];
  readonly attributes: string;
  /** `#pragma pack(N)` around it; 0 for none. Only of outermost aggregates. */
  readonly pack: number;
}

/** What a target's compiler has and lacks. */
export interface GeneratorLimits {
  readonly hasInt128: boolean;
  readonly hasLongDouble: boolean;
  /** Bits of each base type that a bit-field may have. */
  readonly longBits: number;
  /** Attributes on bit-fields, which clang places otherwise than gcc. */
  readonly hasBitFieldAttributes: boolean;
  /** `ms_struct`, which is x86's. */
  readonly hasMicrosoft: boolean;
}

const scalars = [
  "char",
  "signed char",
  "unsigned char",
  "short",
  "unsigned short",
  "int",
  "unsigned int",
  "long",
  "unsigned long",
  "long long",
  "unsigned long long",
  "_Bool",
  "float",
  "double",
  "enum E",
  "void *",
  "struct empty",
  "under_aligned",
  "over_aligned",
];

const bitFieldBases: readonly (readonly [string, number])[] = [
  ["int", 32],
  ["unsigned int", 32],
  ["unsigned char", 8],
  ["short", 16],
  ["unsigned short", 16],
  ["long", 0],
  ["unsigned long long", 64],
  ["long long", 64],
  ["_Bool", 1],
  ["enum E", 3],
];

/** What the generated C needs before it. */
export const generatorPrelude = `enum E { E_A, E_B, E_C = 5 };
struct empty { };
typedef int under_aligned __attribute__((aligned(2)));
typedef short over_aligned __attribute__((aligned(8)));
`;

export function generateAggregate(
  random: Random,
  tag: string,
  limits: GeneratorLimits,
  depth: number = 0,
): GeneratedAggregate {
  const count = 1 + random.below(depth === 0 ? 9 : 4);
  const members: GeneratedMember[] = [];
  for (let index = 0; index < count; index++)
    members.push(generateMember(random, `${tag}_${index}`, limits, depth));
  return {
    keyword: random.chance(20) ? "union" : "struct",
    tag,
    members,
    attributes: recordAttributes(random, limits),
    pack: depth === 0 && random.chance(10) ? 1 << random.below(4) : 0,
  };
}

function recordAttributes(random: Random, limits: GeneratorLimits): string {
  if (limits.hasMicrosoft && random.chance(8)) return " __attribute__((ms_struct))";
  const list: string[] = [];
  if (random.chance(15)) list.push("packed");
  if (random.chance(12)) list.push(`aligned(${1 << random.below(7)})`);
  return list.length === 0 ? "" : ` __attribute__((${list.join(", ")}))`;
}

function memberAttributes(random: Random): string {
  if (random.chance(5)) return " __attribute__((packed))";
  if (random.chance(8)) return ` __attribute__((aligned(${1 << random.below(6)})))`;
  return "";
}

function generateMember(
  random: Random,
  name: string,
  limits: GeneratorLimits,
  depth: number,
): GeneratedMember {
  if (random.chance(35)) return generateBitField(random, name, limits);
  const given = memberAttributes(random);
  if (depth < 3 && random.chance(15)) {
    const aggregate = generateAggregate(random, `${name}_t`, limits, depth + 1);
    const isAnonymous = random.chance(40);
    const isArray = !isAnonymous && random.chance(30);
    const declarator = isArray ? `NAME[${1 + random.below(3)}]` : "NAME";
    // Behind an unnamed aggregate they would be the type's, where gcc takes the last of several and clang the strictest.
    const attributes = isAnonymous ? "" : given;
    return {
      name: isAnonymous ? undefined : name,
      base: "",
      aggregate,
      declarator,
      width: undefined,
      attributes,
      isArray,
    };
  }
  let base = random.pick(scalars);
  if (limits.hasInt128 && random.chance(3)) base = "__int128";
  if (limits.hasLongDouble && random.chance(3))
    base = random.pick(["long double", "double _Complex"]);
  const isArray = random.chance(20) && base !== "over_aligned" && base !== "under_aligned";
  const declarator = isArray
    ? `NAME[${random.below(4)}]`
    : random.chance(6)
      ? "(*NAME)(int)"
      : "NAME";
  return {
    name,
    base,
    aggregate: undefined,
    declarator,
    width: undefined,
    attributes: given,
    isArray,
  };
}

function generateBitField(random: Random, name: string, limits: GeneratorLimits): GeneratedMember {
  const [base, bits] = random.pick(bitFieldBases);
  const widest = bits === 0 ? limits.longBits : bits;
  const isUnnamed = random.chance(15);
  const width = isUnnamed && random.chance(50) ? 0 : 1 + random.below(widest);
  const attributes = isUnnamed || !limits.hasBitFieldAttributes ? "" : memberAttributes(random);
  return {
    name: isUnnamed ? undefined : name,
    base,
    aggregate: undefined,
    declarator: "NAME",
    width,
    attributes,
    isArray: false,
  };
}

function printAggregate(
  aggregate: GeneratedAggregate,
  indent: string = "",
  withTag: boolean = true,
): string {
  const lines = aggregate.members.map((member) => `${indent}\t${printMember(member, indent)};`);
  const tag = withTag ? ` ${aggregate.tag}` : "";
  return `${aggregate.keyword}${tag} {\n${lines.join("\n")}\n${indent}}${aggregate.attributes}`;
}

function printMember(member: GeneratedMember, indent: string): string {
  const { name, base, aggregate, declarator, width, attributes } = member;
  const type =
    aggregate === undefined ? base : printAggregate(aggregate, `${indent}\t`, name !== undefined);
  const named = name === undefined ? "" : ` ${declarator.replace("NAME", name)}`;
  return `${type}${named}${width === undefined ? "" : ` : ${width}`}${attributes}`;
}

/** The declaration with the pragmas around it. */
export function printDeclaration(aggregate: GeneratedAggregate): string {
  const text = `${printAggregate(aggregate)};\n`;
  return aggregate.pack === 0
    ? text
    : `#pragma pack(push, ${aggregate.pack})\n${text}#pragma pack(pop)\n`;
}

/** Every aggregate with one thing less. */
export function smallerAggregates(aggregate: GeneratedAggregate): readonly GeneratedAggregate[] {
  const smaller: GeneratedAggregate[] = [];
  const { members } = aggregate;
  if (1 < members.length) {
    for (const index of members.keys())
      smaller.push({ ...aggregate, members: members.toSpliced(index, 1) });
  }
  if (aggregate.pack !== 0) smaller.push({ ...aggregate, pack: 0 });
  if (aggregate.attributes !== "") smaller.push({ ...aggregate, attributes: "" });
  for (const [index, member] of members.entries()) {
    const replace = (other: GeneratedMember): void => {
      smaller.push({ ...aggregate, members: members.with(index, other) });
    };
    if (member.attributes !== "") replace({ ...member, attributes: "" });
    if (member.aggregate !== undefined) {
      for (const inner of smallerAggregates(member.aggregate))
        replace({ ...member, aggregate: inner });
    }
  }
  return smaller;
}
