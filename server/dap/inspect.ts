// Requests that look at a stopped run, or write one value: threads, stacks, scopes, variables, expressions, memory.
import type { DebugProtocol } from "@vscode/debugprotocol";
import {
  addressName,
  disassembleInstruction,
  frameScopes,
  isKernelOnly,
  kernelScopes,
  parameterText,
  threadLabel,
  threadName,
  threadStack,
  typeOf,
  valueText,
} from "../engine/index.ts";
import type {
  Format,
  FramePlace,
  Inspection,
  Outcome,
  Page,
  Row,
  StackFrame,
  Span,
  StepInfo,
} from "../engine/index.ts";
import type { Arguments } from "./arguments.ts";
import type { Coordinates } from "./coordinates.ts";
import { evaluateText } from "./expression.ts";
import {
  ERROR_ARGUMENT,
  ERROR_EVALUATE,
  ERROR_IMPOSSIBLE,
  ERROR_UNKNOWN_ID,
  Failure,
} from "./failure.ts";
import type { FrameHandle, Handles } from "./handles.ts";
import { codePath } from "./scenario.ts";
import type { LoadedScenario } from "./scenario.ts";
import type { ClientAbilities } from "./to-dap.ts";
import { toDapScope, toDapVariable, toReference } from "./to-dap.ts";

/** What these requests see of the session. */
export interface InspectContext {
  readonly scenario: LoadedScenario;
  readonly handles: Handles;
  readonly coordinates: Coordinates;
  readonly abilities: ClientAbilities;
  /** The thread of the last stop: whose frame is meant where a request names none. */
  readonly selectedThread: number;
}

const INSTRUCTION_BYTES = 4;
/** The pseudo-thread shows this many of the kernel's last events, and looks no further back for them. */
const KERNEL_FRAMES_MAX = 20;
const KERNEL_STEPS_BACK_MAX = 2000;
const ROWS_MAX = 10_000;
const ALL_ROWS: Page = { kind: "all", start: 0, count: ROWS_MAX };

export function inspectionOf({ scenario }: InspectContext): Inspection {
  return { program: scenario.program, state: scenario.run.state };
}

/** Ids of threads are their index from 1; behind them stands the pseudo-thread `kernel`. */
export function threadId(thread: number): number {
  return thread + 1;
}

function kernelThreadId({ scenario }: InspectContext): number {
  return scenario.program.threads.length + 1;
}

export function threads(context: InspectContext): DebugProtocol.ThreadsResponse["body"] {
  const { run, program } = context.scenario;
  const own = run.state
    .threads()
    .map((thread) => ({ id: threadId(thread.index), name: threadLabel(program, thread) }));
  return { threads: [...own, { id: kernelThreadId(context), name: "kernel" }] };
}

/** The thread of a request; the pseudo-thread is none that can move. */
export function requestedThread(context: InspectContext, args: Arguments): number {
  const id = args.integer("threadId");
  if (id === kernelThreadId(context)) {
    throw new Failure(
      ERROR_IMPOSSIBLE,
      "The kernel moves only with the threads; choose one of them.",
    );
  }
  if (id < 1 || id > context.scenario.program.threads.length) {
    throw new Failure(ERROR_UNKNOWN_ID, `There is no thread with id ${id}.`);
  }
  return id - 1;
}

export function stackTrace(
  context: InspectContext,
  args: Arguments,
): DebugProtocol.StackTraceResponse["body"] {
  const start = args.optionalCount("startFrame") ?? 0;
  const levels = args.optionalCount("levels") ?? 0;
  const format = args.object("format");
  const frames =
    args.integer("threadId") === kernelThreadId(context)
      ? kernelFrames(context)
      : threadFrames(context, requestedThread(context, args), {
          parameters: format.boolean("parameters", false),
          names: format.boolean("parameterNames", true),
          values: format.boolean("parameterValues", true),
          hex: format.boolean("hex", false),
        });
  const end = levels === 0 ? frames.length : start + levels;
  return {
    stackFrames: frames.slice(start, end).map((make) => make()),
    totalFrames: frames.length,
  };
}

interface FrameFormat extends Format {
  readonly parameters: boolean;
  readonly names: boolean;
  readonly values: boolean;
}

