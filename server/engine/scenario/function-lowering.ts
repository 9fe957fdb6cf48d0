// From a body's statements to instructions, in the shapes that language.md sections 6 and 7 promise: tests on top, jumps back
// last, one branch a case, a critical section as store, load, branch, statements, commit. Every body ends with a return.
import type { Declarator, Expression, Initializer, ObjectSymbol } from "../c/ast.ts";
import type { CType } from "../c/types.ts";
import { isComplete, isScalar, resolve, spellType } from "../c/types.ts";
import type { FieldPlace } from "../program/program.ts";
import type { Span } from "../text/source.ts";
import type { CodeBuilder, Label } from "./code-builder.ts";
import { newLabel } from "./code-builder.ts";
import { conversionOf, conversionOfSize, operationTypeOf } from "./conversions.ts";
import type { Environment, Observer, Storage } from "./environment.ts";
import { makeErroneous, plainKind } from "./environment.ts";
import { ExpressionLowering } from "./expression-lowering.ts";
import { initializerExpressions, walkExpression } from "./expression-walk.ts";
import { flattenInitializer } from "./initializer.ts";
import type { Leaf } from "./initializer.ts";
import type { Linear, Word } from "./link.ts";
import { ZERO, addConstant, constantWord, numberOf, registerWord } from "./link.ts";
import type { FunctionDraft, SectionDraft, VariableDraft } from "./program-draft.ts";
import type {
  Block,
  CaseLabel,
  CommitStatement,
  CriticalStatement,
  DefaultLabel,
  ForStatement,
  IfStatement,
  ReturnStatement,
  Statement,
  SwitchStatement,
} from "./statement.ts";
import { expressionsOf, innerStatements, walkStatements } from "./statement.ts";
import { bitFieldPlace } from "./bit-field.ts";
import type { NamedSections } from "./section-naming.ts";
import { nearest } from "./suggestion.ts";

/** Fields of the private area that the short form of critical sections uses. */
export interface AreaFields {
  readonly rseqCs: FieldPlace | undefined;
  readonly cpuId: FieldPlace | undefined;
  readonly mmCid: FieldPlace | undefined;
  /** Fields that are missing for a reason that was reported. */
  readonly misfits: ReadonlySet<string>;
}

/** What a body needs beyond the environment. */
export interface BodyContext {
  readonly environment: Environment;
  readonly builder: CodeBuilder;
  /** Index of the function; undefined in routines. */
  readonly index: number | undefined;
  readonly name: string;
  readonly observer: Observer | undefined;
  readonly returns: CType;
  readonly area: AreaFields;
  readonly signature: number;
  /** Places a static local with its initialiser; the labels of the body may be used. */
  readonly placeStatic: (
    declarator: Declarator,
    symbol: ObjectSymbol,
    labelOf: (name: string, span: Span) => Label | undefined,
  ) => void;
  /** Name and descriptor of each section of the short form. */
  readonly sections: NamedSections;
  readonly addSection: (section: SectionDraft) => void;
}

interface Loop {
  readonly breaks: Label;
  readonly continues: Label | undefined;
}

interface BodyLabel {
  readonly label: Label;
  readonly span: Span;
}

export class FunctionLowering {
  readonly #context: BodyContext;
  readonly #environment: Environment;
  readonly #builder: CodeBuilder;
  readonly #expressions: ExpressionLowering;
  readonly #locals = new Map<object, Storage>();
  readonly #labels = new Map<string, BodyLabel>();
  readonly #variables: VariableDraft[] = [];
  readonly #loops: Loop[] = [];
  readonly #cases = new Map<CaseLabel | DefaultLabel, Label>();
  readonly #stubs: { label: Label; target: Label; span: Span }[] = [];
  /** The section around the statement that is being lowered: its commits. */
  #commits: number[] | undefined;
  #frameSize = 0;

