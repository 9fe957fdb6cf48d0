// A tiny assembler: a Program from lines of text, for tests of the machine that need exact instructions and addresses.
//
//   label:                      add r1, r1, 5            (also sub mul div rem and or xor shl shr, s32/u32/s64 suffix: add.s32)
//   load4 r0, [rseq+4]          mov r1, r2
//   store8 [x+8], r1            beq r1, 0, label         (bne blt ble bgt bge, unsigned 64-bit; bne.u32)
//   jmp label                   ret / ret r1
//   r0 = nanosleep()            sig 0x53053053           (data: 4 bytes that are no code)
//   call f                      nop
//   rmw4 r0, add, [x], 1        assert r0, 1, text
//
// Operands: rN, rN.s32, numbers, names of memory, @label (its address), self, tid, rseq, rseq_shared. An address is a sum of them.
import { findProfile } from "../../server/engine/abi/profiles/index.ts";
import type {
  AddressOperand,
  AddressTerm,
  Comparison,
  Conversion,
  Destination,
  Instruction,
  MemoryReference,
  Operand,
  OperationType,
  ServiceName,
  SpecialName,
} from "../../server/engine/program/instruction.ts";
import type {
  BuiltInProperty,
  Expectation,
  FieldPlace,
  Program,
  ProgramFunction,
  ProgramThread,
  RseqStruct,
  Schedule,
  Section,
  Segment,
  SharedStruct,
} from "../../server/engine/program/program.ts";
import type { Profile } from "../../server/engine/abi/profile.ts";

export interface AssembledThread {
  readonly name: string;
  readonly cpu?: number;
  readonly affinity?: bigint;
  readonly code: string;
  readonly handlers?: readonly { readonly function: string; readonly count: number }[];
}

export interface AssemblyOptions {
  readonly profile?: string;
  readonly cpus?: number;
  readonly nodes?: readonly number[];
  readonly slice?: number;
  readonly libc?: "glibc" | "none";
  readonly rseqLength?: number;
  readonly signature?: number;
  readonly unmapOnExit?: boolean;
  readonly textAddress?: number;
  readonly debug?: boolean;
  readonly threads: readonly AssembledThread[];
  /** Functions that `call` and signals name. */
  readonly functions?: Readonly<Record<string, string>>;
  /** Functions behind the threads' code; their names are operands (their addresses). */
  readonly trailing?: Readonly<Record<string, string>>;
  /** Named 8-byte-aligned memory: sizes in bytes. */
  readonly memory?: Readonly<Record<string, number>>;
  /** Descriptors of sections by label: name → [function, start, end, abort]. Address: the name. */
  readonly sections?: Readonly<Record<string, readonly [string, string, string, string]>>;
  readonly segments?: readonly Segment[];
  readonly schedules?: readonly Schedule[];
  readonly expectations?: readonly Expectation[];
  readonly checks?: Readonly<Partial<Record<BuiltInProperty, "on" | "off" | "adversarial">>>;
  readonly invariants?: Readonly<Record<string, string>>;
  readonly finally?: string;
  readonly frameBytes?: number;
}

const TEXT = 0x400000;
const DATA = 0x600000;
const DESCRIPTORS = 0x500000;
const AREAS = 0x700000;
const STACKS = 0x10000000;
const SPAN = { path: "test.asm", start: 0, end: 1 };
const REGISTERS = 16;

