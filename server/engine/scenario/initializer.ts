// C's initialisers as a flat list of what goes where: designators, brace elision, strings for character arrays. Static data
// writes the list as bytes, automatic variables as stores.
import type {
  Designator,
  Expression,
  Initializer,
  InitializerItem,
  InitializerList,
  StringExpression,
} from "../c/ast.ts";
import type { ArrayType, CType, RecordType } from "../c/types.ts";
import { integerBehind, recordName, resolve } from "../c/types.ts";
import type { Span } from "../text/source.ts";
import type { ScenarioReport } from "./codes.ts";
import type { FoundMember, Typing } from "./typing.ts";
import { findMember, placedMember } from "./typing.ts";
import type { Parser } from "../c/parser.ts";

/** A scalar (or a whole record, or a string) at an offset. */
export interface Leaf {
  readonly offset: number;
  readonly type: CType;
  readonly expression: Expression;
  /** Set for bit-fields; offsets count from the same start as `offset`. */
  readonly bitField: FoundMember | undefined;
}

interface Slot {
  readonly offset: number;
  readonly type: CType;
  readonly bitField: FoundMember | undefined;
}

export interface InitializerContext {
  readonly typing: Typing;
  readonly parser: Parser;
  readonly report: ScenarioReport;
}

/** At most this many scalars are initialised one by one. */
const LEAVES_MAX = 65536;

/** All values of an initialiser in the order of their offsets; of two for the same place the later one counts. */
export function flattenInitializer(
  context: InitializerContext,
  type: CType,
  initializer: Initializer,
): readonly Leaf[] {
  const flattener = new Flattener(context);
  flattener.initialise({ offset: 0, type, bitField: undefined }, initializer);
  return flattener.leaves();
}

/** The type with its element count, where the initialiser gives it: `int a[] = { 1, 2 }`. */
export function completedType(
  context: InitializerContext,
  type: CType,
  initializer: Initializer | undefined,
): CType {
  const plain = resolve(type);
  if (plain.kind !== "array" || plain.count !== undefined || initializer === undefined) return type;
  if (initializer.kind === "string") return initializer.type;
  const leaves = flattenInitializer(context, type, initializer);
  const size = Math.max(1, plain.element.size);
  const count = leaves.reduce(
    (most, leaf) => Math.max(most, Math.floor(leaf.offset / size) + 1),
    0,
  );
  return context.typing.types.arrayOf(plain.element, count);
}

class Cursor {
  readonly items: readonly InitializerItem[];
  index = 0;
  constructor(list: InitializerList) {
    this.items = list.items;
  }
  get item(): InitializerItem | undefined {
    return this.items[this.index];
  }
}

class Flattener {
  readonly #context: InitializerContext;
  readonly #leaves = new Map<string, Leaf>();

  constructor(context: InitializerContext) {
    this.#context = context;
  }

  leaves(): readonly Leaf[] {
    return [...this.#leaves.values()].sort(
      (left, right) =>
        left.offset - right.offset ||
        (left.bitField?.bitOffsetInside ?? 0) - (right.bitField?.bitOffsetInside ?? 0),
    );
  }

  initialise(slot: Slot, initializer: Initializer): void {
    const plain = resolve(slot.type);
    if (initializer.kind !== "list") {
      this.#add(slot, initializer);
      return;
    }
    if (plain.kind === "record" || plain.kind === "array") {
      if (plain.kind === "array" && this.#stringOf(plain, initializer) !== undefined) {
        this.#add(slot, this.#stringOf(plain, initializer)!);
        return;
      }
      const cursor = new Cursor(initializer);
      this.#fill(slot, plain, cursor, true);
      const rest = cursor.item;
      if (rest !== undefined) this.#tooMany(rest.value.span);
      return;
    }
    const only = initializer.items[0];
    if (only !== undefined) this.initialise(slot, only.value);
    if (initializer.items[1] !== undefined) this.#tooMany(initializer.items[1].value.span);
  }