type MakeFrame = () => DebugProtocol.StackFrame;

function threadFrames(
  context: InspectContext,
  thread: number,
  format: FrameFormat,
): readonly MakeFrame[] {
  const violating = violatingSpan(context, thread);
  return threadStack(inspectionOf(context), thread).map(
    (each, index) => (): DebugProtocol.StackFrame => {
      const frame = index === 0 && violating !== undefined ? { ...each, span: violating } : each;
      const place: FramePlace = { thread, frame: frame.frame };
      const parameters =
        format.parameters && frame.frame !== undefined
          ? parameterText(inspectionOf(context), thread, frame.frame, format)
          : "";
      return {
        id: context.handles.addFrame({ kind: "thread", place }),
        name: `${frame.name}${parameters}`,
        ...framePlace(context, frame),
        ...(frame.isLive ? {} : { presentationHint: "subtle" as const }),
        canRestart: frame.isLive,
        ...(frame.pc === undefined ? {} : { instructionPointerReference: hexAddress(frame.pc) }),
      };
    },
  );
}

/**
 * Where the thread violated a property, if the run has just stopped for that: its instruction has been executed, and what comes
 * next would be shown otherwise. A violation of no thread (`finally`) is shown on the thread that was stopped.
 */
function violatingSpan(
  { scenario, selectedThread }: InspectContext,
  thread: number,
): Span | undefined {
  const standing = scenario.run.standing();
  if (standing.kind !== "violation") return undefined;
  const { violation } = standing;
  return (violation.thread ?? selectedThread) === thread ? violation.span : undefined;
}

function framePlace(
  { scenario, coordinates }: InspectContext,
  frame: StackFrame,
): Pick<DebugProtocol.StackFrame, "source" | "line" | "column" | "endLine" | "endColumn"> {
  if (frame.span === undefined) return { line: 0, column: 0 };
  const place = scenario.codeMap.placeOfSpan(frame.span);
  return {
    source: coordinates.toSource(place.path, scenario.program.kernel.profile),
    ...coordinates.toClientRange(place.start, place.end),
  };
}

function kernelFrames(context: InspectContext): readonly MakeFrame[] {
  return lastKernelSteps(context).map((step) => (): DebugProtocol.StackFrame => ({
    id: context.handles.addFrame({ kind: "kernel" }),
    name: kernelFrameName(context, step),
    line: 0,
    column: 0,
    canRestart: false,
  }));
}

function kernelFrameName({ scenario }: InspectContext, step: StepInfo): string {
  const events = step.events.map(
    ({ text, thread }) => `${threadName(scenario.program, thread)} ${text}`,
  );
  const cpu = step.cpu === undefined ? "" : ` (cpu ${step.cpu})`;
  return `step ${step.step}: ${step.text}${events.length === 0 ? "" : `: ${events.join(", ")}`}${cpu}`;
}

function lastKernelSteps({ scenario: { run } }: InspectContext): readonly StepInfo[] {
  const { position } = run;
  const steps: StepInfo[] = [];
  for (let back = 0; back < KERNEL_STEPS_BACK_MAX && steps.length < KERNEL_FRAMES_MAX; back++) {
    const step = run.lastStep();
    if (step === undefined) break;
    if (step.kind !== "op") steps.push(step);
    run.back();
  }
  run.seek(position);
  return steps;
}

export function scopes(
  context: InspectContext,
  args: Arguments,
): DebugProtocol.ScopesResponse["body"] {
  const { run } = context.scenario;
  const frame = requestedFrame(context, args.integer("frameId"));
  const position = { step: run.position, length: run.length, schedule: run.scheduleName };
  const found =
    frame.kind === "kernel"
      ? kernelScopes(inspectionOf(context), position)
      : frameScopes(inspectionOf(context), frame.place, position);
  return { scopes: found.map((scope) => toDapScope(scope, context.handles)) };
}

function requestedFrame(context: InspectContext, id: number): FrameHandle {
  const frame = context.handles.frame(id);
  if (frame !== undefined) return frame;
  throw new Failure(
    ERROR_UNKNOWN_ID,
    `There is no frame with id ${id}; frames are good until the run moves.`,
  );
}

