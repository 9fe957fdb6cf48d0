// Enums: tags, enumerators, the integer type behind. Redefinitions of tags are told here for records too.
import type { Span } from "../text/source.ts";
import type { Attribute } from "./ast.ts";
import { fits } from "./conversion.ts";
import type { Mark } from "./parser.ts";
import { CEnum, CEnumConstant, CRecord } from "./records.ts";
import type { Tagged } from "./scope.ts";
import * as token from "./token.ts";
import type { Specifiers } from "./type-parser.ts";
import { TypeParser, isTypeWord, kindText } from "./type-parser.ts";
import type { IntegerType } from "./types.ts";
import { integerBehind, resolve, spellType } from "./types.ts";

const intMin = -0x80000000n;
const intMax = 0x7fffffffn;

export abstract class EnumParser extends TypeParser {
  readonly enums: CEnum[] = [];

  protected parseEnum(specifiers: Specifiers): CEnum | undefined {
    const from = this.at;
    this.next();
    if (this.isCpp) this.accept(token.K_STRUCT);
    const attributes: Attribute[] = [];
    if (this.isAtAttribute()) this.addAttributes(attributes);
    const tagAt = this.peek() === token.IDENTIFIER ? this.at : -1;
    if (0 <= tagAt) this.next();
    const fixed =
      this.peek() === token.COLON &&
      (this.openRecord === undefined || isTypeWord(this.peek(1)) || this.isTypeName(1))
        ? this.#fixedType()
        : undefined;
    if (this.peek() !== token.LEFT_BRACE) return this.#enumReference(from, tagAt, fixed);
    specifiers.isDefinition = true;
    const known =
      tagAt < 0 ? undefined : this.knownTo(tagAt, this.scope.tagHere(this.values[tagAt]!));
    let result: CEnum;
    const isForward = known instanceof CEnum && known.hasFixedType && known.constants.length === 0;
    if (known instanceof CEnum && (!known.isComplete || isForward)) {
      result = known;
    } else {
      result = this.#newEnum(from, tagAt, fixed);
      if (known !== undefined) this.#reportEnumAgain(known, tagAt);
      else if (0 <= tagAt) this.scope.declareTag(this.values[tagAt]!, result);
    }
    result.start = this.starts[from]!;
    if (fixed !== undefined) {
      result.underlying = fixed;
      result.hasFixedType = true;
    }
    this.#enumBody(result, attributes);
    return result;
  }

