// Structs and unions: tags, members, attributes, and what is wrong with them. Where the members lie is record-layout.ts'.
import type { Attribute, StaticAssertion } from "./ast.ts";
import type { AttributeEffect } from "./attribute-parser.ts";
import { noEffect } from "./attribute-parser.ts";
import * as rows from "./member-table.ts";
import { MemberTable } from "./member-table.ts";
import type { Mark } from "./parser.ts";
import type { PackChange } from "./preprocessor.ts";
import { placeMembers } from "./record-layout.ts";
import type { RecordContext } from "./records.ts";
import { CMember, CRecord, noAttributes } from "./records.ts";
import * as token from "./token.ts";
import type { Specifiers, TypeParserInput } from "./type-parser.ts";
import { EnumParser } from "./enum-parser.ts";
import type { CType } from "./types.ts";
import { RANK_BOOL, integerBehind, isComplete, recordName, resolve, spellType } from "./types.ts";

export interface RecordParserInput extends TypeParserInput {
  readonly packChanges: readonly PackChange[];
}

export abstract class RecordParser extends EnumParser {
  readonly records: CRecord[] = [];
  readonly #packChanges: readonly PackChange[];
  #packIndex = 0;
  /** For finding duplicate members: the record that last had a member of the name. */
  readonly #memberStamps: Int32Array;
  readonly #records: RecordContext;
  #stamp = 0;

  constructor(input: RecordParserInput) {
    super(input);
    const { names } = input.spellings.identifiers;
    this.#packChanges = input.packChanges;
    this.#memberStamps = new Int32Array(names.length);
    this.#records = { places: this.places, members: new MemberTable(), names };
  }

  protected abstract parseStaticAssertion(): StaticAssertion;

  // ---- Records ----

  protected parseRecord(isUnion: boolean, specifiers: Specifiers): CRecord | undefined {
    const from = this.at;
    this.next();
    const attributes: Attribute[] = [];
    if (this.isAtAttribute()) this.addAttributes(attributes);
    const tagAt = this.peek() === token.IDENTIFIER ? this.at : -1;
    if (0 <= tagAt) this.next();
    if (this.isAtAttribute() && this.#isBodyBehindAttributes()) this.addAttributes(attributes);
    const bases = this.isCpp && 0 <= tagAt ? this.#bases() : [];
    if (this.peek() !== token.LEFT_BRACE && !this.#isBraceMissing(tagAt))
      return this.#recordReference(isUnion, from, tagAt);
    specifiers.isDefinition = true;
    const record = this.#recordToDefine(isUnion, from, tagAt);
    for (const base of bases)
      this.#addMember(record, undefined, base, undefined, noAttributes, noEffect, from, from);
    this.#recordBody(record, attributes);
    return record;
  }

  /** C++: `final : public A, B`; bases lie before the members like members without a name. */
  #bases(): readonly CType[] {
    const from = this.at;
    this.acceptWord("final");
    const bases: CType[] = [];
    if (this.accept(token.COLON)) {
      while (
        this.peek() === token.IDENTIFIER ||
        this.peek() === token.COMMA ||
        this.peek() === token.K_EXTENSION
      ) {
        const symbol =
          this.peek() === token.IDENTIFIER ? this.symbolOf(this.values[this.at]!) : undefined;
        if (symbol?.kind === "typedef" && !isEmptyClass(symbol.type)) bases.push(symbol.type);
        this.next();
        if (this.peek() === token.LESS) this.skipAngles();
      }
    }
    if (this.peek() !== token.LEFT_BRACE) this.rewind(from);
    return bases;
  }

  #isBodyBehindAttributes(): boolean {
    const from = this.at;
    let isBody = false;
    if (this.peek() === token.K_ATTRIBUTE && this.peek(1) === token.LEFT_PAREN) {
      this.next();
      let open = 0;
      while (this.at < this.count) {
        const kind = this.kinds[this.at++]!;
        if (kind === token.LEFT_PAREN) open++;
        else if (kind === token.RIGHT_PAREN && --open === 0) break;
        else if (
          kind === token.SEMICOLON ||
          kind === token.LEFT_BRACE ||
          kind === token.RIGHT_BRACE
        )
          break;
      }
      isBody = this.peek() === token.LEFT_BRACE;
    }
    this.rewind(from);
    return isBody;
  }