/** The frame that an expression is evaluated in. */
export function optionalFrame(context: InspectContext, args: Arguments): FramePlace {
  const id = args.optionalInteger("frameId");
  if (id === undefined) return selectedFrame(context);
  const frame = requestedFrame(context, id);
  return frame.kind === "thread" ? frame.place : selectedFrame(context);
}

function selectedFrame({ scenario, selectedThread }: InspectContext): FramePlace {
  const isLive = scenario.run.state.frames(selectedThread).length > 0;
  return { thread: selectedThread, frame: isLive ? 0 : undefined };
}

function readFormat(args: Arguments): Format {
  return { hex: args.object("format").boolean("hex", false) };
}

function rowsOf(
  context: InspectContext,
  reference: number,
  page: Page,
  format: Format,
): readonly Row[] {
  const container = context.handles.container(reference);
  if (container === undefined) {
    throw new Failure(
      ERROR_UNKNOWN_ID,
      `There are no variables with reference ${reference}; references are good until the run moves.`,
    );
  }
  return container.kind === "scope"
    ? container.scope.rows(page, format)
    : (container.row.children?.(page, format) ?? []);
}

export function variables(
  context: InspectContext,
  args: Arguments,
): DebugProtocol.VariablesResponse["body"] {
  const count = args.optionalCount("count") ?? 0;
  const page: Page = {
    kind: args.word("filter", ["indexed", "named"]) ?? "all",
    start: args.optionalCount("start") ?? 0,
    count: count === 0 ? ROWS_MAX : Math.min(count, ROWS_MAX),
  };
  const rows = rowsOf(context, args.integer("variablesReference"), page, readFormat(args));
  return { variables: rows.map((row) => toDapVariable(row, context.handles, context.abilities)) };
}

export function evaluate(
  context: InspectContext,
  args: Arguments,
): DebugProtocol.EvaluateResponse["body"] {
  const purpose = args.optionalString("context");
  const text = args.string("expression");
  const frame = optionalFrame(context, args);
  const result = evaluateText(context.scenario, text, frame, readFormat(args));
  if (!result.ok) {
    throw new Failure(ERROR_EVALUATE, result.message, { showUser: purpose !== "hover" });
  }
  const { row } = result;
  return {
    result: purpose === "clipboard" ? initialiserText(context, row) : row.text,
    ...(row.typeName !== undefined && context.abilities.variableType ? { type: row.typeName } : {}),
    ...toReference(row, context.handles, context.abilities),
  };
}

/** Larger values are copied as they are shown. */
const INITIALISER_BYTES_MAX = 65_536;

/** The whole value as C writes it. */
function initialiserText(context: InspectContext, { place, type, text }: Row): string {
  if (place === undefined || type === undefined) return text;
  if (typeOf(context.scenario.program, type).size > INITIALISER_BYTES_MAX) return text;
  return valueText(inspectionOf(context), place, type, { hex: false, asInitialiser: true });
}

/** Writes what an expression names: `hits[0].value`, a local, a field of an area. */
export function setExpression(
  context: InspectContext,
  args: Arguments,
  warn: (message: string) => void,
): DebugProtocol.SetExpressionResponse["body"] {
  const frame = optionalFrame(context, args);
  const row = assign(
    context,
    frame,
    args.string("expression"),
    args.string("value"),
    warn,
    readFormat(args),
  );
  return {
    value: row.text,
    ...(row.typeName !== undefined && context.abilities.variableType ? { type: row.typeName } : {}),
    ...toReference(row, context.handles, context.abilities),
  };
}

/** `target = value`; answers the target as it reads afterwards. */
export function assign(
  context: InspectContext,
  frame: FramePlace,
  target: string,
  value: string,
  warn: (message: string) => void,
  format: Format,
): Row {
  const row = targetRow(context, frame, target, format);
  const result = evaluateText(context.scenario, value, frame, { hex: false });
  if (!result.ok) throw new Failure(ERROR_EVALUATE, result.message, { showUser: true });
  writeRow(context, row, evaluatedWord(context, result.row, value), warn);
  return targetRow(context, frame, target, format);
}