  #fixedType(): IntegerType | undefined {
    const from = this.at;
    this.next();
    const { type } = this.parseSpecifiers(false);
    const integer = integerBehind(type);
    if (integer === undefined && resolve(type).kind !== "error") {
      this.report(
        "T12",
        this.spanFrom(from),
        `An enum's type is an integer type; '${spellType(type)}' is none.`,
      );
    }
    return integer;
  }

  #reportEnumAgain(known: Tagged, tagAt: Mark): void {
    if (known instanceof CRecord) return this.reportTagKind(tagAt, known);
    const span = this.places.span(this.starts[tagAt]!, this.ends[tagAt]!);
    return this.report(
      "T03",
      span,
      `'enum ${known.tag}' has been defined already; that definition stays.`,
      {
        notes: [{ message: "The first definition.", span: known.nameSpan }],
      },
    );
  }

  #newEnum(from: Mark, tagAt: Mark, fixed: IntegerType | undefined): CEnum {
    const tag = tagAt < 0 ? undefined : this.spellings.text(token.IDENTIFIER, this.values[tagAt]!);
    const nameAt = tagAt < 0 ? from : tagAt;
    const underlying = fixed ?? this.types.unsignedInt;
    return new CEnum(
      tag,
      underlying,
      this.places,
      this.starts[from]!,
      this.starts[nameAt]!,
      this.ends[nameAt]!,
    );
  }

  #enumReference(from: Mark, tagAt: Mark, fixed: IntegerType | undefined): CEnum | undefined {
    if (tagAt < 0) {
      this.report("S01", this.span(), "A tag or '{' is expected behind 'enum'.");
      return undefined;
    }
    const identifier = this.values[tagAt]!;
    const known = this.scope.tag(identifier);
    if (known instanceof CEnum) return known;
    if (known !== undefined) {
      this.reportTagKind(tagAt, known);
      return undefined;
    }
    const result = this.#newEnum(from, tagAt, fixed);
    if (fixed !== undefined) {
      result.hasFixedType = true;
      result.isComplete = true;
    }
    this.scope.declareTag(identifier, result);
    return result;
  }

  #enumBody(result: CEnum, leading: readonly Attribute[]): void {
    const brace = this.at;
    this.next();
    let following = 0n;
    let least = 0n;
    let greatest = 0n;
    while (this.peek() === token.IDENTIFIER) {
      following = this.#enumerator(result, following);
      if (following < least) least = following;
      if (greatest < following) greatest = following;
      following++;
      if (!this.accept(token.COMMA)) break;
    }
    if (!this.accept(token.RIGHT_BRACE)) this.#enumUnclosed(brace);
    let attributes = leading;
    if (this.isAtAttribute() && this.peek() !== token.K_ALIGNAS) {
      const trailing = [...leading];
      this.addAttributes(trailing);
      attributes = trailing;
    }
    result.end = this.ends[this.at - 1]!;
    result.attributes = attributes;
    const isPacked = attributes.some(({ name }) => name === "packed");
    if (!result.hasFixedType) result.underlying = this.#underlying(least, greatest, isPacked);
    result.align = Math.max(result.underlying.align, this.effectOf(attributes).align);
    result.isComplete = true;
    this.enums.push(result);
  }

  #enumUnclosed(brace: Mark): void {
    if (this.peek() === token.END) return this.reportUnclosed(brace);
    this.report(
      "S01",
      this.span(),
      `An enumerator or '}' is expected where '${this.text()}' stands.`,
    );
    while (
      this.at < this.count &&
      this.peek() !== token.RIGHT_BRACE &&
      this.peek() !== token.SEMICOLON
    )
      this.next();
    this.accept(token.RIGHT_BRACE);
    return undefined;
  }

  /** One enumerator; returns its value. */
  #enumerator(result: CEnum, following: bigint): bigint {
    const nameAt = this.at;
    this.next();
    if (this.isAtAttribute()) this.parseAttributes();
    let value = following;
    if (this.accept(token.EQUAL)) value = this.#enumeratorValue() ?? following;
    const { types } = this;
    if (value <= intMax && intMin <= value && !result.hasFixedType) {
      // The usual case: nothing to check.
    } else if (result.hasFixedType && !fits(value, result.underlying)) {
      const span = this.places.span(this.starts[nameAt]!, this.ends[nameAt]!);
      this.report(
        "T18",
        span,
        `The value ${value} does not fit '${spellType(result.underlying)}'.`,
      );
    } else if (
      !fits(value, types.longLong) &&
      !fits(value, types.unsignedLongLong) &&
      types.int128 === undefined
    ) {
      this.report(
        "T18",
        this.places.span(this.starts[nameAt]!, this.ends[nameAt]!),
        `The value ${value} does not fit any integer type.`,
      );
    }
    const identifier = this.values[nameAt]!;
    const name = this.spellings.text(token.IDENTIFIER, identifier);
    const isInt = intMin <= value && value <= intMax;
    const symbol = new CEnumConstant(
      result,
      name,
      value,
      isInt,
      types.int,
      this.starts[nameAt]!,
      this.ends[nameAt]!,
    );
    result.constants.push(symbol);
    const before = this.knownTo(nameAt, this.scope.symbolHere(identifier));
    if (before === undefined) this.scope.declare(identifier, symbol);
    else {
      const span = this.places.span(this.starts[nameAt]!, this.ends[nameAt]!);
      this.report("T15", span, `'${name}' has already been declared here as ${kindText(before)}.`, {
        notes: [{ message: "The declaration before.", span: before.nameSpan }],
      });
    }
    return value;
  }

  #enumeratorValue(): bigint | undefined {
    const value = this.values[this.at]!;
    if (
      this.peek() === token.NUMBER &&
      0 <= value &&
      (this.peek(1) === token.COMMA || this.peek(1) === token.RIGHT_BRACE)
    ) {
      this.next();
      return BigInt(value);
    }
    return this.constantOf(this.parseConditionalExpression(), "An enumerator");
  }

  /** gcc: the first of unsigned int, int, unsigned long, long … that holds all values; packed: the smallest. */
  #underlying(least: bigint, greatest: bigint, isPacked: boolean): IntegerType {
    const { types } = this;
    const isSigned = least < 0n;
    if (!isPacked && !this.target.hasShortEnums && intMin <= least && greatest <= intMax) {
      return isSigned ? types.int : types.unsignedInt;
    }
    const small = [
      isSigned ? types.signedChar : types.unsignedChar,
      isSigned ? types.short : types.unsignedShort,
    ];
    const usual = isSigned
      ? [types.int, types.long, types.longLong, types.int128]
      : [types.unsignedInt, types.unsignedLong, types.unsignedLongLong, types.unsignedInt128];
    const candidates = [...(isPacked || this.target.hasShortEnums ? small : []), ...usual].filter(
      (type) => type !== undefined,
    );
    return candidates.find((type) => fits(least, type) && fits(greatest, type)) ?? types.longLong;
  }

  protected reportTagKind(tagAt: Mark, known: Tagged): void {
    const name = this.spellings.text(token.IDENTIFIER, this.values[tagAt]!);
    const keyword = known instanceof CRecord ? (known.isUnion ? "union" : "struct") : "enum";
    this.report(
      "T20",
      this.places.span(this.starts[tagAt]!, this.ends[tagAt]!),
      `'${name}' has been declared as '${keyword} ${name}'.`,
      {
        notes: [{ message: "The declaration before.", span: known.nameSpan }],
      },
    );
  }

  /**
   * What is known of a name that is declared again. A built-in header's meaning gives way to the file's, which then counts
   * as the first one.
   */
  protected knownTo<T extends { readonly nameSpan: Span }>(
    nameAt: Mark,
    known: T | undefined,
  ): T | undefined {
    if (known === undefined || !isBuiltIn(known.nameSpan)) return known;
    return isBuiltIn(this.places.span(this.starts[nameAt]!, this.ends[nameAt]!))
      ? known
      : undefined;
  }
}

function isBuiltIn(span: Span): boolean {
  return span.path.startsWith("<");
}
