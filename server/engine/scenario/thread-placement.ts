// Threads: how many, on which CPU each starts, which handlers may strike it, and where its stack, its __thread block and the areas
// that libc provides lie.
import type { KernelParameters, MachineParameters, Segment } from "../program/program.ts";
import { STACK_BYTES } from "../program/program.ts";
import type { ProgramThread } from "../program/program.ts";
import type { FunctionEntry } from "./environment.ts";
import type { HandlerClause, ThreadItem } from "./item.ts";
import {
  PRIVATE_AREA_ADDRESS,
  REGION_BYTES,
  SHARED_AREA_ADDRESS,
  THREADS_MAX,
  TLS_ADDRESS,
  alignUp,
  areaAddressOf,
  stackAddressOf,
} from "./memory-map.ts";
import { constantIn } from "./parameters.ts";
import type { Reading } from "./reading.ts";
import type { FoundArea } from "./rseq-layout.ts";

export interface ThreadContext {
  readonly reading: Reading;
  readonly machine: MachineParameters;
  readonly kernel: KernelParameters;
  readonly area: FoundArea;
  readonly functions: ReadonlyMap<string, FunctionEntry>;
  /** Index of each thread item's body. */
  readonly bodies: ReadonlyMap<ThreadItem, number>;
  readonly tlsSize: number;
  readonly tlsAlign: number;
}

export interface PlacedThreads {
  readonly threads: readonly ProgramThread[];
  readonly segments: readonly Omit<Segment, "bytes">[];
}

const ORIGINAL_SIZE = 32;

export function placeThreads(context: ThreadContext): PlacedThreads {
  const threads: ProgramThread[] = [];
  const segments: Omit<Segment, "bytes">[] = [];
  for (const item of context.reading.items) {
    if (item.kind !== "thread") continue;
    const count = threadCount(context, item, threads.length);
    for (let self = 0; self < count; self++) {
      const thread = placeThread(context, item, self, threads.length);
      threads.push(thread);
      segments.push(...segmentsOf(context, thread, threads.length - 1));
    }
  }
  return { threads, segments };
}

function threadCount(context: ThreadContext, item: ThreadItem, before: number): number {
  if (item.count === undefined) return 1;
  const count = constantIn(
    context.reading,
    item.count,
    "A thread's count",
    1n,
    BigInt(THREADS_MAX),
  );
  if (count === undefined) return 1;
  if (before + Number(count) <= THREADS_MAX) return Number(count);
  context.reading.report("K17", item.count.span, `There are more than ${THREADS_MAX} threads.`);
  return 1;
}

function placeThread(
  context: ThreadContext,
  item: ThreadItem,
  self: number,
  index: number,
): ProgramThread {
  const affinity = affinityOf(context, item);
  const areas = areasOf(context, index);
  return {
    name: item.count === undefined ? item.name.text : `${item.name.text}[${self}]`,
    baseName: item.name.text,
    self,
    function: context.bodies.get(item) ?? 0,
    cpu: startCpu(context, item, affinity, index),
    affinity,
    handlers: item.handlers.flatMap((handler) => handlerOf(context, handler)),
    stackAddress: stackAddressOf(index),
    tlsAddress: areaAddressOf(TLS_ADDRESS, index, context.tlsSize, context.tlsAlign),
    ...areas,
  };
}

function affinityOf({ reading, machine }: ThreadContext, item: ThreadItem): bigint {
  const all = (1n << BigInt(machine.cpus)) - 1n;
  if (item.affinity === undefined) return all;
  let mask = 0n;
  for (const expression of item.affinity) {
    const cpu = cpuIn(reading, machine, expression, "A CPU of the affinity");
    if (cpu !== undefined) mask |= 1n << BigInt(cpu);
  }
  if (mask !== 0n) return mask;
  if (item.affinity.length === 0)
    reading.report("K19", item.name.span, `'${item.name.text}' may run on no CPU.`);
  return all;
}

function cpuIn(
  reading: Reading,
  machine: MachineParameters,
  expression: Parameters<typeof constantIn>[1],
  what: string,
): number | undefined {
  const result = reading.parser.evaluate(expression);
  if (!result.isConstant || (0n <= result.value && result.value < BigInt(machine.cpus))) {
    const value = constantIn(reading, expression, what, 0n, BigInt(machine.cpus - 1));
    return value === undefined ? undefined : Number(value);
  }
  reading.report(
    "K19",
    expression.span,
    `${what} is ${result.value}, and the machine has ${machine.cpus} CPUs (0 … ${machine.cpus - 1}).`,
  );
  return undefined;
}