/** A local in a register is found by its name, everything else by its address. */
function targetRow(
  context: InspectContext,
  frame: FramePlace,
  target: string,
  format: Format,
): Row {
  const local = localRow(context, frame, target.trim(), format);
  if (local !== undefined) return local;
  const result = evaluateText(context.scenario, target, frame, format);
  if (!result.ok) throw new Failure(ERROR_EVALUATE, result.message, { showUser: true });
  return result.row;
}

function localRow(
  context: InspectContext,
  frame: FramePlace,
  name: string,
  format: Format,
): Row | undefined {
  const { run } = context.scenario;
  const position = { step: run.position, length: run.length, schedule: run.scheduleName };
  const locals = frameScopes(inspectionOf(context), frame, position).find(
    ({ kind }) => kind === "locals",
  );
  return locals?.rows(ALL_ROWS, format).find((row) => row.name === name);
}

/** Writes a row. `warn` is told when only the kernel may write there. */
export function setVariable(
  context: InspectContext,
  args: Arguments,
  warn: (message: string) => void,
): DebugProtocol.SetVariableResponse["body"] {
  const reference = args.integer("variablesReference");
  const name = args.string("name");
  const format = readFormat(args);
  const find = (): Row | undefined =>
    rowsOf(context, reference, { kind: "all", start: 0, count: ROWS_MAX }, format).find(
      (row) => row.name === name,
    );
  const row = find();
  if (row === undefined) throw new Failure(ERROR_ARGUMENT, `There is no variable '${name}' here.`);
  const text = args.string("value");
  const result = evaluateText(context.scenario, text, selectedFrame(context), { hex: false });
  if (!result.ok) throw new Failure(ERROR_EVALUATE, result.message, { showUser: true });
  writeRow(context, row, evaluatedWord(context, result.row, text), warn);
  const written = find() ?? row;
  return {
    value: written.text,
    ...(written.typeName !== undefined && context.abilities.variableType
      ? { type: written.typeName }
      : {}),
    ...toReference(written, context.handles, context.abilities),
  };
}

/** The word of a scalar result, read from where it stands. */
function evaluatedWord(context: InspectContext, row: Row, text: string): bigint {
  const { place, type } = row;
  if (place?.kind === "word") return place.value;
  const size = type === undefined ? 0 : typeOf(context.scenario.program, type).size;
  const isWord = size === 1 || size === 2 || size === 4 || size === 8;
  const word =
    place?.kind === "memory" && isWord
      ? context.scenario.run.state.readWord(place.address, size)
      : undefined;
  if (word === undefined)
    throw new Failure(ERROR_EVALUATE, `'${text}' is no number.`, { showUser: true });
  return word;
}

function writeRow(
  context: InspectContext,
  row: Row,
  value: bigint,
  warn: (message: string) => void,
): void {
  const { run, program } = context.scenario;
  const { place, type } = row;
  const found = type === undefined ? undefined : typeOf(program, type);
  if (
    place === undefined ||
    place.kind === "word" ||
    found === undefined ||
    "members" in found ||
    found.kind === "array"
  ) {
    throw new Failure(ERROR_IMPOSSIBLE, `'${row.name}' cannot be written; write its parts.`, {
      showUser: true,
    });
  }
  if (place.kind === "register") {
    const slotValue = convert(value, found);
    checkWritten(row, run.pokeRegister(place.thread, place.frame, place.slot, slotValue));
    return;
  }
  const word = place.kind === "bits" ? mergeBits(context, place, found.size, value) : value;
  if (isKernelOnly(inspectionOf(context), place.address, found.size)) {
    warn(
      `Only the kernel writes '${row.name}'; the run is no longer one that a kernel could make.`,
    );
  }
  const bytes = wordBytes(word, found.size, program.machine.bigEndian);
  checkWritten(row, run.poke(place.address, bytes));
}

function checkWritten(row: Row, outcome: Outcome): void {
  if (outcome.kind !== "impossible") return;
  throw new Failure(ERROR_IMPOSSIBLE, `'${row.name}' cannot be written here: ${outcome.message}.`, {
    showUser: true,
  });
}

