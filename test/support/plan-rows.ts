// Runs a recorded plan: every op becomes instructions of its own range of text, the schedule's items become events, and the trace is
// compared field by field, positions by op. mm_cid is the kernel's choice and is not compared.
import type { Program } from "../../server/engine/program/program.ts";
import { assemble } from "./assemble.ts";
import { Driver } from "./driver.ts";
import type { PlanItem, PlanRecord, PlanRow } from "./oracle-rows.ts";

const AREAS = 0x20000000;
const MEMORY = 0x21000000;
const DESCRIPTORS = 0x22000000;
const FIELDS: Readonly<Record<string, number>> = {
  cpu_id_start: 0,
  cpu_id: 4,
  rseq_cs: 8,
  flags: 16,
  node_id: 20,
  mm_cid: 24,
};

type Thread = PlanRow["threads"][number];
type Op = Thread["ops"][number];

export type PlanEngine = "ptrace" | "live";

export function differenceOfPlan(row: PlanRow, engine: PlanEngine): string | undefined {
  return new PlanRun(row, engine).compare();
}

/** Ops without their labels, with the label names of each. */
interface Listing {
  readonly ops: readonly Op[];
  readonly labels: ReadonlyMap<string, number>;
  readonly signatures: ReadonlyMap<number, string>;
  /** First op of the handler, or the number of ops. */
  readonly handler: number;
}

class PlanRun {
  readonly row: PlanRow;
  readonly engine: PlanEngine;
  readonly listings: Listing[];
  readonly program: Program;
  readonly driver: Driver;
  /** Per thread: instruction of each op, and op of each instruction that starts one. */
  readonly starts: number[][] = [];
  readonly opAt = new Map<number, number>();
  readonly memory: number[];
  readonly areas: Record<string, number | string | null>[];

  constructor(row: PlanRow, engine: PlanEngine) {
    this.row = row;
    this.engine = engine;
    this.listings = row.threads.map(listing);
    this.program = build(row, this.listings);
    this.driver = new Driver(this.program);
    row.threads.forEach((_, thread) => this.#locate(thread));
    this.memory = row.mem.map(() => 0);
    this.areas = row.threads.map(() => ({}));
  }

  compare(): string | undefined {
    this.#start();
    let item = -1;
    for (const [index, record] of this.row.trace.entries()) {
      if (record.ev === "start") {
        const difference = this.#difference(record);
        if (difference !== undefined) return `start: ${difference}`;
        continue;
      }
      if (record.ev === "preempted") {
        this.driver.preempt(record.t!);
        continue;
      }
      item++;
      this.#take(this.row.schedule[item]!);
      if (record.ev === "died") {
        const signal = this.row.threads.map((_, thread) => this.driver.signalOf(thread));
        return signal.includes(record.signal ?? null)
          ? undefined
          : `item ${item}: lives, recorded ${record.signal}`;
      }
      const difference = this.#difference(record);
      if (difference !== undefined)
        return `item ${item} (${JSON.stringify(this.row.schedule[item])}, record ${index}): ${difference}`;
    }
    return undefined;
  }

  #locate(thread: number): void {
    const main = this.program.functions.find((fn) => fn.name === `t${thread}`)!;
    const handler = this.program.functions.find((fn) => fn.name === `h${thread}`);
    const starts: number[] = [];
    for (const label of [...main.labels, ...(handler?.labels ?? [])]) {
      const op = /^o(\d+)$/.exec(label.name)?.[1];
      if (op === undefined) continue;
      starts[Number(op)] = label.instruction;
      this.opAt.set(label.instruction, Number(op));
    }
    this.starts.push(starts);
  }