/** CPU i mod cpus for thread i, or the next allowed one. */
function startCpu(
  { reading, machine }: ThreadContext,
  item: ThreadItem,
  affinity: bigint,
  index: number,
): number {
  const isAllowed = (cpu: number): boolean => ((affinity >> BigInt(cpu)) & 1n) === 1n;
  let cpu = index % machine.cpus;
  if (item.on !== undefined) {
    const chosen = cpuIn(reading, machine, item.on, "The CPU that the thread starts on");
    if (chosen !== undefined && isAllowed(chosen)) return chosen;
    if (chosen !== undefined)
      reading.report("K19", item.on.span, `CPU ${chosen} is outside of the thread's affinity.`);
    cpu = chosen ?? cpu;
  }
  for (let step = 0; step < machine.cpus; step++) {
    const candidate = (cpu + step) % machine.cpus;
    if (isAllowed(candidate)) return candidate;
  }
  return 0;
}

function handlerOf(
  context: ThreadContext,
  { handler, count }: HandlerClause,
): { function: number; count: number }[] {
  const index = handlerFunction(context.reading, context.functions, handler);
  const times =
    count === undefined ? 1n : constantIn(context.reading, count, "A handler's count", 1n, 1000n);
  return index === undefined ? [] : [{ function: index, count: Number(times ?? 1n) }];
}

/** Index of a `void h(void)`; undefined after a message. */
export function handlerFunction(
  reading: Reading,
  functions: ReadonlyMap<string, FunctionEntry>,
  name: { readonly text: string; readonly span: ThreadItem["span"] },
): number | undefined {
  const entry = functions.get(name.text);
  const type = entry?.item.definition.type;
  if (entry !== undefined && type?.parameters.length === 0 && type.returns.kind === "void")
    return entry.index;
  const message =
    entry === undefined
      ? `There is no function '${name.text}'.`
      : `'${name.text}' is no signal handler: it must be 'void ${name.text}(void)'.`;
  reading.report("K20", name.span, message);
  return undefined;
}

function areasOf(
  { machine, kernel, area }: ThreadContext,
  index: number,
): Pick<ProgramThread, "privateArea" | "sharedArea"> {
  if (machine.libc === "none") return { privateArea: undefined, sharedArea: undefined };
  const align = Math.max(kernel.align ?? ORIGINAL_SIZE, ORIGINAL_SIZE);
  const size = alignUp(
    Math.max(area.rseq.size, kernel.featureSize ?? 0, ORIGINAL_SIZE, machine.rseqLength),
    align,
  );
  const privateArea = { address: areaAddressOf(PRIVATE_AREA_ADDRESS, index, size, align), size };
  if (area.shared?.placement !== "separate") return { privateArea, sharedArea: undefined };
  const sharedSize = alignUp(Math.max(area.shared.size, kernel.sharedFeatureSize ?? 0, 1), align);
  const address = areaAddressOf(SHARED_AREA_ADDRESS, index, sharedSize, align);
  return { privateArea, sharedArea: { address, size: sharedSize } };
}

function segmentsOf(
  context: ThreadContext,
  thread: ProgramThread,
  index: number,
): Omit<Segment, "bytes">[] {
  const segments: Omit<Segment, "bytes">[] = [];
  const add = (kind: Segment["kind"], what: string, address: number, size: number): void => {
    segments.push({
      name: `${what} of ${thread.name}`,
      kind,
      address,
      size,
      protection: "read-write",
      thread: index,
    });
  };
  if (context.tlsSize > 0) add("tls", "__thread variables", thread.tlsAddress, context.tlsSize);
  const { privateArea, sharedArea } = thread;
  if (privateArea !== undefined)
    add("private-area", "struct rseq", privateArea.address, privateArea.size);
  if (sharedArea !== undefined)
    add("shared-area", "struct rseq_shared", sharedArea.address, sharedArea.size);
  add("stack", "stack", thread.stackAddress, STACK_BYTES);
  return segments;
}

/** Whether all threads' areas and blocks fit their regions. */
export function areThreadsTooLarge(placed: PlacedThreads): boolean {
  return placed.segments.some(
    ({ kind, address, size }) =>
      (kind === "private-area" && PRIVATE_AREA_ADDRESS + REGION_BYTES < address + size) ||
      (kind === "shared-area" && SHARED_AREA_ADDRESS + REGION_BYTES < address + size) ||
      (kind === "tls" && TLS_ADDRESS + REGION_BYTES < address + size),
  );
}