  #recordReference(isUnion: boolean, from: Mark, tagAt: Mark): CRecord | undefined {
    if (tagAt < 0) {
      this.report(
        "S01",
        this.span(),
        `A tag or '{' is expected behind '${isUnion ? "union" : "struct"}'.`,
      );
      return undefined;
    }
    const identifier = this.values[tagAt]!;
    const isForward = this.peek() === token.SEMICOLON && this.openRecord === undefined;
    const known = isForward ? this.scope.tagHere(identifier) : this.scope.tag(identifier);
    if (known instanceof CRecord && known.isUnion === isUnion) return known;
    if (known !== undefined) {
      this.reportTagKind(tagAt, known);
      return known instanceof CRecord ? known : undefined;
    }
    const record = this.#newRecord(isUnion, from, tagAt);
    this.scope.declareTag(identifier, record);
    return record;
  }

  #newRecord(isUnion: boolean, from: Mark, tagAt: Mark): CRecord {
    const tag = tagAt < 0 ? undefined : this.spellings.text(token.IDENTIFIER, this.values[tagAt]!);
    const nameAt = tagAt < 0 ? from : tagAt;
    return new CRecord(
      isUnion,
      tag,
      this.#records,
      this.starts[from]!,
      this.starts[nameAt]!,
      this.ends[nameAt]!,
    );
  }

  #recordToDefine(isUnion: boolean, from: Mark, tagAt: Mark): CRecord {
    if (tagAt < 0) return this.#newRecord(isUnion, from, tagAt);
    const identifier = this.values[tagAt]!;
    const known = this.knownTo(tagAt, this.scope.tagHere(identifier));
    if (
      known instanceof CRecord &&
      known.isUnion === isUnion &&
      !known.isComplete &&
      !known.isOpen
    ) {
      known.start = this.starts[from]!;
      known.nameStart = this.starts[tagAt]!;
      known.nameEnd = this.ends[tagAt]!;
      return known;
    }
    const record = this.#newRecord(isUnion, from, tagAt);
    if (known === undefined) {
      this.scope.declareTag(identifier, record);
    } else if (known instanceof CRecord && known.isUnion === isUnion) {
      const span = this.places.span(this.starts[tagAt]!, this.ends[tagAt]!);
      this.report(
        "T03",
        span,
        `'${recordName(known)}' has been defined already; that definition stays.`,
        {
          notes: [{ message: "The first definition.", span: known.nameSpan }],
        },
      );
    } else {
      this.reportTagKind(tagAt, known);
    }
    return record;
  }

  #recordBody(record: CRecord, leading: readonly Attribute[]): void {
    const brace = this.at;
    if (this.isDeep()) {
      this.skipBraces();
      // Nothing is known of it, which has been said.
      record.isComplete = true;
      return;
    }
    this.depth++;
    const outer = this.openRecord;
    record.outer = outer;
    record.isOpen = true;
    record.bodyStart = this.starts[brace]!;
    this.openRecord = record;
    this.expect(token.LEFT_BRACE);
    while (this.peek() !== token.RIGHT_BRACE && this.at < this.count) {
      if (this.#isNextDeclaration(record) || this.isItemStart() || this.#isLoneAttribute()) break;
      const before = this.at;
      this.#memberDeclaration(record);
      if (this.at === before) this.next();
    }
    const isClosed = this.accept(token.RIGHT_BRACE);
    if (!isClosed) this.reportUnclosed(brace);
    record.bodyEnd = this.ends[this.at - 1]!;
    let attributes = leading;
    if (this.isAtAttribute()) {
      const trailing: Attribute[] = [...leading];
      // `_Alignas` behind the brace belongs to the declaration, not to the type.
      while (this.isAtAttribute() && this.peek() !== token.K_ALIGNAS) this.#oneAttribute(trailing);
      attributes = trailing;
    }
    record.end = this.ends[this.at - 1]!;
    this.openRecord = outer;
    this.depth--;
    this.#completeRecord(record, attributes);
  }

  /**
   * `struct tag u32 x; … }`: the type of a member behind the tag. Not inside of another record, where a member may have the name of a
   * type, and a `}` follows in any case.
   */
  #isBraceMissing(tagAt: Mark): boolean {
    if (this.openRecord !== undefined) return false;
    const kind = this.peek();
    const isType =
      kind === token.IDENTIFIER ? this.isTypeName() : token.K_VOID <= kind && kind <= token.K_ENUM;
    return 0 <= tagAt && isType && this.scope.level === 0 && this.isBraceForgotten();
  }

  /** Attributes and then `;`: they stand behind a `}` that was forgotten. */
  #isLoneAttribute(): boolean {
    if (this.peek() !== token.K_ATTRIBUTE) return false;
    const from = this.at;
    this.addAttributes([]);
    const isLone = this.peek() === token.SEMICOLON;
    this.rewind(from);
    return isLone;
  }

  /** A declaration at the margin inside a body whose own members are indented: the `}` before it was forgotten. */
  #isNextDeclaration(record: CRecord): boolean {
    const kind = this.peek();
    const isDeclaration =
      kind === token.K_STRUCT ||
      kind === token.K_UNION ||
      kind === token.K_ENUM ||
      kind === token.K_TYPEDEF ||
      kind === token.K_EXTERN ||
      kind === token.K_STATIC;
    if (
      !isDeclaration ||
      !this.#isAtMargin(this.starts[this.at]!) ||
      !this.#isAtMargin(record.start)
    )
      return false;
    const { members } = this.#records;
    return 0 <= record.firstRow && !this.#isAtMargin(members.cell(record.firstRow, rows.START));
  }

  #isAtMargin(place: number): boolean {
    const before = this.places.slice(place - 1, place);
    return before === "" || before === "\n" || before === "\r";
  }

  #oneAttribute(attributes: Attribute[]): void {
    const before = this.at;
    this.addAttributes(attributes);
    if (this.at === before) this.next();
  }

  #completeRecord(record: CRecord, attributes: readonly Attribute[]): void {
    record.attributes = attributes;
    if (0 < attributes.length) this.#applyToRecord(record, attributes);
    record.isOpen = false;
    record.isComplete = true;
    this.#checkMembers(record);
    placeMembers(record, this.target, { bytes: this.#packBytes() });
    // An empty class has a size in C++, so that objects of it have addresses.
    if (this.isCpp && record.size === 0) record.size = record.align;
    const limit = Math.min(2 ** 53, 2 ** (this.target.pointer.size * 8 - 1));
    if (limit <= record.size) {
      this.report(
        "T08",
        record.nameSpan,
        `'${recordName(record)}' would have ${record.size} bytes, more than can be addressed.`,
      );
      record.size = 0;
    }
    this.records.push(record);
  }

  #applyToRecord(record: CRecord, attributes: readonly Attribute[]): void {
    const { isPacked } = this.effectOf(attributes);
    // Of several on a type gcc takes the last, of several on a member the strictest.
    const align =
      attributes.map((attribute) => this.alignOf(attribute)).findLast((bytes) => bytes !== 0) ?? 0;
    if (align !== 0) {
      record.align = align;
      record.declaredAlign = align;
    }
    record.isPacked = isPacked;
    record.isMicrosoft = attributes.some(({ name }) => name === "ms_struct");
  }

  #packBytes(): number {
    const changes = this.#packChanges;
    if (changes.length === 0) return 0;
    if ((changes[this.#packIndex]?.tokenIndex ?? 0) > this.at) this.#packIndex = 0;
    while (
      this.#packIndex + 1 < changes.length &&
      changes[this.#packIndex + 1]!.tokenIndex <= this.at
    )
      this.#packIndex++;
    const change = changes[this.#packIndex]!;
    return change.tokenIndex <= this.at ? change.bytes : 0;
  }

  // ---- Members ----

  #memberDeclaration(record: CRecord): void {
    const kind = this.peek();
    if (kind === token.SEMICOLON) return this.next();
    if (kind === token.K_STATIC_ASSERT) {
      this.parseStaticAssertion();
      return undefined;
    }
    if (this.isCpp && this.#cppMember(record)) return undefined;
    const specifiers = this.parseSpecifiers(true);
    if (this.isCpp && specifiers.storage !== "none") return this.skipItem();
    if (
      this.peek() === token.SEMICOLON ||
      (this.peek() === token.RIGHT_BRACE && specifiers.tagged !== undefined)
    ) {
      this.#unnamedMember(record, specifiers);
      return this.#endMember();
    }
    if (this.isSemicolonForgotten(specifiers)) {
      this.#unnamedMember(record, specifiers);
      return this.#endMember();
    }
    if (this.isCpp && this.#isMemberFunction(specifiers)) return this.skipItem();
    for (;;) {
      if (!this.#member(record, specifiers)) {
        this.recover();
        return undefined;
      }
      if (!this.accept(token.COMMA)) return this.#endMember();
    }
  }

  /** C++: access labels, constructors, nested templates and aliases; true if one was consumed. */
  #cppMember(record: CRecord): boolean {
    const word = this.peek() === token.IDENTIFIER ? this.text() : "";
    if (
      (word === "public" || word === "private" || word === "protected") &&
      this.peek(1) === token.COLON
    ) {
      this.next();
      this.next();
      return true;
    }
    const isConstructor = word !== "" && word === record.tag && this.peek(1) === token.LEFT_PAREN;
    if (
      !isConstructor &&
      word !== "using" &&
      word !== "template" &&
      word !== "operator" &&
      this.peek() !== token.TILDE
    )
      return false;
    this.skipItem();
    return true;
  }

  /** C++: whether a function is declared behind the specifiers; looks ahead only. */
  #isMemberFunction(specifiers: Specifiers): boolean {
    const from = this.at;
    if (this.isWord("operator")) return true;
    const declared = this.parseDeclarator(specifiers.type, true);
    this.rewind(from);
    return declared.type.kind === "function";
  }

  #endMember(): void {
    if (this.accept(token.SEMICOLON)) return;
    if (this.#isUnknownWordLast()) {
      this.unknownWord();
      if (this.peek() === token.LEFT_PAREN) this.skipBalanced();
      return this.#endMember();
    }
    this.reportMissing(";");
    if (this.peek() === token.RIGHT_BRACE) return;
    if (!this.isAtLineStart() || !(this.isStartOfDeclaration() || this.peek() === token.IDENTIFIER))
      this.recover();
  }

  /** `u32 x __word;` or `u32 x __word(y);` */
  #isUnknownWordLast(): boolean {
    if (this.peek() !== token.IDENTIFIER || this.symbolOf(this.values[this.at]!) !== undefined)
      return false;
    const following = this.peek(1);
    return following === token.SEMICOLON || following === token.LEFT_PAREN;
  }

  #unnamedMember(record: CRecord, specifiers: Specifiers): void {
    const { tagged, type, from } = specifiers;
    if (tagged instanceof CRecord && tagged.tag === undefined) {
      const effect = this.effectOf(specifiers.attributes);
      this.#addMember(
        record,
        undefined,
        type,
        undefined,
        specifiers.attributes,
        effect,
        from,
        from,
      );
    } else if (tagged instanceof CRecord) {
      this.#reportNoMember(record, tagged, specifiers);
    } else if (tagged === undefined && resolve(type).kind !== "error") {
      this.report(
        "T10",
        this.spanFrom(from),
        `'${spellType(type)}' stands without a member name, so it declares no member.`,
      );
    }
  }

  #reportNoMember(record: CRecord, tagged: CRecord, specifiers: Specifiers): void {
    const name = memberNameFor(tagged.tag ?? "", record.tag);
    const previous = this.previousSpan();
    const place = { path: previous.path, start: previous.end, end: previous.end };
    const span = this.places.span(
      this.starts[specifiers.from]!,
      Math.max(tagged.nameEnd, this.ends[specifiers.from]!),
    );
    const what = tagged.isUnion ? "union" : "struct";
    const message = `A tagged ${what} without a member name declares no member in standard C: '${recordName(tagged)}' takes no room in '${recordName(record)}'.`;
    this.report("T10", specifiers.isDefinition ? span : this.spanFrom(specifiers.from), message, {
      fixes: [
        { title: "Name the member", edits: [{ span: place, newText: ` ${name}` }], safe: false },
      ],
    });
  }

  /** One declarator of a member declaration; false if there is none. */
  #member(record: CRecord, specifiers: Specifiers): boolean {
    const from = this.at;
    let type: CType;
    let nameAt = -1;
    if (this.peek() === token.COLON) {
      ({ type } = specifiers);
    } else {
      const declared = this.parseDeclarator(specifiers.type, true);
      ({ type, name: nameAt } = declared);
      if (this.at === from) {
        this.reportNoName();
        return false;
      }
    }
    let width: number | undefined;
    if (this.accept(token.COLON)) width = this.#bitWidth(type, 0 <= nameAt);
    let { attributes } = specifiers;
    if (this.isAtAttribute() || this.peek() === token.K_ASM)
      attributes = [...attributes, ...this.afterDeclarator()];
    if (this.accept(token.EQUAL)) {
      if (!this.isCpp) this.report("S01", this.previousSpan(), "A member has no initialiser in C.");
      this.parseInitializer();
    } else if (this.isCpp && this.peek() === token.LEFT_BRACE) {
      this.skipBraces();
    }
    const effect = this.effectOf(attributes);
    if (0 < attributes.length) type = this.changedType(type, attributes);
    this.#addMember(
      record,
      nameAt,
      this.#memberType(type, from),
      width,
      attributes,
      effect,
      specifiers.from,
      from,
    );
    return true;
  }

  #memberType(type: CType, from: Mark): CType {
    const plain = resolve(type);
    if (plain.kind === "function") {
      this.report(
        "T17",
        this.spanFrom(from),
        "A member cannot be a function; use a pointer to one.",
      );
      return this.types.error;
    }
    if (plain.kind === "array" && plain.isVariable) {
      return this.types.error;
    }
    if (
      (plain.kind === "array" && plain.count === undefined && isComplete(plain.element)) ||
      plain.kind === "error"
    )
      return type;
    if (!isComplete(type)) {
      this.report(
        "T04",
        this.spanFrom(from),
        `The member's type '${spellType(type)}' is incomplete here, so its size is unknown.`,
      );
      return this.types.error;
    }
    return type;
  }

  #bitWidth(type: CType, isNamed: boolean): number | undefined {
    const from = this.at;
    let value: bigint | undefined;
    if (this.peek() === token.NUMBER && 0 <= this.values[from]! && isMemberEnd(this.peek(1))) {
      value = BigInt(this.values[from]!);
      this.next();
    } else {
      value = this.constantOf(this.parseConditionalExpression(), "A bit-field's width");
    }
    if (value === undefined) return undefined;
    const integer = integerBehind(type);
    const span = this.spanFrom(from);
    if (integer === undefined) {
      if (resolve(type).kind !== "error")
        this.report("T06", span, `A bit-field has an integer type; '${spellType(type)}' is none.`);
      return undefined;
    }
    const widest = integer.rank === RANK_BOOL ? 1 : integer.widthBits;
    if (value < 0n || BigInt(widest) < value) {
      this.report(
        "T06",
        span,
        `A bit-field of '${spellType(type)}' has a width of 0 to ${widest} bits; this one has ${value}.`,
      );
      return value < 0n ? undefined : widest;
    }
    if (value === 0n && isNamed) {
      this.report("T06", span, "A bit-field of width 0 cannot have a name.");
      return undefined;
    }
    return Number(value);
  }

  #addMember(
    record: CRecord,
    nameAt: Mark | undefined,
    type: CType,
    width: number | undefined,
    attributes: readonly Attribute[],
    effect: AttributeEffect,
    from: Mark,
    declaratorFrom: Mark,
  ): void {
    const isNamed = nameAt !== undefined && 0 <= nameAt;
    const end = this.ends[this.at - 1]!;
    record.addMember({
      identifier: isNamed ? this.values[nameAt]! : -1,
      type,
      bitWidth: width ?? -1,
      alignRequest: effect.align,
      isPacked: effect.isPacked,
      attributes,
      nameStart: isNamed ? this.starts[nameAt]! : this.starts[declaratorFrom]!,
      nameEnd: isNamed ? this.ends[nameAt]! : end,
      start: this.starts[from]!,
      end,
    });
  }

  #checkMembers(record: CRecord): void {
    this.#stamp++;
    this.#stampMembers(record, record);
    const { members } = this.#records;
    for (let row = record.firstRow; row !== record.lastRow; row = members.cell(row, rows.NEXT)) {
      const type = members.type(row);
      if (type.kind !== "array" || type.count !== undefined || type.isVariable || record.isUnion)
        continue;
      const { name, nameSpan } = new CMember(record, row);
      const message = `'${name ?? "the array"}' has no bound, so it must be the last member of '${recordName(record)}'.`;
      this.report("T14", nameSpan, message);
    }
  }

  /** Every name is stamped with the record's number; a name that has it already stands twice. */
  #stampMembers(record: CRecord, from: CRecord): void {
    const { members } = this.#records;
    for (let row = record.firstRow; 0 <= row; row = members.cell(row, rows.NEXT)) {
      const identifier = members.cell(row, rows.IDENTIFIER);
      if (identifier < 0) {
        const inside =
          members.cell(row, rows.BIT_WIDTH) < 0 ? resolve(members.type(row)) : undefined;
        if (inside instanceof CRecord) this.#stampMembers(inside, from);
      } else if (this.#memberStamps[identifier] === this.#stamp) {
        const { name, nameSpan } = new CMember(record, row);
        this.report("T09", nameSpan, `'${recordName(from)}' has another member '${name ?? ""}'.`);
      } else {
        this.#memberStamps[identifier] = this.#stamp;
      }
    }
  }
}

function isMemberEnd(kind: number): boolean {
  return kind === token.SEMICOLON || kind === token.COMMA;
}

/** `rseq_local` in `struct rseq` → `local`. */
function memberNameFor(tag: string, outerTag: string | undefined): string {
  const prefix = `${outerTag ?? ""}_`;
  const rest = outerTag !== undefined && tag.startsWith(prefix) ? tag.slice(prefix.length) : tag;
  return /^[A-Za-z_]\w*$/.test(rest) ? rest : tag;
}

/** A class without members takes no room as a base. */
function isEmptyClass(type: CType): boolean {
  const plain = resolve(type);
  return plain instanceof CRecord && plain.isComplete && plain.firstRow < 0;
}