  constructor(context: BodyContext) {
    this.#context = context;
    this.#environment = context.environment;
    this.#builder = context.builder;
    this.#expressions = new ExpressionLowering({
      environment: context.environment,
      builder: context.builder,
      locals: this.#locals,
      labelOf: (name, span) => this.#labelOf(name, span),
      frameRoom: (size, align) => this.#frameRoom(size, align),
      observer: context.observer,
      initialise: (place, type, initializer, span) =>
        this.#initialise(place, type, initializer as Initializer, span),
    });
  }

  get frameSizeBytes(): number {
    return Math.ceil(this.#frameSize / 16) * 16;
  }

  /** Lowers a body and gives what the program says about it. */
  lower(
    block: Block,
    parameters: readonly ObjectSymbol[],
    label: Label | undefined,
    span: Span,
  ): Omit<FunctionDraft, "kind"> {
    this.#declareLabels(block);
    this.#placeVariables(block, parameters);
    const start = this.#builder.here;
    if (label !== undefined) this.#builder.place(label);
    this.#block(block);
    if (!endsWithReturn(block)) {
      this.#builder.startStatement({
        ...block.span,
        start: Math.max(block.span.start, block.span.end - 1),
      });
      this.#builder.emit({ kind: "return", value: undefined });
    }
    this.#emitStubs();
    const end = this.#builder.here;
    return {
      name: this.#context.name,
      start,
      end,
      parameters: parameters.map((parameter) => this.#parameterDraft(parameter)),
      locals: this.#variables.toSorted(
        (left, right) => (left.scope?.start ?? 0) - (right.scope?.start ?? 0),
      ),
      registerCount: this.#builder.registerCount,
      frameSizeBytes: this.frameSizeBytes,
      labels: [...this.#labels].flatMap(
        ([
          name,
          {
            label: { instruction },
          },
        ]) => (instruction === undefined ? [] : [{ name, instruction }]),
      ),
      returnsValue:
        plainKind(this.#context.returns) === "void"
          ? undefined
          : conversionOf(this.#context.returns),
      span,
    };
  }

  // ---- Before the first statement ----

  #declareLabels(block: Block): void {
    walkStatements(block, (statement) => {
      if (statement.kind !== "label") return;
      const before = this.#labels.get(statement.name);
      if (before === undefined) {
        this.#labels.set(statement.name, {
          label: newLabel(statement.name),
          span: statement.nameSpan,
        });
        return;
      }
      this.#environment.report(
        "K70",
        statement.nameSpan,
        `The label '${statement.name}' stands twice in this function.`,
        { notes: [{ message: "The first one is here.", span: before.span }] },
      );
    });
  }

  #labelOf(name: string, span: Span): Label | undefined {
    const found = this.#labels.get(name);
    if (found !== undefined) return found.label;
    // The parser has reported a label that is missing.
    if (name === "") return undefined;
    const suggestion = nearest(name, this.#labels.keys());
    const hint = suggestion === undefined ? "." : `; did you mean '${suggestion}'?`;
    this.#environment.report(
      "K71",
      span,
      `There is no label '${name}' in '${this.#context.name}'${hint}`,
      {
        fixes:
          suggestion === undefined
            ? []
            : [
                {
                  title: `Write '${suggestion}'`,
                  edits: [{ span, newText: suggestion }],
                  safe: false,
                },
              ],
      },
    );
    return undefined;
  }

  #placeVariables(block: Block, parameters: readonly ObjectSymbol[]): void {
    const taken = addressesTaken(block);
    for (const parameter of parameters) this.#placeVariable(parameter, taken);
    walkStatements(block, (statement) => {
      if (statement.kind !== "declaration" || statement.declaration.kind !== "declaration") return;
      for (const declarator of statement.declaration.declarators)
        this.#placeDeclarator(declarator, taken);
    });
  }

  #placeDeclarator(declarator: Declarator, taken: ReadonlySet<object>): void {
    const symbol = declarator.symbol;
    if (symbol?.kind !== "object") return;
    if (symbol.storage === "extern") return;
    if (symbol.storage === "static" || symbol.isThreadLocal) {
      this.#context.placeStatic(declarator, symbol, (name, span) => this.#labelOf(name, span));
      return;
    }
    this.#placeVariable(symbol, taken);
  }

  /** A scalar whose address is never taken is a register; everything else is memory. */
  #placeVariable(symbol: ObjectSymbol, taken: ReadonlySet<object>): void {
    const type = symbol.type;
    if (!isComplete(type) || plainKind(type) === "error") {
      if (plainKind(type) !== "error") {
        this.#environment.report(
          "T66",
          symbol.nameSpan,
          `The size of '${symbol.name}' is not known: its type is ${spellType(type)}.`,
        );
        makeErroneous(symbol, this.#environment);
      }
      this.#locals.set(symbol, { kind: "static", address: ZERO });
      return;
    }
    if (isScalar(type) && !taken.has(symbol)) {
      const as = conversionOf(type);
      this.#locals.set(symbol, { kind: "register", slot: this.#builder.newLocal(as), as });
      return;
    }
    const offset = this.#frameRoom(type.size, Math.max(type.align, 1));
    this.#locals.set(symbol, { kind: "frame", offset });
  }

  #frameRoom(size: number, align: number): number {
    const offset = Math.ceil(this.#frameSize / align) * align;
    this.#frameSize = offset + size;
    return offset;
  }

  #parameterDraft(symbol: ObjectSymbol): VariableDraft {
    return this.#variableDraft(symbol, undefined);
  }

  #variableDraft(symbol: ObjectSymbol, scope: VariableDraft["scope"]): VariableDraft {
    const storage =
      this.#locals.get(symbol) ??
      this.#environment.storages.get(symbol) ??
      ({ kind: "static", address: ZERO } as const);
    return { name: symbol.name, type: symbol.type, storage, span: symbol.nameSpan, scope };
  }

  // ---- Statements ----

  #block(block: Block): void {
    const declared: { symbol: ObjectSymbol; start: number }[] = [];
    for (const statement of block.statements) {
      for (const symbol of declaredObjects(statement))
        declared.push({ symbol, start: this.#builder.here });
      this.#statement(statement);
    }
    this.#endScope(declared);
  }

  #endScope(declared: readonly { symbol: ObjectSymbol; start: number }[]): void {
    const end = this.#builder.here;
    for (const { symbol, start } of declared)
      this.#variables.push(this.#variableDraft(symbol, { start, end }));
  }

  #statement(statement: Statement): void {
    switch (statement.kind) {
      case "empty":
        return;
      case "block":
        return this.#block(statement);
      case "expression":
        this.#builder.startStatement(statement.span);
        return this.#expressions.effect(statement.expression);
      case "declaration":
        return this.#declaration(statement);
      case "if":
        return this.#if(statement);
      case "while": {
        if (this.#isNeverEntered(statement)) return;
        const top = newLabel("");
        const end = newLabel("");
        this.#builder.place(top);
        this.#builder.startStatement(statement.headSpan);
        this.#expressions.branches.branch(statement.condition, end, false);
        this.#inLoop({ breaks: end, continues: top }, statement.body);
        this.#builder.continueAt(statement.headSpan);
        this.#builder.emit({ kind: "jump", target: top });
        this.#builder.place(end);
        return;
      }
      case "do": {
        const top = newLabel("");
        const test = newLabel("");
        const end = newLabel("");
        this.#builder.place(top);
        this.#inLoop({ breaks: end, continues: test }, statement.body);
        this.#builder.place(test);
        this.#builder.startStatement(statement.headSpan);
        this.#expressions.branches.branch(statement.condition, top, true);
        this.#builder.place(end);
        return;
      }
      case "for":
        return this.#for(statement);
      case "switch":
        return this.#switch(statement);
      case "case":
      case "default": {
        const label = this.#cases.get(statement);
        if (label !== undefined) this.#builder.place(label);
        else this.#misplaced(statement.span, `'${statement.kind}' stands outside of a switch.`);
        return this.#statement(statement.statement);
      }
      case "label":
        if (statement.signature !== undefined)
          this.#builder.emitData(Number(BigInt.asUintN(32, statement.signature)));
        this.#builder.place(this.#labels.get(statement.name)?.label ?? newLabel(statement.name));
        return this.#statement(statement.statement);
      case "goto": {
        this.#builder.startStatement(statement.span);
        const target = this.#labelOf(statement.label, statement.labelSpan);
        if (target !== undefined) this.#builder.emit({ kind: "jump", target });
        return;
      }
      case "break":
        return this.#leave(statement.span, "break", this.#loops.at(-1)?.breaks);
      case "continue": {
        const loop = this.#loops.findLast((one) => one.continues !== undefined);
        return this.#leave(statement.span, "continue", loop?.continues);
      }
      case "return":
        return this.#return(statement);
      case "critical":
        return this.#critical(statement);
      case "commit":
        return this.#commit(statement);
      case "assert":
        this.#builder.startStatement(statement.span);
        this.#builder.emit({
          kind: "assert",
          ...this.#expressions.branches.comparison(statement.condition),
          message: statement.message,
        });
        return;
    }
  }

  #misplaced(span: Span, message: string): void {
    this.#environment.report("K72", span, message);
  }

  #leave(span: Span, word: string, target: Label | undefined): void {
    this.#builder.startStatement(span);
    if (target === undefined) this.#misplaced(span, `'${word}' stands outside of a loop.`);
    else this.#builder.emit({ kind: "jump", target });
  }

  #inLoop(loop: Loop, body: Statement): void {
    this.#loops.push(loop);
    this.#statement(body);
    this.#loops.pop();
  }

  #if(statement: IfStatement): void {
    const { condition, whenTrue, whenFalse } = statement;
    const known = this.#expressions.branches.constantTruth(condition);
    if (known !== undefined) {
      this.#ifKnown(statement, known);
      return;
    }
    this.#builder.startStatement(statement.headSpan);
    if (whenTrue.kind === "goto") {
      const target = this.#labelOf(whenTrue.label, whenTrue.labelSpan);
      this.#expressions.branches.branch(condition, target ?? newLabel(""), true);
      if (whenFalse !== undefined) this.#statement(whenFalse);
      return;
    }
    const otherwise = newLabel("");
    this.#expressions.branches.branch(condition, otherwise, false);
    this.#statement(whenTrue);
    if (whenFalse === undefined) {
      this.#builder.place(otherwise);
      return;
    }
    const end = newLabel("");
    this.#builder.emit({ kind: "jump", target: end });
    this.#builder.place(otherwise);
    this.#statement(whenFalse);
    this.#builder.place(end);
  }

  /** A constant condition costs nothing; a part that is never reached stays only if something jumps into it. */
  #ifKnown(statement: IfStatement, known: boolean): void {
    const taken = known ? statement.whenTrue : statement.whenFalse;
    const other = known ? statement.whenFalse : statement.whenTrue;
    if (taken !== undefined) this.#statement(taken);
    if (other === undefined) return;
    if (!hasLabels(other)) {
      this.#unreached(other);
      return;
    }
    const end = newLabel("");
    this.#builder.continueAt(statement.headSpan);
    this.#builder.emit({ kind: "jump", target: end });
    this.#statement(other);
    this.#builder.place(end);
  }

  /** A loop whose condition is never true, and into which nothing jumps, costs nothing. */
  #isNeverEntered({ condition, body }: { condition: Expression; body: Statement }): boolean {
    if (this.#expressions.branches.constantTruth(condition) !== false || hasLabels(body))
      return false;
    const loop = { breaks: newLabel(""), continues: newLabel("") };
    this.#unreached(body, () => this.#inLoop(loop, body));
    return true;
  }

  /** What can never run is read for its mistakes and leaves no code. Sections and static objects would have places. */
  #unreached(statement: Statement, lower: () => void = () => this.#statement(statement)): void {
    if (hasPlaces(statement)) return;
    const variables = this.#variables.length;
    this.#builder.discard(lower);
    this.#variables.length = variables;
  }

  #for(statement: ForStatement): void {
    const top = newLabel("");
    const step = newLabel("");
    const end = newLabel("");
    const declared =
      statement.start === undefined
        ? []
        : declaredObjects(statement.start).map((symbol) => ({ symbol, start: this.#builder.here }));
    if (statement.start !== undefined) this.#statement(statement.start);
    const { condition, body } = statement;
    if (condition !== undefined && this.#isNeverEntered({ condition, body })) {
      this.#endScope(declared);
      return;
    }
    this.#builder.place(top);
    if (statement.condition !== undefined) {
      this.#builder.startStatement(statement.condition.span);
      this.#expressions.branches.branch(statement.condition, end, false);
    }
    this.#inLoop({ breaks: end, continues: step }, statement.body);
    this.#builder.place(step);
    if (statement.step !== undefined) {
      this.#builder.startStatement(statement.step.span);
      this.#expressions.effect(statement.step);
    }
    this.#builder.continueAt(statement.headSpan);
    this.#builder.emit({ kind: "jump", target: top });
    this.#builder.place(end);
    this.#endScope(declared);
  }

  #switch(statement: SwitchStatement): void {
    const { typing } = this.#environment;
    const type = typing.promoted(statement.value);
    const end = newLabel("");
    this.#builder.startStatement(statement.headSpan);
    const from = typing.decayed(statement.value);
    const value = this.#expressions.convert(
      this.#expressions.value(statement.value),
      from,
      conversionOf(type),
    );
    let otherwise = end;
    const seen = new Map<bigint, Span>();
    for (const label of casesOf(statement.body)) {
      const target = newLabel("");
      this.#cases.set(label, target);
      if (label.kind === "default") otherwise = target;
      else this.#caseBranch(label, value, type, target, seen);
    }
    this.#builder.emit({ kind: "jump", target: otherwise });
    this.#inLoop({ breaks: end, continues: undefined }, statement.body);
    this.#builder.place(end);
  }

  #caseBranch(
    label: CaseLabel,
    value: Word,
    type: CType,
    target: Label,
    seen: Map<bigint, Span>,
  ): void {
    const low = this.#caseValue(label.low, type);
    if (low === undefined) return;
    const before = seen.get(low);
    if (before !== undefined && label.high === undefined)
      this.#environment.report(
        "K73",
        label.low.span,
        `The case ${low} stands twice in this switch.`,
        {
          notes: [{ message: "The first one is here.", span: before }],
        },
      );
    seen.set(low, label.low.span);
    const operationType = operationTypeOf(type);
    const right = constantWord(low);
    if (label.high === undefined) {
      this.#builder.emit({
        kind: "branch",
        comparison: "equal",
        type: operationType,
        left: value,
        right,
        target,
      });
      return;
    }
    const high = this.#caseValue(label.high, type);
    if (high === undefined) return;
    const next = newLabel("");
    this.#builder.emit({
      kind: "branch",
      comparison: "less",
      type: operationType,
      left: value,
      right,
      target: next,
    });
    this.#builder.emit({
      kind: "branch",
      comparison: "less-equal",
      type: operationType,
      left: value,
      right: constantWord(high),
      target,
    });
    this.#builder.place(next);
  }

  #caseValue(expression: Expression, type: CType): bigint | undefined {
    const result = this.#environment.parser.evaluate(expression);
    if (result.isConstant)
      return numberOf(
        this.#expressions.convert(constantWord(result.value), result.type, conversionOf(type)),
      );
    if (!result.isReported)
      this.#environment.report(
        "T50",
        expression.span,
        `A case must be a constant: ${result.reason}.`,
      );
    return undefined;
  }

  #return(statement: ReturnStatement): void {
    this.#builder.startStatement(statement.span);
    const returns = this.#context.returns;
    const isVoid = plainKind(returns) === "void";
    if (statement.value === undefined) {
      if (!isVoid)
        this.#environment.report(
          "T64",
          statement.span,
          `'${this.#context.name}' returns ${spellType(returns)}; a value is missing.`,
        );
      this.#builder.emit({ kind: "return", value: undefined });
      return;
    }
    const type = this.#environment.typing.decayed(statement.value);
    if (isVoid && plainKind(type) !== "void") {
      this.#environment.report(
        "T64",
        statement.value.span,
        `'${this.#context.name}' returns nothing, so no value may stand here.`,
      );
      return;
    }
    if (isVoid) {
      this.#expressions.effect(statement.value);
      this.#builder.emit({ kind: "return", value: undefined });
      return;
    }
    if (!this.#expressions.isScalar(type, statement.value.span)) return;
    const value = this.#expressions.valueAs(statement.value, returns);
    this.#builder.emit({ kind: "return", value });
  }

  // ---- Declarations ----

  #declaration(statement: Statement & { kind: "declaration" }): void {
    if (statement.declaration.kind !== "declaration") return;
    this.#builder.startStatement(statement.span);
    for (const declarator of statement.declaration.declarators) {
      const symbol = declarator.symbol;
      if (symbol?.kind !== "object" || declarator.initializer === undefined) continue;
      const storage = this.#locals.get(symbol);
      if (storage === undefined) continue;
      this.#initialiseLocal(symbol, storage, declarator.initializer);
    }
  }

  #initialiseLocal(symbol: ObjectSymbol, storage: Storage, initializer: Initializer): void {
    if (storage.kind === "register") {
      const value = scalarInitializer(initializer);
      if (value === undefined) {
        this.#environment.report("T65", initializer.span, `'${symbol.name}' needs one value.`);
        return;
      }
      const type = this.#environment.typing.decayed(value);
      if (this.#expressions.isScalar(type, value.span))
        this.#expressions.into(value, { slot: storage.slot, as: storage.as });
      return;
    }
    if (storage.kind !== "frame") return;
    const place = addConstant({ kind: "special", name: "frame" }, BigInt(storage.offset));
    this.#initialise(place, symbol.type, initializer, symbol.nameSpan);
  }

  /** Stores an initialiser to memory: one store a scalar, the rest zero word by word, in the order of the offsets. */
  #initialise(place: Linear, type: CType, initializer: Initializer, span: Span): void {
    const leaves = flattenInitializer(this.#environment, type, initializer);
    if (plainKind(type) === "record" && initializer.kind !== "list") {
      const value = leaves[0];
      if (value !== undefined) this.#initialiseLeaf(place, value);
      return;
    }
    if (isScalar(type)) {
      for (const leaf of leaves) this.#initialiseLeaf(place, leaf);
      return;
    }
    const { size } = resolve(type);
    if (size === 0) this.#environment.report("T66", span, "The size of this object is not known.");
    // Bit-fields share their words with neighbours, so that the whole object is zeroed before.
    const hasBitFields = leaves.some(({ bitField }) => bitField !== undefined);
    if (hasBitFields) this.#zero(place, 0, size);
    let end = hasBitFields ? size : 0;
    for (const leaf of leaves) {
      this.#zero(place, end, leaf.offset);
      this.#initialiseLeaf(place, leaf);
      end = Math.max(end, leaf.offset + leaf.type.size);
    }
    this.#zero(place, end, size);
  }

  #zero(place: Linear, start: number, end: number): void {
    const wordSize = this.#environment.pointerSize;
    for (let offset = start; offset < end;) {
      const size = ([8, 4, 2, 1] as const).find(
        (one) => one <= wordSize && offset % one === 0 && offset + one <= end,
      );
      const width = size ?? 1;
      const address = addConstant(place, BigInt(offset));
      const memory = { address, size: width, signed: false, atomic: false };
      this.#builder.emit({ kind: "store", memory, value: ZERO, commit: false });
      offset += width;
    }
  }

  #initialiseLeaf(place: Linear, leaf: Leaf): void {
    const address = addConstant(place, BigInt(leaf.offset));
    const expression = leaf.expression;
    if (leaf.bitField !== undefined) {
      const field = bitFieldPlace(place, leaf.bitField, this.#environment.bigEndian);
      this.#expressions.assignments.store(
        { kind: "bit-field", field, type: leaf.type },
        expression,
      );
      return;
    }
    const kind = plainKind(leaf.type);
    if (kind === "array" && expression.kind === "string") {
      this.#initialiseString(address, leaf.type, expression.units);
      return;
    }
    if (kind === "record") {
      const source = this.#expressions.places.place(expression);
      const record = resolve(leaf.type);
      if (source?.kind === "memory" && resolve(source.type) === record)
        this.#expressions.assignments.copyBytes(address, source.address, record.size, record.align);
      else if (source !== undefined)
        this.#environment.report("T61", expression.span, `This is not ${spellType(leaf.type)}.`);
      return;
    }
    this.#expressions.assignments.store({ kind: "memory", address, type: leaf.type }, expression);
  }

  #initialiseString(address: Linear, type: CType, units: readonly number[]): void {
    const plain = resolve(type);
    if (plain.kind !== "array") return;
    const size = plain.element.size;
    const count = plain.count ?? units.length + 1;
    for (let index = 0; index < count; index++) {
      const place = addConstant(address, BigInt(index * size));
      const memory = this.#expressions.accessTo(place, plain.element, false);
      const value = constantWord(BigInt(units[index] ?? 0));
      if (memory !== undefined) this.#builder.emit({ kind: "store", memory, value, commit: false });
    }
  }

  // ---- Critical sections ----

  #critical(statement: CriticalStatement): void {
    const { area, index } = this.#context;
    const field = statement.comparesMmCid ? area.mmCid : area.cpuId;
    const fieldName = statement.comparesMmCid ? "mm_cid" : "cpu_id";
    const section = this.#context.sections.get(statement);
    if (index === undefined || section === undefined) {
      this.#misplaced(
        statement.headSpan,
        "A critical section needs a thread; finally runs after all of them.",
      );
      return;
    }
    const missing =
      area.rseqCs === undefined ? "rseq_cs" : field === undefined ? fieldName : undefined;
    if (missing !== undefined || area.rseqCs === undefined || field === undefined) {
      if (area.misfits.has(missing ?? fieldName)) return;
      this.#environment.report(
        "K74",
        statement.headSpan,
        `The struct rseq in force has no '${missing ?? fieldName}', which a critical section needs.`,
      );
      return;
    }
    const target = this.#labelOf(statement.abortLabel, statement.abortLabelSpan);
    const { start, end, abort, descriptor } = section;
    this.#builder.startStatement(statement.headSpan);
    this.#enterSection(statement.operand, area.rseqCs, field, descriptor, start, target);
    const outer = this.#commits;
    const commits: number[] = [];
    this.#commits = commits;
    this.#block(statement.body);
    this.#commits = outer;
    this.#builder.place(end);
    if (target !== undefined) this.#stubs.push({ label: abort, target, span: statement.headSpan });
    this.#context.addSection({
      ...section,
      function: index,
      abortLabel: statement.abortLabel,
      commit: commits.at(-1),
      span: statement.nameSpan ?? statement.headSpan,
    });
  }

  /** The operand; store the descriptor; [start] load the id; branch if it differs. */
  #enterSection(
    operand: Expression,
    rseqCs: FieldPlace,
    field: FieldPlace,
    descriptor: Linear,
    start: Label,
    target: Label | undefined,
  ): void {
    const { typing, bigEndian, pointerSize } = this.#environment;
    const operandType = typing.promoted(operand);
    const isUsable = this.#expressions.isScalar(typing.decayed(operand), operand.span);
    const type = typing.common(typing.types.unsignedInt, operandType);
    const right = isUsable ? this.#expressions.valueAs(operand, type) : ZERO;
    const rseq: Word = { kind: "special", name: "rseq" };
    // A 32-bit program stores its pointer to the numerically low half and leaves the high half zero.
    const low = bigEndian && pointerSize < rseqCs.size ? rseqCs.size - pointerSize : 0;
    const size = pointerSize < rseqCs.size ? pointerSize : 8;
    this.#builder.emit({
      kind: "store",
      memory: {
        address: addConstant(rseq, BigInt(rseqCs.offset + low)),
        size,
        signed: false,
        atomic: false,
      },
      value: descriptor,
      commit: false,
    });
    this.#builder.place(start);
    const destination = this.#builder.newTemporaryAs(conversionOfSize(4, false));
    this.#builder.emit({
      kind: "load",
      destination,
      memory: {
        address: addConstant(rseq, BigInt(field.offset)),
        size: 4,
        signed: false,
        atomic: false,
      },
    });
    this.#builder.emit({
      kind: "branch",
      comparison: "not-equal",
      type: operationTypeOf(type),
      left: registerWord(destination.slot, "u32"),
      right,
      target: target ?? newLabel(""),
    });
  }

  #commit(statement: CommitStatement): void {
    this.#builder.startStatement(statement.span);
    if (this.#commits === undefined) {
      this.#misplaced(
        statement.span,
        "'commit' stands outside of a critical section; a plain assignment needs no word.",
      );
      return;
    }
    const place = this.#expressions.places.writablePlace(statement.target);
    if (place === undefined) return;
    const memory =
      place.kind === "memory" && isScalar(place.type)
        ? this.#expressions.accessTo(place.address, place.type, false)
        : undefined;
    if (memory === undefined) {
      const what =
        place.kind === "register" || place.kind === "value"
          ? "a local variable in a register, which nobody else can see"
          : place.kind === "bit-field"
            ? "a bit-field, which takes a load and a store"
            : `${spellType(place.type)}, which takes more than one store`;
      this.#environment.report(
        "K75",
        statement.target.span,
        `A commit is exactly one store of at most 8 bytes to memory; this is ${what}.`,
      );
      return;
    }
    const type = this.#environment.typing.decayed(statement.value);
    if (!this.#expressions.isScalar(type, statement.value.span)) return;
    const value = this.#expressions.valueAs(statement.value, place.type);
    this.#commits.push(this.#builder.here);
    this.#builder.emit({ kind: "store", memory, value, commit: true });
  }

  /** Outside of the function's flow: the signature, then a jump to the label. */
  #emitStubs(): void {
    for (const { label, target, span } of this.#stubs) {
      this.#builder.emitData(this.#context.signature);
      this.#builder.place(label);
      this.#builder.continueAt(span);
      this.#builder.emit({ kind: "jump", target });
    }
  }
}

