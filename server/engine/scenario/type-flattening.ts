// Flattens C types into the program's type table: plain data with indices, for whoever looks at memory without knowing C.
import type { CType, Member, RecordType } from "../c/types.ts";
import { integerBehind, recordName, resolve, spellType } from "../c/types.ts";
import type { ProgramType, RecordMember, TypeId } from "../program/type-table.ts";
import { wordOfBits } from "./bit-field.ts";

export class TypeFlattening {
  readonly types: ProgramType[] = [];
  readonly #ids = new Map<string | object, TypeId>();
  readonly #bigEndian: boolean;

  constructor(bigEndian: boolean) {
    this.#bigEndian = bigEndian;
  }

  idOf(type: CType): TypeId {
    const key = keyOf(type);
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    // The place is taken before the inside is looked at, because structs point to themselves.
    const id = this.types.length;
    this.#ids.set(key, id);
    this.types.push({ kind: "integer", name: "", size: 0, align: 1, signed: false });
    this.types[id] = this.#flatten(type);
    return id;
  }

  /** The array that a percpu variable is: elements at a distance of `stride`. */
  percpuArray(element: CType, count: number, stride: number): TypeId {
    const elementId = this.idOf(element);
    const id = this.types.length;
    this.types.push({
      kind: "array",
      name: `percpu ${spellType(element)}`,
      size: stride * count,
      align: element.align,
      element: elementId,
      count,
      stride,
    });
    return id;
  }

  #flatten(type: CType): ProgramType {
    const name = spellType(type);
    const plain = resolve(type);
    const { size, align } = type;
    switch (plain.kind) {
      case "pointer": {
        const target = resolve(plain.target);
        const isOpaque = target.kind === "void" || target.kind === "function";
        const base = { kind: "pointer", name, size, align, signed: false } as const;
        return isOpaque ? base : { ...base, target: this.idOf(plain.target) };
      }
      case "array":
        return {
          kind: "array",
          name,
          size,
          align,
          element: this.idOf(plain.element),
          count: plain.count ?? 0,
          stride: plain.element.size,
        };
      case "record":
        return this.#record(plain, name);
      case "enum":
        return {
          kind: "enum",
          name,
          size,
          align,
          signed: plain.underlying.signed,
          enumerators: plain.constants.map((one) => ({ name: one.name, value: one.value })),
        };
      case "atomic":
        return { ...this.#flatten(plain.type), name };
      case "complex":
      case "error":
      case "float":
      case "function":
      case "integer":
      case "vector":
      case "void": {
        const integer = integerBehind(type);
        const kind = integer?.rank === 0 ? "bool" : "integer";
        return { kind, name, size, align, signed: integer?.signed ?? false };
      }
    }
  }

  #record(record: RecordType, name: string): ProgramType {
    return {
      kind: record.isUnion ? "union" : "struct",
      name: name === "" ? recordName(record) : name,
      size: record.size,
      align: record.align,
      members: record.members.map((member) => this.#member(member)),
    };
  }

  #member(member: Member): RecordMember {
    const type = this.idOf(member.type);
    if (member.bitWidth === undefined || member.bitOffset === undefined)
      return { name: member.name, type, offset: member.offset };
    const word = wordOfBits(member.bitOffset, member.bitWidth, member.type.size, this.#bigEndian);
    return {
      name: member.name,
      type,
      offset: word.offset,
      bitShift: word.shift,
      bitSize: member.bitWidth,
    };
  }
}

/** Records and enums by identity, everything else by spelling and size. */
function keyOf(type: CType): string | object {
  const plain = resolve(type);
  if (plain === type && (plain.kind === "record" || plain.kind === "enum")) return plain;
  if (plain.kind === "record" || plain.kind === "enum") {
    return `${spellType(type)} = ${spellType(plain)} ${plain.nameSpan.path}:${plain.nameSpan.start} ${type.align}`;
  }
  if (plain.kind === "pointer" || plain.kind === "array") {
    const target = plain.kind === "pointer" ? plain.target : plain.element;
    const inner = keyOf(target);
    const innerText = typeof inner === "string" ? inner : identityText(target);
    return `${spellType(type)} of ${innerText} ${type.size} ${type.align}`;
  }
  return `${spellType(type)} ${type.size} ${type.align}`;
}

function identityText(type: CType): string {
  const plain = resolve(type);
  const span = plain.kind === "record" || plain.kind === "enum" ? plain.nameSpan : undefined;
  return `${spellType(type)} ${span?.path}:${span?.start}`;
}