  /** `char s[] = { "text" }`. */
  #stringOf(array: ArrayType, list: InitializerList): StringExpression | undefined {
    const only = list.items[0]?.value;
    if (list.items.length !== 1 || only?.kind !== "string") return undefined;
    return integerBehind(array.element) === undefined ? undefined : only;
  }

  #fill(slot: Slot, type: RecordType | ArrayType, cursor: Cursor, isBraced: boolean): void {
    if (type.kind === "array") this.#fillArray(slot, type, cursor, isBraced);
    else this.#fillRecord(slot, type, cursor, isBraced);
  }

  #fillArray(slot: Slot, array: ArrayType, cursor: Cursor, isBraced: boolean): void {
    let index = 0;
    const count = array.count ?? Number.POSITIVE_INFINITY;
    for (let item = cursor.item; item !== undefined; item = cursor.item) {
      const designator = item.designators[0];
      if (designator !== undefined) {
        if (!isBraced) return;
        index = this.#designatedElements(slot, array, item, designator) + 1;
        cursor.index += 1;
        continue;
      }
      if (index >= count || this.#leaves.size > LEAVES_MAX) return;
      this.#fillOne(elementSlot(slot, array, index), cursor);
      index += 1;
    }
  }

  /** Initialises `[i]` or `[a ... b]`; the last index. */
  #designatedElements(
    slot: Slot,
    array: ArrayType,
    item: InitializerItem,
    designator: Designator,
  ): number {
    if (designator.kind !== "index") {
      this.#context.report(
        "T65",
        designator.span,
        "An array's elements are designated as [index].",
      );
      return 0;
    }
    const first = this.#indexValue(designator.index);
    const last = designator.last === undefined ? first : this.#indexValue(designator.last);
    if (array.count !== undefined && last >= array.count)
      this.#context.report(
        "T65",
        designator.span,
        `Index ${last} is outside the ${array.count} elements.`,
      );
    else
      for (let index = first; index <= last && this.#leaves.size <= LEAVES_MAX; index++)
        this.#designated(elementSlot(slot, array, index), item, 1);
    return last;
  }

  #indexValue(expression: Expression): number {
    const result = this.#context.parser.evaluate(expression);
    if (result.isConstant && 0n <= result.value && result.value < 1n << 31n)
      return Number(result.value);
    if (result.isConstant || !result.isReported)
      this.#context.report(
        "T50",
        expression.span,
        "An index must be a constant that is not negative.",
      );
    return 0;
  }

  #fillRecord(slot: Slot, record: RecordType, cursor: Cursor, isBraced: boolean): void {
    const members = record.members.filter(
      (member) => member.name !== undefined || member.bitWidth === undefined,
    );
    let position = 0;
    for (let item = cursor.item; item !== undefined; item = cursor.item) {
      const designator = item.designators[0];
      if (designator !== undefined) {
        if (!isBraced) return;
        position = this.#designatedMember(slot, record, item, designator, members);
        cursor.index += 1;
        continue;
      }
      const member = members[position];
      if (member === undefined || (record.isUnion && position > 0)) return;
      this.#fillOne(memberSlot(slot, placedMember(member)), cursor);
      position += 1;
    }
  }

  /** Initialises `.name…`; the position behind the member. */
  #designatedMember(
    slot: Slot,
    record: RecordType,
    item: InitializerItem,
    designator: Designator,
    members: readonly RecordType["members"][number][],
  ): number {
    const found = designator.kind === "member" ? findMember(record, designator.name) : undefined;
    if (found === undefined) {
      const name = designator.kind === "member" ? `'${designator.name}'` : "with an index";
      this.#context.report("T60", designator.span, `${recordName(record)} has no member ${name}.`);
      return members.length;
    }
    this.#designated(memberSlot(slot, found), item, 1);
    const index = members.findIndex(
      (member) =>
        member.name === found.name ||
        (member.name === undefined && isInside(member.type, found.name)),
    );
    return index + 1;
  }

  /** Follows the designators from `depth` on and initialises what they name. */
  #designated(slot: Slot, item: InitializerItem, depth: number): void {
    const designator = item.designators[depth];
    if (designator === undefined) {
      this.initialise(slot, item.value);
      return;
    }
    const plain = resolve(slot.type);
    if (designator.kind === "index" && plain.kind === "array") {
      const index = this.#indexValue(designator.index);
      this.#designated(elementSlot(slot, plain, index), item, depth + 1);
      return;
    }
    const found =
      designator.kind === "member" && plain.kind === "record"
        ? findMember(plain, designator.name)
        : undefined;
    if (found === undefined)
      this.#context.report("T60", designator.span, "There is nothing of that name here.");
    else this.#designated(memberSlot(slot, found), item, depth + 1);
  }

  /** One subobject from the cursor: its own item, or, with elided braces, as many as it takes. */
  #fillOne(slot: Slot, cursor: Cursor): void {
    const item = cursor.item;
    if (item === undefined) return;
    const plain = resolve(slot.type);
    const value = item.value;
    const isWhole =
      value.kind === "list" ||
      (plain.kind !== "record" && plain.kind !== "array") ||
      (plain.kind === "array" && value.kind === "string") ||
      (plain.kind === "record" && resolve(this.#context.typing.typeOf(value)) === plain);
    if (isWhole) {
      cursor.index += 1;
      this.initialise(slot, value);
      return;
    }
    if (plain.kind === "record" || plain.kind === "array") {
      const before = cursor.index;
      this.#fill(slot, plain, cursor, false);
      // Invariant: an item is used up even where the aggregate has no room (an empty struct).
      if (cursor.index === before) cursor.index += 1;
    }
  }

  #add(slot: Slot, expression: Expression): void {
    const key = `${slot.offset}:${slot.bitField?.bitOffsetInside ?? ""}`;
    this.#leaves.delete(key);
    this.#leaves.set(key, { ...slot, expression });
  }

  #tooMany(span: Span): void {
    this.#context.report("T65", span, "There are more values here than the object has room for.");
  }
}

function elementSlot(slot: Slot, array: ArrayType, index: number): Slot {
  return {
    offset: slot.offset + index * array.element.size,
    type: array.element,
    bitField: undefined,
  };
}

function memberSlot(slot: Slot, member: FoundMember): Slot {
  const offset = slot.offset + member.offsetInside;
  if (member.bitWidth === undefined) return { offset, type: member.type, bitField: undefined };
  const bits = slot.offset * 8 + (member.bitOffsetInside ?? 0);
  return { offset, type: member.type, bitField: { ...member, bitOffsetInside: bits } };
}

function isInside(type: CType, name: string | undefined): boolean {
  const plain = resolve(type);
  return plain.kind === "record" && name !== undefined && findMember(plain, name) !== undefined;
}