/** Whether the last statement of the body is a return, so that it ends with one. */
function endsWithReturn(block: Block): boolean {
  let last: Statement | undefined = block.statements.at(-1);
  for (;;) {
    if (last === undefined) return false;
    if (last.kind === "return") return true;
    if (last.kind === "block") last = last.statements.at(-1);
    else if (last.kind === "label") last = last.statement;
    else return false;
  }
}

function declaredObjects(statement: Statement): readonly ObjectSymbol[] {
  if (statement.kind === "label") return declaredObjects(statement.statement);
  if (statement.kind !== "declaration" || statement.declaration.kind !== "declaration") return [];
  return statement.declaration.declarators.flatMap(({ symbol }) =>
    symbol?.kind === "object" && symbol.storage !== "extern" ? [symbol] : [],
  );
}

/** The labels of a switch, those of switches inside it excluded. */
function casesOf(body: Statement): readonly (CaseLabel | DefaultLabel)[] {
  const found: (CaseLabel | DefaultLabel)[] = [];
  const visit = (statement: Statement): void => {
    if (statement.kind === "case" || statement.kind === "default") found.push(statement);
    if (statement.kind === "switch") return;
    for (const inner of innerStatements(statement)) visit(inner);
  };
  visit(body);
  return found;
}

function hasLabels(statement: Statement): boolean {
  let found = false;
  walkStatements(statement, (inner) => {
    if (inner.kind === "label" || inner.kind === "case" || inner.kind === "default") found = true;
  });
  return found;
}