  /** Threads register one after the other and stop before their first op. */
  #start(): void {
    this.row.threads.forEach((_, thread) => {
      this.driver.until(thread, this.starts[thread]![0]!);
      this.driver.preempt(thread);
    });
    this.row.mem.forEach((value, index) => this.driver.poke64(MEMORY + 8 * index, BigInt(value)));
  }

  #enter(thread: number): void {
    const frames = this.driver.run.state.frames(thread).length;
    this.driver.enter(thread);
    // The handler sees the interrupted context's registers.
    const now = this.driver.run.state.frames(thread).length;
    for (let frame = now - frames - 1; frame >= 0; frame--) {
      for (let slot = 0; slot < 16; slot++) {
        const value = this.driver.run.state.readRegister(thread, frame + 1, slot);
        this.driver.run.pokeRegister(thread, frame, slot, value);
      }
    }
  }

  /** One op: until the thread stands before an op again. */
  #op(thread: number): void {
    for (let count = 0; count < 20 && this.driver.isLive(thread); count++) {
      this.driver.instruction(thread);
      if (!this.driver.isLive(thread)) return;
      this.#enter(thread);
      if (!this.driver.isLive(thread) || this.opAt.has(this.driver.pc(thread))) return;
    }
  }

  #take(item: PlanItem): void {
    const { driver } = this;
    const live = this.engine === "live";
    if (item.run !== undefined) {
      this.#enter(item.run);
      for (let count = 0; count < item.k!; count++) if (driver.isLive(item.run)) this.#op(item.run);
      if (!live && driver.isLive(item.run)) driver.preempt(item.run);
    } else if (item.preempt !== undefined) {
      if (!live) return;
      this.#enter(item.preempt);
      driver.preempt(item.preempt);
      this.#enter(item.preempt);
    } else if (item.migrate !== undefined) {
      driver.migrate(item.migrate, item.cpu!);
      if (live) this.#enter(item.migrate);
    } else if (item.signal !== undefined) {
      this.#signal(item);
    } else if (item.membarrier !== undefined) {
      driver.membarrier(item.cpu ?? -1);
      this.row.threads.forEach((_, thread) => {
        if (driver.isRunning(thread)) this.#enter(thread);
      });
    } else if (item.poke !== undefined) {
      const { thread, field, mem, value } = item.poke;
      if (mem !== undefined) driver.poke64(MEMORY + 8 * mem, BigInt(value));
      else driver.poke32(AREAS + 1024 * thread! + FIELDS[field!]!, value);
    }
  }

  #signal(item: PlanItem): void {
    const thread = item.signal!;
    const handler = this.program.functions.findIndex((fn) => fn.name === `h${thread}`);
    const delivers = (item.kind ?? "handler") === "handler";
    if (this.engine === "live" && !delivers) {
      this.#enter(thread);
      return;
    }
    if (!delivers) return;
    if (
      this.engine === "live" &&
      this.driver.pc(thread) === this.starts[thread]![0]! &&
      !this.started.has(thread)
    ) {
      this.#enter(thread);
    }
    this.started.add(thread);
    this.driver.signal(thread, handler);
    if (this.engine === "live") this.#enter(thread);
  }
  readonly started = new Set<number>();

  #difference(record: PlanRecord): string | undefined {
    for (const [index, value] of Object.entries(record.mem ?? {}))
      this.memory[Number(index)] = value;
    for (const [key, value] of Object.entries(record.rseq ?? {})) {
      const [thread, field] = key.split(".");
      this.areas[Number(thread)]![field!] = value;
    }
    if (record.t !== undefined) this.started.add(record.t);
    const { driver } = this;
    if (record.op !== undefined) {
      if (!driver.isLive(record.t!)) return "the thread has died";
      const op = this.opAt.get(driver.pc(record.t!));
      if (op !== record.op) return `stands before op ${op}, recorded ${record.op}`;
    }
    for (const [slot, value] of (record.regs ?? []).entries()) {
      const seen = BigInt.asIntN(64, driver.run.state.readRegister(record.t!, 0, slot));
      if (seen !== BigInt(value)) return `r${slot} is ${seen}, recorded ${value}`;
    }
    for (const [index, value] of this.memory.entries()) {
      const seen = BigInt.asIntN(64, driver.u64(MEMORY + 8 * index));
      if (seen !== BigInt(value)) return `mem[${index}] is ${seen}, recorded ${value}`;
    }
    for (const [thread, area] of this.areas.entries()) {
      for (const [field, value] of Object.entries(area)) {
        const seen = this.#field(thread, field);
        if (seen !== (typeof value === "number" ? value >>> 0 : value))
          return `${field} of thread ${thread} is ${seen}, recorded ${value}`;
      }
    }
    return undefined;
  }

  #field(thread: number, field: string): number | string | null {
    const address = AREAS + 1024 * thread + FIELDS[field]!;
    if (field !== "rseq_cs") return this.driver.u32(address);
    const value = Number(this.driver.u64(address));
    return value === 0
      ? null
      : (this.row.descs[(value - DESCRIPTORS) / 64]?.name ?? `0x${value.toString(16)}`);
  }
}

function listing(thread: Thread): Listing {
  const ops: Op[] = [];
  const labels = new Map<string, number>();
  const signatures = new Map<number, string>();
  const own = thread.register === false ? "0x53053053" : thread.register.sig;
  for (const op of thread.ops) {
    if (op[0] !== "label") {
      ops.push(op);
      continue;
    }
    labels.set(String(op[1]), ops.length);
    if (op[2] !== undefined) signatures.set(ops.length, op[2] === "sig" ? own : String(op[2]));
  }
  return { ops, labels, signatures, handler: labels.get(thread.handler ?? "") ?? ops.length };
}