/** As a slot holds it: the value of the type, sign- or zero-extended to 64 bits. */
function convert(
  value: bigint,
  type: { readonly size: number; readonly signed: boolean; readonly kind: string },
): bigint {
  if (type.kind === "bool") return value === 0n ? 0n : 1n;
  const bits = type.size * 8;
  return BigInt.asUintN(64, type.signed ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value));
}

function mergeBits(
  context: InspectContext,
  place: { readonly address: number; readonly shift: number; readonly size: number },
  size: number,
  value: bigint,
): bigint {
  const wordSize = size === 1 || size === 2 || size === 4 ? size : 8;
  const old = context.scenario.run.state.readWord(place.address, wordSize) ?? 0n;
  const mask = ((1n << BigInt(place.size)) - 1n) << BigInt(place.shift);
  return (old & ~mask) | ((value << BigInt(place.shift)) & mask);
}

function wordBytes(word: bigint, size: number, bigEndian: boolean): Uint8Array {
  const bytes = new Uint8Array(size);
  for (let index = 0; index < size; index++) {
    const at = bigEndian ? size - 1 - index : index;
    bytes[at] = Number((word >> BigInt(index * 8)) & 0xffn);
  }
  return bytes;
}

export function hexAddress(address: number): string {
  return `0x${address.toString(16)}`;
}

/** The address in a memory or instruction reference. */
export function readReference(text: string): number {
  const address = /^(?:0x[\da-f]{1,16}|\d{1,16})$/i.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(address)) return address;
  throw new Failure(
    ERROR_ARGUMENT,
    `'${text}' is no memory reference; it must be an address such as 0x10000.`,
  );
}

export function readMemory(
  context: InspectContext,
  args: Arguments,
): NonNullable<DebugProtocol.ReadMemoryResponse["body"]> {
  const start =
    readReference(args.string("memoryReference")) + (args.optionalInteger("offset") ?? 0);
  const count = Math.min(args.optionalCount("count") ?? 0, MEMORY_BYTES_MAX);
  if (start < 0) throw new Failure(ERROR_ARGUMENT, "Addresses below 0 do not exist.");
  const { bytes, mapped } = context.scenario.run.state.readMemory(start, count);
  const hole = mapped.indexOf(0);
  const readable = hole < 0 ? count : hole;
  const data = readable === 0 ? {} : { data: toBase64(bytes.subarray(0, readable)) };
  const unreadable = readable === count ? {} : { unreadableBytes: count - readable };
  return { address: hexAddress(start), ...data, ...unreadable };
}

const MEMORY_BYTES_MAX = 1 << 20;

function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

/** Writes bytes as a debugger does: without any check of owner or protection, but only where something is mapped. */
export function writeMemory(
  context: InspectContext,
  args: Arguments,
): DebugProtocol.WriteMemoryResponse["body"] {
  const start =
    readReference(args.string("memoryReference")) + (args.optionalInteger("offset") ?? 0);
  const bytes = fromBase64(args.string("data"));
  const { run } = context.scenario;
  const hole = run.state.readMemory(start, bytes.length).mapped.indexOf(0);
  const count = hole < 0 ? bytes.length : hole;
  if (count < bytes.length && !(count > 0 && args.boolean("allowPartial", false))) {
    throw new Failure(ERROR_IMPOSSIBLE, `Nothing is mapped at ${hexAddress(start + count)}.`, {
      showUser: true,
    });
  }
  if (count > 0) run.poke(start, bytes.subarray(0, count));
  return { bytesWritten: count };
}

function fromBase64(text: string): Uint8Array {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    throw new Failure(ERROR_ARGUMENT, "'writeMemory.data' must be text in base 64.");
  }
}

export function disassemble(
  context: InspectContext,
  args: Arguments,
): NonNullable<DebugProtocol.DisassembleResponse["body"]> {
  const address =
    readReference(args.string("memoryReference")) + (args.optionalInteger("offset") ?? 0);
  const skip = args.optionalInteger("instructionOffset") ?? 0;
  const count = args.optionalCount("instructionCount") ?? 0;
  if (count > ROWS_MAX) {
    throw new Failure(
      ERROR_ARGUMENT,
      `'instructionCount' is ${count}; at most ${ROWS_MAX} rows are answered.`,
    );
  }
  const { textAddress } = context.scenario.program;
  const first = Math.floor((address - textAddress) / INSTRUCTION_BYTES) + skip;
  const rows = Array.from({ length: count }, (_, index) => instructionRow(context, first + index));
  return { instructions: rows };
}