/** Sections, and objects of static storage: the program knows them by their places. */
function hasPlaces(statement: Statement): boolean {
  let found = false;
  walkStatements(statement, (inner) => {
    if (inner.kind === "critical") found = true;
    if (inner.kind === "declaration" && declaredObjects(inner).some(isStatic)) found = true;
  });
  return found;
}

function isStatic({ storage }: ObjectSymbol): boolean {
  return storage === "static" || storage === "extern";
}

function scalarInitializer(initializer: Initializer): Expression | undefined {
  if (initializer.kind !== "list") return initializer;
  const only = initializer.items[0];
  return initializer.items.length === 1 && only !== undefined
    ? scalarInitializer(only.value)
    : undefined;
}

/** The variables whose address is taken with `&`. */
function addressesTaken(block: Block): ReadonlySet<object> {
  const taken = new Set<object>();
  const visit = (expression: Expression): void => {
    if (expression.kind !== "unary" || expression.operator !== "&") return;
    const operand = expression.operand;
    if (operand.kind === "identifier" && operand.symbol !== undefined) taken.add(operand.symbol);
  };
  walkStatements(block, (statement) => {
    for (const expression of expressionsOf(statement)) walkExpression(expression, visit);
    if (statement.kind !== "declaration" || statement.declaration.kind !== "declaration") return;
    for (const { initializer } of statement.declaration.declarators)
      if (initializer !== undefined)
        for (const expression of initializerExpressions(initializer))
          walkExpression(expression, visit);
  });
  return taken;
}