function build(row: PlanRow, listings: readonly Listing[]): Program {
  const functions: Record<string, string> = {};
  const threads = row.threads.map((thread, index) => {
    const { ops, handler } = listings[index]!;
    const lines = (from: number, to: number): string =>
      ops
        .slice(from, to)
        .map((op, at) => opLines(row, index, listings[index]!, op, from + at))
        .join("\n");
    if (handler < ops.length) functions[`h${index}`] = lines(handler, ops.length);
    return {
      name: `t${index}`,
      cpu: thread.cpu,
      code: `${prologue(thread, index)}\n${lines(0, handler)}\nsig 1`,
    };
  });
  const descriptors = new Uint8Array(Math.max(1, row.descs.length) * 64);
  const program = assemble({
    libc: "none",
    cpus: 2,
    threads,
    functions,
    segments: [
      { ...data(AREAS, 4096, "read-write"), bytes: freshAreas(row.threads.length) },
      data(MEMORY, 65536, "read-write"),
      { ...data(DESCRIPTORS, descriptors.length, "read"), bytes: descriptors },
    ],
  });
  row.descs.forEach((desc, index) => {
    const place = (label: string): number => {
      const op = listings[desc.thread]!.labels.get(label)!;
      const all = program.functions.flatMap((fn) =>
        fn.name === `t${desc.thread}` || fn.name === `h${desc.thread}` ? fn.labels : [],
      );
      return program.textAddress + 4 * all.find((known) => known.name === `o${op}`)!.instruction;
    };
    const view = new DataView(descriptors.buffer, index * 64);
    view.setUint32(0, desc.version ?? 0, true);
    view.setUint32(4, desc.flags ?? 0, true);
    view.setBigUint64(8, BigInt(place(desc.start)), true);
    view.setBigUint64(16, BigInt.asUintN(64, BigInt(place(desc.end) - place(desc.start))), true);
    view.setBigUint64(24, BigInt(place(desc.abort)), true);
  });
  return program;
}

function data(
  address: number,
  size: number,
  protection: "read" | "read-write",
): Program["segments"][number] {
  return {
    name: "data",
    kind: "data",
    address,
    size,
    protection,
    bytes: new Uint8Array(0),
    thread: undefined,
  };
}

/** cpu_id is -1 until the first registration. */
function freshAreas(threads: number): Uint8Array {
  const bytes = new Uint8Array(threads * 1024);
  for (let thread = 0; thread < threads; thread++)
    bytes.fill(0xff, thread * 1024 + 4, thread * 1024 + 8);
  return bytes;
}

function prologue(thread: Thread, index: number): string {
  const lines: string[] = [];
  if (thread.register !== false) {
    lines.push(
      `r0 = sys_rseq(${AREAS + 1024 * index}, ${thread.register.len}, 0, ${thread.register.sig})`,
    );
  }
  lines.push(`store4 [${AREAS + 1024 * index + 16}], ${thread.area_flags ?? 0}`);
  for (let slot = 0; slot < 6; slot++) lines.push(`mov r${slot}, ${thread.regs[slot] ?? 0}`);
  return lines.join("\n");
}

/** One op as instructions; the first carries the label that stands for the op, behind the signature if it has one. */
function opLines(
  row: PlanRow,
  thread: number,
  { labels, signatures }: Listing,
  op: Op,
  index: number,
): string {
  const [name, a, b, c] = op;
  const signature = signatures.get(index);
  const area = AREAS + 1024 * thread;
  const goal = (label: unknown): string => `o${labels.get(String(label))}`;
  const memory = (at: unknown): string => `[${MEMORY + 8 * Number(at)}]`;
  const lines = ((): string[] => {
    switch (String(name)) {
      case "addi":
        return [`add r${a}, r${a}, ${b}`];
      case "mov":
        return [`mov r${a}, r${b}`];
      case "load":
        return [`load8 r${a}, ${memory(b)}`];
      case "store":
        return [`store8 ${memory(a)}, r${b}`];
      case "addm":
        return [`load8 r15, ${memory(a)}`, `add r15, r15, ${b}`, `store8 ${memory(a)}, r15`];
      case "addmx": {
        const place = `[${MEMORY + 8 * Number(a)}+r${b}*8]`;
        return [`load8 r15, ${place}`, `add r15, r15, ${c}`, `store8 ${place}, r15`];
      }
      case "ldf":
        return [`load4 r${a}, [${area + FIELDS[String(b)]!}]`];
      case "stf":
        return [`store4 [${area + FIELDS[String(a)]!}], ${b}`];
      case "setcs": {
        const desc = row.descs.findIndex((known) => known.name === a);
        return [`store8 [${area + 8}], ${a === null ? 0 : DESCRIPTORS + 64 * desc}`];
      }
      case "jmp":
        return [`jmp ${goal(a)}`];
      case "jeq":
        return [`beq r${a}, ${b}, ${goal(c)}`];
      case "jnef":
        return [`load4 r15, [${area + FIELDS[String(b)]!}]`, `bne.u32 r${a}, r15, ${goal(c)}`];
      case "rseq":
        return [`r0 = sys_rseq(${area}, ${a}, ${b}, ${c})`, "nop"];
      case "sys":
        return ["r0 = syscall_other(0)", "nop"];
      // Its return address is inside of the op.
      case "notify":
        return ["r15 = syscall_other(2)", "nop"];
      case "sigret":
        return ["ret"];
      default:
        return ["nop"];
    }
  })();
  // Running up to a signature is a jump over it in the recorded code.
  const before = signature === undefined ? [] : [`jmp o${index}`, `sig ${signature}`];
  return [...before, `o${index}:`, ...lines].join("\n");
}