/** Rows outside of the text are there, marked invalid: a client counts on getting as many as it asked for. */
function instructionRow(
  context: InspectContext,
  index: number,
): DebugProtocol.DisassembledInstruction {
  const { program, codeMap } = context.scenario;
  const at = program.textAddress + index * INSTRUCTION_BYTES;
  const instruction = program.instructions[index];
  if (instruction === undefined) {
    return {
      address: hexAddress(Math.max(0, at)),
      instruction: "(no code)",
      presentationHint: "invalid",
    };
  }
  const place = codeMap.placeOf(index);
  const symbol = addressName(inspectionOf(context), at);
  const source =
    place === undefined
      ? {}
      : {
          location: context.coordinates.toSource(place.path, program.kernel.profile),
          ...context.coordinates.toClientRange(place.start, place.end),
        };
  return {
    address: hexAddress(at),
    instruction: disassembleInstruction(program, index),
    ...(symbol === undefined ? {} : { symbol }),
    ...source,
  };
}

/** Places where a breakpoint of a range of lines can be. */
export function breakpointLocations(
  { scenario, coordinates }: InspectContext,
  args: Arguments,
  path: string,
): DebugProtocol.BreakpointLocationsResponse["body"] {
  const first = coordinates.fromClientLine(args.integer("line"));
  const endLine = args.optionalInteger("endLine");
  const last = endLine === undefined ? first : coordinates.fromClientLine(endLine);
  const places = scenario.codeMap
    .statements(codePath(scenario, path))
    .filter(({ start }) => first <= start.line && start.line <= last);
  return { breakpoints: places.map(({ start, end }) => coordinates.toClientRange(start, end)) };
}

/** Whether and how a value can be watched. */
export function dataBreakpointInfo(
  context: InspectContext,
  args: Arguments,
): DebugProtocol.DataBreakpointInfoResponse["body"] {
  const name = args.string("name");
  const bytes = args.optionalCount("bytes");
  if (args.boolean("asAddress", false)) {
    return watchable(context, readReference(name), bytes ?? 1, name);
  }
  const row = dataRow(context, args, name);
  if (typeof row === "string") return { dataId: null, description: row };
  if (row.place?.kind === "register") {
    return {
      dataId: null,
      description: `'${name}' is in a register, which has no address to watch.`,
    };
  }
  if (row.place === undefined || row.place.kind === "word" || row.type === undefined) {
    return { dataId: null, description: `'${name}' has no address.` };
  }
  const { size } = typeOf(context.scenario.program, row.type);
  return watchable(context, row.place.address, bytes ?? size, name);
}

function dataRow(context: InspectContext, args: Arguments, name: string): Row | string {
  const reference = args.optionalInteger("variablesReference");
  if (reference !== undefined && reference !== 0) {
    const page: Page = ALL_ROWS;
    const found = rowsOf(context, reference, page, { hex: false }).find((row) => row.name === name);
    return found ?? `There is no variable '${name}' here.`;
  }
  const result = evaluateText(context.scenario, name, optionalFrame(context, args), { hex: false });
  return result.ok ? result.row : result.message;
}

function watchable(
  context: InspectContext,
  address: number,
  size: number,
  name: string,
): DebugProtocol.DataBreakpointInfoResponse["body"] {
  const where = addressName(inspectionOf(context), address) ?? hexAddress(address);
  return {
    dataId: `${hexAddress(address)}+${size}`,
    description: `${name} (${where}, ${size} ${size === 1 ? "byte" : "bytes"})`,
    accessTypes: ["read", "write", "readWrite"],
    canPersist: true,
  };
}

/** The range in a `dataId`. */
export function readDataId(text: string): { readonly address: number; readonly size: number } {
  const match = /^(0x[\da-f]{1,12})\+(\d{1,9})$/.exec(text);
  if (match?.[1] === undefined)
    throw new Failure(ERROR_ARGUMENT, `'${text}' is no dataId of this adapter.`);
  return { address: Number(match[1]), size: Number(match[2]) };
}
