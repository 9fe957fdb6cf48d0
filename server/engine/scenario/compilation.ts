// Puts a program together: parameters, places of data, code of functions and threads, then the layout of the text, then everything
// that needs final addresses: descriptors, routines, schedules. Nothing here knows a kernel version; profiles are data.
import type { Declaration, Declarator, Expression, Initializer, ObjectSymbol } from "../c/ast.ts";
import type { RecordType } from "../c/types.ts";
import { resolve } from "../c/types.ts";
import { layoutRecord } from "../layout/layout.ts";
import type {
  Expectation,
  Program,
  ProgramFunction,
  ProgramThread,
  Section,
  Segment,
  Variable,
} from "../program/program.ts";
import { INSTRUCTION_BYTES } from "../program/program.ts";
import type { Span } from "../text/source.ts";
import { LineIndex } from "../text/source.ts";
import { Assembly, CodeBuilder, newLabel } from "./code-builder.ts";
import type { Environment, FunctionEntry } from "./environment.ts";
import type { BodyContext } from "./function-lowering.ts";
import { FunctionLowering } from "./function-lowering.ts";
import type { FinallyItem, FunctionItem, ThreadItem } from "./item.ts";
import { constantWord, settle } from "./link.ts";
import { DATA_ADDRESS, TEXT_ADDRESS, TEXT_BYTES_MAX, pageUp } from "./memory-map.ts";
import {
  checkSingle,
  checksOf,
  kernelParameters,
  machineParameters,
  noteMissingKernel,
} from "./parameters.ts";
import type { FunctionDraft, SectionDraft, VariableDraft } from "./program-draft.ts";
import { reachableFunctions } from "./reachable.ts";
import type { Reading } from "./reading.ts";
import { checkRedeclarations } from "./redeclaration.ts";
import { draftFinally, draftRoutine, finishRoutine } from "./routine-compilation.ts";
import type { Observation, RoutineDraft } from "./routine-compilation.ts";
import { findArea } from "./rseq-layout.ts";
import type { FoundArea } from "./rseq-layout.ts";
import { resolveExpectation, resolveSchedule } from "./schedule-resolution.ts";
import type { ScheduleContext } from "./schedule-resolution.ts";
import { DataBlock } from "./static-data.ts";
import type { NamedSections } from "./section-naming.ts";
import { nameSections } from "./section-naming.ts";
import { StaticPlacement } from "./static-placement.ts";
import type { PlacedObject } from "./static-placement.ts";
import { areThreadsTooLarge, placeThreads } from "./thread-placement.ts";
import type { PlacedThreads } from "./thread-placement.ts";
import { TypeFlattening } from "./type-flattening.ts";
import { Typing } from "./typing.ts";

/** A compiled scenario, with what later expressions (conditions, watches) are compiled against. */
export interface Compilation {
  readonly program: Program;
  readonly observation: Observation;
  /** For schedules that are compiled later. */
  readonly scheduleContext: ScheduleContext;
  readonly functions: readonly FunctionDraft[];
  /** Body of each function of the program, by its index. */
  readonly bodies: readonly (FunctionItem | ThreadItem)[];
}

export function compileReading(reading: Reading): Compilation {
  return new Compiler(reading).compile();
}

class Compiler {
  readonly #reading: Reading;
  readonly #machine: ReturnType<typeof machineParameters>;
  readonly #kernel: ReturnType<typeof kernelParameters>;
  readonly #placement: StaticPlacement;
  readonly #environment: Environment;
  readonly #assembly = new Assembly();
  readonly #types: TypeFlattening;
  readonly #entries = new Map<string, FunctionEntry>();
  readonly #bodies: (FunctionItem | ThreadItem)[];
  readonly #functions: FunctionDraft[] = [];
  readonly #named: NamedSections;
  readonly #sections: SectionDraft[] = [];
  readonly #rseq: RecordType | undefined;
  readonly #area: FoundArea;