export function assemble(options: AssemblyOptions): Program {
  const { profile } = findProfile(options.profile ?? "linux-6.18")!;
  const bodies = [
    ...Object.entries(options.functions ?? {}).map(([name, code]) => ({
      name,
      code,
      kind: "function" as const,
    })),
    ...options.threads.map(({ name, code }) => ({
      name: `thread ${name}`,
      code,
      kind: "thread" as const,
    })),
    ...Object.entries(options.trailing ?? {}).map(([name, code]) => ({
      name,
      code,
      kind: "function" as const,
    })),
  ];
  const textAddress = options.textAddress ?? TEXT;
  const labels = new Map<string, number>();
  const functions: ProgramFunction[] = [];
  const lines: { text: string; function: number }[] = [];
  bodies.forEach((body, index) => {
    lines.push({ text: "sig 0", function: -1 });
    const start = lines.length;
    const own: { name: string; instruction: number }[] = [];
    for (const raw of body.code.split(/\n|;/)) {
      const text = raw.trim();
      if (text === "") continue;
      const label = /^([A-Za-z_]\w*):$/.exec(text)?.[1];
      if (label === undefined) lines.push({ text, function: index });
      else {
        own.push({ name: label, instruction: lines.length });
        labels.set(`${body.name}:${label}`, lines.length);
      }
    }
    if (body.code.trim() !== "" && !/(ret|jmp|sig)[^\n;]*$/.test(body.code.trim()))
      lines.push({ text: "ret", function: index });
    functions.push({
      name: body.name.replace(/^thread /, ""),
      kind: body.kind,
      start,
      end: lines.length,
      parameters: [],
      locals: [],
      registerCount: REGISTERS,
      frameSizeBytes: options.frameBytes ?? 0,
      labels: own,
      returnsValue: "u64",
      span: SPAN,
    });
  });
  const memory = new Map<string, number>();
  let next = DATA;
  for (const [name, size] of Object.entries(options.memory ?? {})) {
    memory.set(name, next);
    next += Math.ceil(size / 64) * 64;
  }
  const functionIndex = (name: string): number => {
    const index = functions.findIndex((fn) => fn.name === name);
    if (index < 0) throw new Error(`no function ${name}`);
    return index;
  };
  const place = (body: number, label: string): number => {
    const found = labels.get(`${bodies[body]!.name}:${label}`);
    if (found === undefined) throw new Error(`no label ${label}`);
    return found;
  };
  for (const name of Object.keys(options.trailing ?? {})) {
    memory.set(name, textAddress + 4 * functions[functionIndex(name)]!.start);
  }
  const sections: Section[] = [];
  const descriptors = new Uint8Array(Math.max(1, Object.keys(options.sections ?? {}).length) * 32);
  Object.entries(options.sections ?? {}).forEach(([name, [fn, start, end, abort]], index) => {
    const owner = functionIndex(fn);
    const at = (label: string): number => place(owner, label);
    const view = new DataView(descriptors.buffer, index * 32);
    view.setBigUint64(8, BigInt(textAddress + 4 * at(start)), true);
    view.setBigUint64(16, BigInt(4 * (at(end) - at(start))), true);
    view.setBigUint64(24, BigInt(textAddress + 4 * at(abort)), true);
    memory.set(name, DESCRIPTORS + index * 32);
    sections.push({
      name,
      function: owner,
      descriptorAddress: DESCRIPTORS + index * 32,
      start: at(start),
      end: at(end),
      abort: at(abort),
      abortLabel: abort,
      commit: undefined,
    });
  });
  const context: Context = { place, memory, textAddress, functionIndex };
  const instructions = lines.map((line) => parse(line.text, line.function, context));
  const areaBytes = Math.max(512, options.rseqLength ?? 0);
  const threads = options.threads.map((thread, index): ProgramThread => ({
    name: thread.name,
    baseName: thread.name.replace(/\[.*/, ""),
    self: Number(/\[(\d+)\]/.exec(thread.name)?.[1] ?? 0),
    function: functionIndex(thread.name),
    cpu: thread.cpu ?? index % (options.cpus ?? 2),
    affinity: thread.affinity ?? (1n << 64n) - 1n,
    handlers: (thread.handlers ?? []).map((handler) => ({
      function: functionIndex(handler.function),
      count: handler.count,
    })),
    stackAddress: STACKS + index * 0x20000,
    tlsAddress: 0,
    privateArea:
      options.libc === "none" ? undefined : { address: AREAS + index * 0x1000, size: areaBytes },
    sharedArea:
      options.libc !== "none" && profile.behaviour.schedState === "shared-flag"
        ? { address: AREAS + 0x100000 + index * 0x1000, size: 256 }
        : undefined,
  }));
  const segments: Segment[] = [
    segment("text", "text", textAddress, 4 * instructions.length, "execute"),
    segment("descriptors", "read-only", DESCRIPTORS, descriptors.length, "read", descriptors),
    segment("data", "data", DATA, Math.max(64, next - DATA), "read-write"),
    ...threads.flatMap((thread, index) => [
      {
        ...segment(`${thread.name} stack`, "stack", thread.stackAddress, 65536, "read-write"),
        thread: index,
      },
      ...(thread.privateArea === undefined
        ? []
        : [
            {
              ...segment(
                `${thread.name} area`,
                "private-area",
                thread.privateArea.address,
                areaBytes,
                "read-write",
              ),
              thread: index,
            },
          ]),
      ...(thread.sharedArea === undefined
        ? []
        : [
            {
              ...segment(
                `${thread.name} shared`,
                "shared-area",
                thread.sharedArea.address,
                256,
                "read-write",
              ),
              thread: index,
            },
          ]),
    ]),
    ...(options.segments ?? []),
  ];
  const checks = {
    private_access: "on",
    deadlock: "on",
    livelock: "on",
    segv: "on",
    unmapped: "on",
    uninitialised: "on",
    misaligned_atomic: "on",
    ...options.checks,
  } as const;
  return {
    path: "test.asm",
    textAddress,
    instructions,
    functions,
    sections,
    threads,
    segments,
    globals: [],
    threadVariables: [],
    types: [],
    rseq: rseqStruct(profile),
    shared: sharedStruct(profile),
    descriptorType: 0,
    kernel: {
      profile: profile.name,
      behaviour: profile.behaviour,
      featureSize: profile.featureSize,
      align: profile.align,
      sharedFeatureSize: profile.sharedFeatureSize,
      debug: options.debug ?? false,
      taskSize: 0x7ffffffff000,
    },
    machine: {
      cpus: options.cpus ?? 2,
      nodes: options.nodes ?? Array.from({ length: options.cpus ?? 2 }, () => 0),
      cacheLineBytes: 64,
      slice: options.slice ?? 64,
      sliceExtension: 4,
      target: "x86_64-linux",
      pointerSize: 8,
      bigEndian: false,
      signature: options.signature ?? 0x53053053,
      libc: options.libc ?? "glibc",
      rseqLength: options.rseqLength ?? profile.libcLength,
      unmapOnExit: options.unmapOnExit ?? false,
    },
    schedules: options.schedules ?? [],
    invariants: Object.entries(options.invariants ?? {}).map(([name, code]) => ({
      name,
      routine: routine(name, code, context),
      span: SPAN,
    })),
    finally:
      options.finally === undefined ? undefined : routine("finally", options.finally, context),
    expectations: options.expectations ?? [],
    checks,
    symbols: [...memory].map(([name, address]) => ({ name, address, size: 64 })),
  };
}

function segment(
  name: string,
  kind: Segment["kind"],
  address: number,
  size: number,
  protection: Segment["protection"],
  bytes: Uint8Array = new Uint8Array(0),
): Segment {
  return { name, kind, address, size, protection, bytes, thread: undefined };
}

/** The profile's own struct, as a scenario without a struct of its own has it. */
export function rseqStruct(profile: Profile): RseqStruct {
  const struct = profile.structs.find((found) => found.tag === "rseq")!;
  const classes = new Uint8Array(Math.max(struct.size, 512));
  for (const field of struct.fields) {
    if (field.class !== "shared") continue;
    classes.fill(1, field.offset, field.offset + field.size);
  }
  const find = (name: string): FieldPlace | undefined => {
    const field = struct.fields.find(
      (found) => found.name === name || found.name.endsWith(`.${name}`),
    );
    return field === undefined ? undefined : { offset: field.offset, size: field.size };
  };
  return {
    type: 0,
    size: struct.size,
    align: struct.align,
    cpuIdStart: find("cpu_id_start"),
    cpuId: find("cpu_id"),
    rseqCs: find("rseq_cs"),
    flags: find("flags"),
    nodeId: find("node_id"),
    mmCid: find("mm_cid"),
    sliceControl: find("slice_ctrl") ?? find("all"),
    schedState: profile.behaviour.schedState === "field" ? find("sched_state") : undefined,
    schedStatePointer: find("sched_state_ptr"),
    classes,
  };
}

function sharedStruct(profile: Profile): SharedStruct | undefined {
  const { schedState } = profile.behaviour;
  if (schedState === "split") {
    return {
      type: 0,
      placement: "split",
      offset: 256,
      size: 256,
      align: 256,
      schedState: { offset: 0, size: 4 },
    };
  }
  if (schedState !== "shared-flag") return undefined;
  return {
    type: 0,
    placement: "separate",
    offset: 0,
    size: 8,
    align: 4,
    schedState: { offset: 0, size: 4 },
  };
}

interface Context {
  readonly place: (body: number, label: string) => number;
  readonly memory: ReadonlyMap<string, number>;
  readonly textAddress: number;
  readonly functionIndex: (name: string) => number;
}

const CONVERSIONS: readonly string[] = [
  "s8",
  "u8",
  "s16",
  "u16",
  "s32",
  "u32",
  "s64",
  "u64",
  "bool",
];
const SPECIALS: readonly string[] = ["self", "tid", "rseq", "rseq_shared", "tls", "frame"];
const BINARY = {
  add: "add",
  sub: "subtract",
  mul: "multiply",
  div: "divide",
  rem: "remainder",
  and: "and",
  or: "or",
  xor: "xor",
  shl: "shift-left",
  shr: "shift-right",
} as const;
const COMPARISONS: Readonly<Record<string, Comparison>> = {
  eq: "equal",
  ne: "not-equal",
  lt: "less",
  le: "less-equal",
  gt: "greater",
  ge: "greater-equal",
};

function routine(
  name: string,
  code: string,
  context: Context,
): Program["invariants"][number]["routine"] {
  const own = new Map<string, number>();
  const texts: string[] = [];
  for (const raw of code.split(/\n|;/)) {
    const text = raw.trim();
    if (text === "") continue;
    if (text.endsWith(":")) own.set(text.slice(0, -1), texts.length);
    else texts.push(text);
  }
  const inner: Context = { ...context, place: (_, label) => own.get(label)! };
  const instructions = texts.map((text) => parse(text, -1, inner));
  return {
    name,
    instructions,
    registerCount: REGISTERS,
    frameSizeBytes: 0,
    resultType: 0,
    returnsAddress: false,
  };
}

function parse(text: string, body: number, context: Context): Instruction {
  const common = {
    function: body < 0 ? undefined : body,
    span: body < 0 ? undefined : SPAN,
    startsStatement: true,
  };
  const [head, rest] = split(text);
  const parts = splitArguments(rest);
  const operand = (part: string): Operand => parseOperand(part, body, context);
  const [mnemonic, suffix] = head.split(".") as [string, string | undefined];
  const type = (suffix ?? "u64") as OperationType;
  const service = /^(r\d+(?:\.\w+)?) = (\w+)\((.*)\)$/.exec(text);
  if (service !== null) {
    const args = splitArguments(service[3]!).map(operand);
    return {
      ...common,
      kind: "system-call",
      service: service[2] as ServiceName,
      arguments: args,
      destination: destination(service[1]!),
    };
  }
  const memory = /^(load|store|rmw)(\d)(s|a)?$/.exec(head);
  if (memory !== null) {
    const size = Number(memory[2]) as 1 | 2 | 4 | 8;
    const reference = (part: string): MemoryReference => ({
      address: address(part, body, context),
      size,
      signed: memory[3] === "s",
      atomic: memory[3] === "a",
    });
    if (memory[1] === "load")
      return {
        ...common,
        kind: "load",
        destination: destination(parts[0]!),
        memory: reference(parts[1]!),
      };
    if (memory[1] === "store")
      return {
        ...common,
        kind: "store",
        memory: reference(parts[0]!),
        value: operand(parts[1]!),
        commit: false,
      };
    const operator = parts[1] as
      | "exchange"
      | "compare-exchange"
      | "add"
      | "subtract"
      | "and"
      | "or"
      | "xor";
    const expected = parts[4] === undefined ? undefined : operand(parts[4]);
    return {
      ...common,
      kind: "read-modify-write",
      operator,
      memory: reference(parts[2]!),
      value: operand(parts[3]!),
      expected,
      destination: destination(parts[0]!),
    };
  }
  if (mnemonic in BINARY) {
    return {
      ...common,
      kind: "binary",
      operator: BINARY[mnemonic as keyof typeof BINARY],
      type,
      destination: destination(parts[0]!),
      left: operand(parts[1]!),
      right: operand(parts[2]!),
    };
  }
  const comparison = COMPARISONS[mnemonic.slice(1)];
  if (mnemonic.startsWith("b") && comparison !== undefined) {
    return {
      ...common,
      kind: "branch",
      comparison,
      type,
      left: operand(parts[0]!),
      right: operand(parts[1]!),
      target: context.place(body, parts[2]!),
    };
  }
  switch (mnemonic) {
    case "mov":
      return {
        ...common,
        kind: "move",
        destination: destination(parts[0]!),
        value: operand(parts[1]!),
      };
    case "jmp":
      return { ...common, kind: "jump", target: context.place(body, parts[0]!) };
    case "ret":
      return {
        ...common,
        kind: "return",
        value: parts[0] === undefined || parts[0] === "" ? undefined : operand(parts[0]),
      };
    case "call":
      return {
        ...common,
        kind: "call",
        callee: context.functionIndex(parts[0]!),
        arguments: [],
        destination: parts[1] === undefined ? undefined : destination(parts[1]),
      };
    case "sig":
      return { ...common, kind: "data", value: Number(parts[0]) };
    case "nop":
      return { ...common, kind: "no-operation", name: "cpu_relax" };
    case "assert":
      return {
        ...common,
        kind: "assert",
        comparison: "equal",
        type: "u64",
        left: operand(parts[0]!),
        right: operand(parts[1]!),
        message: parts[2]!,
      };
    default:
      throw new Error(`cannot assemble: ${text}`);
  }
}

function split(text: string): [string, string] {
  const space = text.indexOf(" ");
  return space < 0 ? [text, ""] : [text.slice(0, space), text.slice(space + 1)];
}

function splitArguments(text: string): string[] {
  return text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

function destination(text: string): Destination {
  const [register, as] = text.split(".") as [string, string | undefined];
  return { slot: Number(register.slice(1)), as: (as ?? "u64") as Conversion };
}

function parseOperand(text: string, body: number, context: Context): Operand {
  if (/^-?(0x)?[\da-fA-F]+n?$/.test(text) && /^-?\d/.test(text)) {
    const negative = text.startsWith("-");
    const magnitude = BigInt(negative ? text.slice(1) : text);
    return { kind: "constant", value: BigInt.asUintN(64, negative ? -magnitude : magnitude) };
  }
  const register = /^r(\d+)(?:\.(\w+))?$/.exec(text);
  if (register !== null) {
    const as = register[2] ?? "u64";
    if (!CONVERSIONS.includes(as)) throw new Error(`no conversion ${as}`);
    return { kind: "register", slot: Number(register[1]), as: as as Conversion };
  }
  if (SPECIALS.includes(text)) return { kind: "special", name: text as SpecialName };
  if (text.startsWith("[")) return address(text, body, context);
  const value = text.startsWith("@")
    ? context.textAddress + 4 * context.place(body, text.slice(1))
    : context.memory.get(text);
  if (value === undefined) throw new Error(`no operand ${text}`);
  return { kind: "constant", value: BigInt(value) };
}

/** `[x+r1*8+4]`. */
function address(text: string, body: number, context: Context): AddressOperand {
  const terms: AddressTerm[] = [];
  let constant = 0n;
  for (const part of text.replace(/^\[|\]$/g, "").split("+")) {
    const [name, scale] = part.trim().split("*") as [string, string | undefined];
    const operand = parseOperand(name, body, context);
    if (operand.kind === "constant") constant += operand.value;
    else if (operand.kind !== "address") terms.push({ operand, scale: Number(scale ?? 1) });
  }
  return { kind: "address", terms, constant: BigInt.asUintN(64, constant) };
}