  constructor(reading: Reading) {
    this.#reading = reading;
    for (const kind of ["kernel", "machine", "finally"] as const) checkSingle(reading, kind);
    noteMissingKernel(reading);
    this.#machine = machineParameters(reading);
    this.#types = new TypeFlattening(this.#machine.bigEndian);
    this.#placement = new StaticPlacement(this.#machine.bigEndian);
    this.#rseq = recordTagged(reading, "rseq");
    const separate =
      recordTagged(reading, "rseq_shared") ?? recordTagged(reading, "rseq_sched_state");
    this.#area = findArea(
      this.#rseq ?? emptyRecord(reading),
      separate,
      reading.profile,
      reading.report,
    );
    this.#kernel = kernelParameters(reading, ownEnd(this.#rseq));
    this.#bodies = reachableFunctions(reading);
    this.#named = nameSections(this.#bodies, this.#placement);
    const named = [...this.#named.values()];
    const descriptors = new Map(named.map((one) => [`${one.name}_cs`, one.descriptor]));
    const descriptorType = recordTagged(reading, "rseq_cs");
    reading.names.descriptorType = (name) => (descriptors.has(name) ? descriptorType : undefined);
    this.#environment = {
      parser: reading.parser,
      typing: new Typing(reading.parser.types, reading.names),
      names: reading.names,
      report: reading.report,
      pointerSize: this.#machine.pointerSize,
      bigEndian: this.#machine.bigEndian,
      storages: new Map(),
      strides: this.#placement.strides,
      functions: this.#entries,
      descriptors,
      stringAddress: (string) => this.#placement.stringAddress(string),
    };
  }

  compile(): Compilation {
    checkRedeclarations(this.#reading);
    this.#declareFunctions();
    this.#placeGlobals();
    for (const [index, body] of this.#bodies.entries()) {
      this.#lowerBody(index, body);
      if (this.#assembly.length * INSTRUCTION_BYTES <= TEXT_BYTES_MAX) continue;
      this.#reading.report("K08", body.name.span, "The code of this scenario is too large.");
      break;
    }
    this.#placement.initialise(this.#environment);
    this.#layOut();
    const threads = this.#placeThreads();
    const sections = this.#finishSections();
    const observation = this.#observation(threads.threads, sections);
    const scheduleContext = this.#scheduleContext(observation, sections);
    const program = this.#program(threads, sections, scheduleContext);
    return {
      program,
      observation,
      scheduleContext,
      functions: this.#functions,
      bodies: this.#bodies,
    };
  }

  // ---- Names and places ----

  #declareFunctions(): void {
    const { report } = this.#reading;
    for (const [index, body] of this.#bodies.entries()) {
      if (body.kind !== "function") continue;
      const name = body.name.text;
      this.#entries.set(name, { index, name, label: newLabel(name), item: body });
      const { type } = body.definition;
      const types = [type.returns, ...type.parameters.map((parameter) => parameter.type)];
      if (types.some((one) => resolve(one).kind === "record"))
        report(
          "T67",
          body.name.span,
          `'${name}' takes or returns a struct by value; use a pointer.`,
        );
    }
    const hasSyntaxErrors = this.#reading.diagnostics.some(
      ({ code, severity }) => severity === "error" && /^[SK]/.test(code),
    );
    if (!hasSyntaxErrors && !this.#bodies.some((body) => body.kind === "thread"))
      report(
        "K18",
        { path: this.#reading.input.path, start: 0, end: 0 },
        "This scenario has no thread, so nothing would run. Write one: thread worker { … }",
      );
    this.#checkThreadNames();
  }

  #checkThreadNames(): void {
    const { parser, report, names } = this.#reading;
    const seen = new Map<string, Span>();
    for (const body of this.#bodies) {
      if (body.kind !== "thread") continue;
      const before = seen.get(body.name.text);
      const symbol = parser.lookup(body.name.text);
      const isHidden = symbol !== undefined && !names.threads.has(symbol);
      if (before !== undefined || isHidden)
        report(
          "K16",
          body.name.span,
          `'${body.name.text}' is declared twice; threads share C's identifiers.`,
          {
            notes: [{ message: "Also here.", span: before ?? symbol?.nameSpan ?? body.name.span }],
          },
        );
      seen.set(body.name.text, body.name.span);
    }
  }

  #placeGlobals(): void {
    const initializers = new Map<ObjectSymbol, Initializer | undefined>();
    for (const declaration of this.#reading.unit.declarations) {
      if (declaration.kind !== "declaration") continue;
      for (const { symbol, initializer } of globalDeclarators(declaration)) {
        const current = this.#reading.parser.lookup(symbol.name);
        const object = current?.kind === "object" ? current : symbol;
        if (!initializers.has(object) || initializer !== undefined)
          initializers.set(object, initializer);
      }
    }
    for (const [symbol, initializer] of initializers)
      this.#placement.place(this.#environment, symbol, initializer);
    this.#placePercpu();
  }

  #placePercpu(): void {
    const { percpu, items } = this.#reading;
    for (const item of items) {
      if (item.kind !== "percpu") continue;
      for (const declarator of item.declaration.declarators) {
        const symbol = [...percpu].find((one) => sameSpan(one.nameSpan, declarator.nameSpan));
        if (symbol === undefined) continue;
        const { cpus, cacheLineBytes } = this.#machine;
        this.#placement.placePercpu(
          this.#environment,
          symbol,
          declarator.type,
          declarator.initializer,
          cpus,
          cacheLineBytes,
        );
      }
    }
  }

  // ---- Code ----

  #lowerBody(index: number, body: FunctionItem | ThreadItem): void {
    const builder = new CodeBuilder(this.#assembly, index);
    // Before a function stand zeros, which equal no signature.
    builder.emitData(0);
    const isFunction = body.kind === "function";
    const lowering = new FunctionLowering({
      ...this.#bodyContext(),
      environment: this.#environment,
      builder,
      index,
      name: body.name.text,
      observer: undefined,
      returns: isFunction ? body.definition.type.returns : this.#environment.typing.types.void,
    });
    const parameters = isFunction ? body.definition.parameters : [];
    const label = isFunction ? this.#entries.get(body.name.text)?.label : undefined;
    const draft = lowering.lower(body.body, parameters, label, body.span);
    this.#functions.push({ ...draft, kind: isFunction ? "function" : "thread" });
  }

  #bodyContext(): Pick<
    BodyContext,
    "area" | "signature" | "placeStatic" | "sections" | "addSection"
  > {
    return {
      area: { ...this.#area.rseq, misfits: this.#area.misfits },
      signature: this.#machine.signature,
      placeStatic: (declarator, symbol, labelOf) =>
        this.#placement.place(this.#environment, symbol, declarator.initializer, labelOf),
      sections: this.#named,
      addSection: (section) => this.#sections.push(section),
    };
  }

  #layOut(): void {
    this.#assembly.setAddresses(TEXT_ADDRESS);
    const textEnd = TEXT_ADDRESS + this.#assembly.length * INSTRUCTION_BYTES;
    this.#placement.readOnlySymbol.address = BigInt(pageUp(textEnd));
  }

  #placeThreads(): PlacedThreads {
    const bodies = new Map<ThreadItem, number>();
    for (const [index, body] of this.#bodies.entries())
      if (body.kind === "thread") bodies.set(body, index);
    const placed = placeThreads({
      reading: this.#reading,
      machine: this.#machine,
      kernel: this.#kernel,
      area: this.#area,
      functions: this.#entries,
      bodies,
      tlsSize: this.#placement.tls.size,
      tlsAlign: this.#placement.tls.align,
    });
    if (areThreadsTooLarge(placed))
      this.#reading.report(
        "K08",
        this.#bodies.find((body) => body.kind === "thread")?.name.span ?? this.#start(),
        "The areas and __thread variables of all threads do not fit into the model's memory.",
      );
    return placed;
  }

  #start(): Span {
    return { path: this.#reading.input.path, start: 0, end: 0 };
  }

  // ---- Sections ----

  #finishSections(): readonly Section[] {
    const sections: Section[] = this.#sections.map((draft) => ({
      name: draft.name,
      function: draft.function,
      descriptorAddress: Number(settle(draft.descriptor)),
      start: draft.start.instruction ?? 0,
      end: draft.end.instruction ?? 0,
      abort: draft.abort.instruction,
      abortLabel: draft.abortLabel,
      commit: draft.commit,
    }));
    this.#placement.data.settle();
    this.#placement.readOnly.settle();
    for (const object of this.#placement.objects) {
      const section = this.#rawSection(object);
      if (section !== undefined) sections.push(section);
    }
    return sections;
  }

  /** A static descriptor with a range in the text is a section of the raw form. */
  #rawSection(object: PlacedObject): Section | undefined {
    const record = resolve(object.type);
    if (record.kind !== "record" || record.tag !== "rseq_cs" || record.size < 32) return undefined;
    if (object.storage !== "data" && object.storage !== "read-only") return undefined;
    const block = object.storage === "data" ? this.#placement.data : this.#placement.readOnly;
    const word = (offset: number): bigint => block.read(object.offset + offset, 8);
    const start = this.#instructionAt(word(8));
    const end = this.#instructionAt(word(8) + word(16));
    if (start === undefined || end === undefined) return undefined;
    const function_ = this.#functions.findIndex(
      (draft) => draft.start <= start && start < draft.end,
    );
    if (function_ < 0) return undefined;
    const abort = this.#instructionAt(word(24));
    const base = object.storage === "data" ? DATA_ADDRESS : this.#readOnlyAddress();
    return {
      name: object.name.replace(/_cs$/, ""),
      function: function_,
      descriptorAddress: base + object.offset,
      start,
      end,
      abort,
      abortLabel: this.#functions[function_]?.labels.find((label) => label.instruction === abort)
        ?.name,
      commit: undefined,
    };
  }

  #instructionAt(address: bigint): number | undefined {
    const offset = address - BigInt(TEXT_ADDRESS);
    const size = BigInt(INSTRUCTION_BYTES);
    const isInText = 0n <= offset && offset <= BigInt(this.#assembly.length) * size;
    return isInText && offset % size === 0n ? Number(offset / size) : undefined;
  }

  #readOnlyAddress(): number {
    return Number(this.#placement.readOnlySymbol.address ?? 0n);
  }

  // ---- Routines ----

  #observation(threads: readonly ProgramThread[], sections: readonly Section[]): Observation {
    this.#reading.names.localType = (functionName, localName) => {
      const draft = this.#functions.find((one) => one.name === functionName);
      const variables = draft === undefined ? [] : [...draft.parameters, ...draft.locals];
      return variables.find((one) => one.name === localName)?.type;
    };
    return {
      environment: this.#environment,
      threads,
      functions: this.#functions,
      sections,
      typeId: (expression) => this.#typeId(expression),
    };
  }

  #typeId(expression: Expression): number {
    return this.#types.idOf(this.#environment.typing.typeOf(expression));
  }

  #invariants(observation: Observation): Program["invariants"] {
    const seen = new Map<string, Span>();
    return this.#reading.items.flatMap((item) => {
      if (item.kind !== "invariant") return [];
      this.#checkUnique(seen, item.name, "invariant");
      const context = { hasThread: false, locals: new Map() };
      const name = item.name.text;
      const draft = draftRoutine(observation, context, name, item.expression, "value");
      return draft === undefined ? [] : [{ name, routine: finishRoutine(draft), span: item.span }];
    });
  }

  #checkUnique(seen: Map<string, Span>, name: { text: string; span: Span }, what: string): void {
    const before = seen.get(name.text);
    if (before !== undefined)
      this.#reading.report("K27", name.span, `There are two ${what}s named '${name.text}'.`, {
        notes: [{ message: "The first one is here.", span: before }],
      });
    seen.set(name.text, name.span);
  }

  #finally(observation: Observation): RoutineDraft | undefined {
    const item = this.#reading.items.find((one): one is FinallyItem => one.kind === "finally");
    return item && draftFinally(observation, item, this.#bodyContext());
  }

  // ---- The program ----

  #program(placed: PlacedThreads, sections: readonly Section[], context: ScheduleContext): Program {
    const { threads } = placed;
    const { observation } = context;
    const finallyDraft = this.#finally(observation);
    const invariants = this.#invariants(observation);
    const schedules = this.#schedules(context);
    const expectations = this.#expectations(context, invariants);
    // Statics and strings of `finally` have come last.
    this.#placement.initialise(this.#environment);
    const functions = this.#functions.map((draft) => this.#programFunction(draft));
    const globals = this.#globals(sections);
    return {
      path: this.#reading.input.path,
      textAddress: TEXT_ADDRESS,
      instructions: this.#assembly.finish(),
      functions,
      sections,
      threads,
      segments: this.#segments(placed),
      globals,
      threadVariables: this.#threadVariables(),
      types: this.#types.types,
      rseq: {
        type: this.#types.idOf(this.#rseq ?? emptyRecord(this.#reading)),
        ...this.#area.rseq,
      },
      shared: this.#shared(),
      descriptorType: this.#types.idOf(
        recordTagged(this.#reading, "rseq_cs") ?? this.#environment.typing.types.void,
      ),
      kernel: this.#kernel,
      machine: this.#machine,
      schedules,
      invariants,
      finally: finallyDraft === undefined ? undefined : finishRoutine(finallyDraft),
      expectations,
      checks: checksOf(this.#reading),
      symbols: this.#symbols(functions, globals, threads),
    };
  }

  #shared(): Program["shared"] {
    const { shared, sharedRecord } = this.#area;
    if (shared === undefined || sharedRecord === undefined) return undefined;
    return { type: this.#types.idOf(sharedRecord), ...shared };
  }

  #scheduleContext(observation: Observation, sections: readonly Section[]): ScheduleContext {
    return {
      reading: this.#reading,
      observation,
      functions: this.#functions,
      entries: this.#entries,
      sections,
      assembly: this.#assembly,
      lines: new LineIndex(this.#reading.input.text),
      cpus: this.#machine.cpus,
      slice: this.#machine.slice,
    };
  }

  #schedules(context: ScheduleContext): Program["schedules"] {
    const seen = new Map<string, Span>();
    return this.#reading.items.flatMap((item) => {
      if (item.kind !== "schedule") return [];
      this.#checkUnique(seen, item.name, "schedule");
      return [resolveSchedule(context, item)];
    });
  }

  #expectations(
    context: ScheduleContext,
    invariants: Program["invariants"],
  ): readonly Expectation[] {
    const names = invariants.map((invariant) => invariant.name);
    return this.#reading.items.flatMap((item) => {
      if (item.kind !== "expect") return [];
      const expectation = resolveExpectation(context, item, names);
      return expectation === undefined ? [] : [expectation];
    });
  }

  #programFunction(draft: FunctionDraft): ProgramFunction {
    return {
      ...draft,
      parameters: draft.parameters.map((variable) => this.#variable(variable)),
      locals: draft.locals.map((variable) => this.#variable(variable)),
    };
  }

  #variable({ name, type, storage, span, scope }: VariableDraft): Variable {
    const common = { name, type: this.#types.idOf(type), span, ...(scope && { scope }) };
    switch (storage.kind) {
      case "register":
      case "frame":
      case "tls":
        return { ...common, storage };
      case "static":
        return { ...common, storage: { kind: "static", address: Number(settle(storage.address)) } };
      case "foreign-register":
      case "foreign-memory":
        // Invariant: a function's own variables are never foreign.
        return { ...common, storage: { kind: "static", address: 0 } };
    }
  }

  #globals(sections: readonly Section[]): Program["globals"] {
    const globals: Program["globals"][number][] = [];
    for (const object of this.#objectsInOrder()) {
      if (object.storage === "tls") continue;
      const { name, span } = object;
      const address = this.#addressOf(object);
      const percpu = object.percpu;
      const type =
        percpu === undefined
          ? this.#types.idOf(object.type)
          : this.#types.percpuArray(object.type, this.#machine.cpus, percpu.stride);
      const storage = { kind: "static", address } as const;
      globals.push({
        name,
        type,
        storage,
        span,
        percpu: percpu !== undefined,
        userDeclared: !span.path.startsWith("<"),
      });
    }
    for (const [index, draft] of this.#sections.entries()) {
      const section = sections[index];
      const record = recordTagged(this.#reading, "rseq_cs");
      if (section === undefined || record === undefined) continue;
      globals.push({
        name: `${draft.name}_cs`,
        type: this.#types.idOf(record),
        storage: { kind: "static", address: section.descriptorAddress },
        span: draft.span,
        percpu: false,
        userDeclared: false,
      });
    }
    return globals;
  }

  /** Included files first, then the scenario's own in the order of the text. */
  #objectsInOrder(): readonly PlacedObject[] {
    const { path } = this.#reading.input;
    const { objects } = this.#placement;
    const own = objects.filter(({ span }) => span.path === path);
    return [
      ...objects.filter(({ span }) => span.path !== path),
      ...own.toSorted((left, right) => left.span.start - right.span.start),
    ];
  }

  #addressOf(object: PlacedObject): number {
    switch (object.storage) {
      case "data":
        return DATA_ADDRESS + object.offset;
      case "read-only":
        return this.#readOnlyAddress() + object.offset;
      case "percpu":
        return (object.percpu?.address ?? 0) + object.offset;
      case "tls":
        return object.offset;
    }
  }

  #threadVariables(): readonly Variable[] {
    return this.#placement.objects.flatMap(({ name, type, span, storage, offset }) =>
      storage === "tls"
        ? [{ name, type: this.#types.idOf(type), span, storage: { kind: "tls", offset } as const }]
        : [],
    );
  }

  /** RFC v2 of sched_state: libc stores the pointer to the struct before it registers. */
  #firstAreaBytes(thread: ProgramThread | undefined): Uint8Array {
    const place = this.#area.rseq.schedStatePointer;
    const block = new DataBlock(this.#machine.bigEndian);
    if (place === undefined || thread?.sharedArea === undefined) return new Uint8Array(0);
    block.room(place.offset + place.size, 1);
    block.put(place.offset, place.size, constantWord(BigInt(thread.sharedArea.address)));
    return block.settle();
  }

  #segments({ threads, segments: threadSegments }: PlacedThreads): readonly Segment[] {
    const { data, readOnly, tls, percpu } = this.#placement;
    const empty = new Uint8Array(0);
    const segments: Segment[] = [];
    const add = (
      name: string,
      kind: Segment["kind"],
      address: number,
      size: number,
      protection: Segment["protection"],
      bytes: Uint8Array,
    ): void => {
      if (size > 0)
        segments.push({ name, kind, address, size, protection, bytes, thread: undefined });
    };
    const textSize = this.#assembly.length * INSTRUCTION_BYTES;
    add("text", "text", TEXT_ADDRESS, textSize, "execute", empty);
    add(
      "read-only data",
      "read-only",
      this.#readOnlyAddress(),
      readOnly.size,
      "read",
      readOnly.settle(),
    );
    add("data", "data", DATA_ADDRESS, data.size, "read-write", data.settle());
    for (const { name, address, size, block } of percpu)
      add(name, "percpu", address, size, "read-write", block.settle());
    const template = tls.settle();
    for (const segment of threadSegments) {
      const bytes =
        segment.kind === "tls"
          ? template
          : segment.kind === "private-area"
            ? this.#firstAreaBytes(threads[segment.thread ?? 0])
            : empty;
      segments.push({ ...segment, bytes });
    }
    return segments;
  }

  #symbols(
    functions: readonly ProgramFunction[],
    globals: Program["globals"],
    threads: readonly ProgramThread[],
  ): Program["symbols"] {
    const symbols = functions.map(({ name, start, end }) => ({
      name,
      address: TEXT_ADDRESS + start * INSTRUCTION_BYTES,
      size: (end - start) * INSTRUCTION_BYTES,
    }));
    for (const { name, type, storage } of globals)
      if (storage.kind === "static")
        symbols.push({ name, address: storage.address, size: this.#types.types[type]?.size ?? 0 });
    for (const { name, privateArea, sharedArea } of threads) {
      if (privateArea !== undefined) symbols.push({ name: `${name}.rseq`, ...privateArea });
      if (sharedArea !== undefined) symbols.push({ name: `${name}.rseq_shared`, ...sharedArea });
    }
    return symbols.toSorted((left, right) => left.address - right.address);
  }
}

function recordTagged(reading: Reading, tag: string): RecordType | undefined {
  const found = reading.parser.lookupTag(tag);
  return found?.kind === "record" && found.isComplete ? found : undefined;
}

/** Every profile's prelude declares struct rseq; this stands for it where the file's own one is broken. */
function emptyRecord(reading: Reading): RecordType {
  const span = { path: reading.input.path, start: 0, end: 0 };
  return {
    kind: "record",
    isUnion: false,
    tag: "rseq",
    typedefName: undefined,
    isComplete: true,
    members: [],
    size: 32,
    align: 32,
    isPacked: false,
    declaredAlign: undefined,
    attributes: [],
    nameSpan: span,
    span,
    bodySpan: undefined,
    outer: undefined,
  };
}

/** offsetof(end) of the file's own struct rseq. */
function ownEnd(rseq: RecordType | undefined): number | undefined {
  if (rseq === undefined || rseq.nameSpan.path.startsWith("<")) return undefined;
  return layoutRecord(rseq).fields.find((field) => field.name === "end" && field.depth === 0)
    ?.offset;
}

function globalDeclarators(
  declaration: Declaration,
): readonly { symbol: ObjectSymbol; initializer: Declarator["initializer"] }[] {
  return declaration.declarators.flatMap(({ symbol, initializer }) => {
    if (symbol?.kind !== "object" || symbol.storage === "typedef") return [];
    if (symbol.storage === "extern" && initializer === undefined) return [];
    return [{ symbol, initializer }];
  });
}

function sameSpan(left: Span, right: Span): boolean {
  return left.path === right.path && left.start === right.start;
}
