// Runs a recorded section row: one section, one stop, one event, one variation of the descriptor. Labels stand as in the recorded code, 4
// bytes each; a stop of the tracer is a switch-out, and what it does to the stopped thread happens before it is dispatched again.
import type { Segment } from "../../server/engine/program/program.ts";
import { F_RETURN, T_FRAME, T_PC } from "../../server/engine/machine/words.ts";
import { assemble } from "./assemble.ts";
import { Driver } from "./driver.ts";
import type { AreaRow, SectionRow } from "./oracle-rows.ts";

const AREA = 0x20010000;
const DESC = 0x20020000;
const DESCRO = 0x20040000;
const TEXT = 0x20081000;
const TASK = 0x7ffffffff000n;
const STOPS = ["none", "entry", "arm", "pre", "start", "i1", "i2", "commit", "post", "post2"];
const COUNTED = [
  "entry",
  "pre",
  "start",
  "i1",
  "i2",
  "commit",
  "post",
  "post2",
  "abort",
  "abort2",
  "badsig",
  "sig0",
  "babort",
];

/** Why a row cannot be asked of the simulator; undefined if it can. */
export function whyNotRun(row: SectionRow): string | undefined {
  return row.group === "sig_is_code" ? "the signature is a part of an x86 instruction" : undefined;
}

export function differenceOfSection(row: SectionRow): string | undefined {
  return new SectionRun(row).compare();
}

class SectionRun {
  readonly row: SectionRow;
  readonly driver: Driver;
  readonly labels = new Map<string, number>();
  readonly path: string[] = [];
  pathBefore: string[] = [];
  handler: Record<string, number | string> | undefined;
  segvRuns = 0;
  segvSaved = "";
  readonly handlers: { readonly usr: number; readonly segv: number };

  constructor(row: SectionRow) {
    this.row = row;
    // The text is laid out twice: the second time with the descriptor that the labels of the first give.
    const labels = labelsOf(programOf(row, () => 0n));
    const resolve = (text: string): bigint => addressOf(text, labels);
    const program = programOf(row, resolve);
    this.driver = new Driver(program);
    for (const [name, address] of labels) this.labels.set(name, (address - TEXT) / 4);
    const find = (name: string): number => program.functions.findIndex((fn) => fn.name === name);
    this.handlers = { usr: find("usr"), segv: find("segv") };
  }

  compare(): string | undefined {
    const { in: input, out } = this.row;
    const { driver } = this;
    driver.until(0, this.labels.get("ready")!);
    driver.preempt(0);
    if (input.stop.startsWith("abort")) {
      this.#go("i1");
      driver.preempt(0);
    }
    if (input.stop !== "none") {
      const via = input.method === "step" ? STOPS[STOPS.indexOf(input.stop) - 1]! : input.stop;
      this.#go(via);
      const reached = driver.isLive(0) && driver.pc(0) === this.labels.get(via);
      if (reached) {
        driver.preempt(0);
        if (input.method === "step") {
          this.#instruction();
          driver.preempt(0);
        }
        const difference = this.#atStop();
        if (difference !== undefined) return difference;
        this.pathBefore = this.path.splice(0);
        if (input.event === "kill") return undefined;
        this.#event();
      } else if (out.reached_stop === true) {
        return "the stop is not reached";
      }
    }
    this.#go("done");
    return this.#atEnd();
  }

  /** Until the thread stands before a label, or before the last trap, or is dead. */
  #go(label: string): void {
    const target = this.labels.get(label)!;
    for (let count = 0; count < 60; count++) {
      this.driver.enter(0);
      if (!this.driver.isLive(0)) return;
      const pc = this.driver.pc(0);
      if (pc === target || pc === this.labels.get("done")) return;
      this.#instruction();
    }
  }

  #instruction(): void {
    const { driver } = this;
    driver.enter(0);
    if (!driver.isLive(0)) return;
    const pc = driver.pc(0);
    const frame = driver.run.state.frames(0)[0]!;
    if (frame.kind === "signal" && driver.run.program.functions[frame.function]!.start === pc) {
      this.#handlerEntry(frame.function);
    }
    const label = [...this.labels].find(
      ([name, index]) => index === pc && COUNTED.includes(name),
    )?.[0];
    if (label !== undefined || pc === this.labels.get("xabort")) this.path.push(label ?? "abort");
    driver.instruction(0);
  }

  #handlerEntry(fn: number): void {
    const { machine, state } = this.driver.run;
    const place = machine.words[machine.thread(0) + T_FRAME]! + F_RETURN;
    const saved = this.#name(machine.words[place]!, state.frames(0)[1]!.pc);
    const area = this.#area();
    if (fn === this.handlers.usr) {
      const [start, id, cs, , node, cid] = area;
      this.handler = {
        runs: Number(this.handler?.["runs"] ?? 0) + 1,
        saved_rip: saved,
        rseq_cs: String(cs),
        cpu_id_start: start!,
        cpu_id: id!,
        node_id: node!,
        mm_cid: cid!,
      };
      return;
    }
    this.segvRuns++;
    this.segvSaved = saved;
    // The recorded handler goes to the last trap.
    machine.put(place, this.labels.get("done")!);
  }

  #name(index: number, address: number): string {
    const found = [...this.labels].find(([name, at]) => at === index && name !== "ready");
    if (found !== undefined) return found[0] === "xabort" ? "XPAGE+20" : found[0];
    const usr = this.driver.run.program.functions[this.handlers.usr]!;
    if (index === usr.start) return "sigusr1_handler";
    const data = Object.entries(DATA).find(([, base]) => address >= base && address < base + 64);
    return data === undefined ? `0x${address.toString(16)}` : `${data[0]}+${address - data[1]}`;
  }

  #area(): (number | string)[] {
    const { driver } = this;
    const cs = driver.u64(AREA + 8);
    const pointer = addressOf(this.row.in.ptr, new Map());
    const name = cs === 0n ? "NULL" : cs === pointer ? "kept" : this.#dataName(cs);
    return [
      driver.u32(AREA),
      driver.u32(AREA + 4),
      name,
      driver.u32(AREA + 16),
      driver.u32(AREA + 20),
      driver.u32(AREA + 24),
    ];
  }

  #dataName(cs: bigint): string {
    return cs >= BigInt(DESC) && cs < BigInt(DESC + 4160)
      ? `DESC${cs === BigInt(DESC) ? "" : `+${cs - BigInt(DESC)}`}`
      : `0x${cs.toString(16)}`;
  }

  #event(): void {
    const { driver } = this;
    const { event, desc } = this.row.in;
    if (event.includes("migrate")) driver.migrate(0, 1);
    if (event === "signal" || event === "signal+migrate") driver.signal(0, this.handlers.usr);
    if (event.startsWith("stop+rip_to_")) {
      const { machine } = driver.run;
      machine.put(machine.thread(0) + T_PC, this.labels.get(event.slice(12))!);
    }
    if (event === "stop+rseq_cs=NULL") driver.poke64(AREA + 8, 0n);
    if (event === "stop+rseq_cs=desc") driver.poke64(AREA + 8, addressOf(desc.at, new Map()));
  }

  #atStop(): string | undefined {
    const { out } = this.row;
    if (out.reached_stop !== true) return "reaches the stop";
    const place = this.#name(this.driver.pc(0), 0);
    if (place !== out.stop_rip) return `stops at ${place}, recorded ${out.stop_rip}`;
    const area = this.#area();
    return sameArea(area, out.at_stop!)
      ? undefined
      : `at the stop ${area.join()}, recorded ${out.at_stop!.join()}`;
  }

  #atEnd(): string | undefined {
    const { in: input, out } = this.row;
    const { driver } = this;
    const died = driver.signalOf(0);
    if (died !== out.died) return `died ${died}, recorded ${out.died}`;
    const before = this.pathBefore.join();
    if (before !== out.path_before.join())
      return `before the stop ${before}, recorded ${out.path_before.join()}`;
    const after = inOrder(this.path).join();
    if (after !== out.path_after.join())
      return `after the stop ${after}, recorded ${out.path_after.join()}`;
    const handler = JSON.stringify(this.handler);
    if (handler !== JSON.stringify(out.handler))
      return `handler ${handler}, recorded ${JSON.stringify(out.handler)}`;
    if (died === null) {
      const area = this.#area();
      if (!sameArea(area, out.final!))
        return `at the end ${area.join()}, recorded ${out.final!.join()}`;
      const runs = out.segv_handler_runs ?? 0;
      if (this.segvRuns !== runs)
        return `SIGSEGV handler ran ${this.segvRuns} times, recorded ${runs}`;
      if (runs > 0 && this.segvSaved !== out.segv_saved_rip)
        return `SIGSEGV interrupted ${this.segvSaved}, recorded ${out.segv_saved_rip}`;
    } else if (
      out.rseq_cs_at_death !== undefined &&
      !input.event.includes("signal") &&
      input.segv_handler === 0
    ) {
      const cs = this.#area()[2];
      if (cs !== out.rseq_cs_at_death)
        return `rseq_cs at death ${cs}, recorded ${out.rseq_cs_at_death}`;
    }
    return undefined;
  }
}

function inOrder(path: readonly string[]): string[] {
  return [...path].sort((a, b) => COUNTED.indexOf(a) - COUNTED.indexOf(b));
}

function sameArea(seen: readonly (number | string)[], recorded: AreaRow): boolean {
  return seen.every((value, index) => {
    const wanted = recorded[index]!;
    return typeof wanted === "number" ? value === wanted >>> 0 : value === wanted;
  });
}

function labelsOf(program: ReturnType<typeof assemble>): Map<string, number> {
  const main = program.functions.find((fn) => fn.name === "t")!;
  return new Map(main.labels.map(({ name, instruction }) => [name, TEXT + 4 * instruction]));
}

const DATA: Readonly<Record<string, number>> = {
  AREA,
  DESC,
  DESCRO,
  UNMAPPED: 0x20060000,
  NONE: 0x20070000,
  XPAGE: TEXT,
  NXPAGE: 0x20090000,
};

function addressOf(text: string, labels: ReadonlyMap<string, number>): bigint {
  if (text === "NULL") return 0n;
  if (text.startsWith("0x")) return BigInt(text);
  const [, name, offset] = /^([A-Za-z_]+\d?)([+-]\d+)?$/.exec(text)!;
  const base = name === "TASK_SIZE" ? TASK : BigInt(DATA[name!] ?? labels.get(name!) ?? 0);
  return base + BigInt(offset ?? 0);
}

/** post_commit_offset, which the recording gives relative to what it was meant to hit; abort stands 57 bytes after start there. */
function lengthOf(text: string, resolve: (text: string) => bigint): bigint {
  const start = resolve("start");
  const relative = /^(abort|TASK_SIZE)-start([+-]\d+)$/.exec(text);
  if (relative !== null) return resolve(relative[1]!) - start + BigInt(relative[2]!);
  const negative = /^-start([+-]\d+)$/.exec(text);
  if (negative !== null) return -start + BigInt(negative[1]!);
  const value = BigInt(text);
  return value > 24n && value < 64n ? resolve("abort") - start + value - 57n : value;
}

function programOf(
  row: SectionRow,
  resolve: (text: string) => bigint,
): ReturnType<typeof assemble> {
  const { in: input } = row;
  const page =
    input.area_page === "ro"
      ? `r0 = mprotect(${AREA}, 4096, 1)`
      : input.area_page === "unmapped"
        ? `r0 = munmap(${AREA}, 4096)`
        : "nop";
  const handler = input.segv_handler === 1 ? "r0 = sigaction(11, segv)" : "nop";
  const pointer = BigInt.asUintN(64, addressOf(input.ptr, new Map()));
  const code = `
    jmp begin; nop; nop; sig 0x53053053
    xabort: ; jmp done
    begin:
    ${handler}
    r0 = sys_rseq(${AREA}, ${input.len}, 0, ${input.sig})
    store4 [${AREA + 16}], ${input.rseq_flags}
    ${page}
    ready: ; jmp entry
    sig 0x53053053
    babort: ; nop ; jmp done
    entry: ; nop
    arm: ; store8 [${AREA + 8}], ${pointer}
    pre: ; nop
    start: ; nop
    i1: ; nop
    i2: ; nop
    commit: ; nop
    post: ; nop
    post2: ; nop
    done: ; nop ; jmp done
    sig 0x53053053
    abort: ; nop
    abort2: ; nop ; jmp done
    sig 0x53053054
    badsig: ; nop ; jmp done
    sig 0
    sig0: ; nop ; jmp done`;
  return assemble({
    textAddress: TEXT,
    libc: "none",
    cpus: 2,
    threads: [{ name: "t", cpu: 0, code }],
    trailing: { usr: "nop; ret", segv: "nop; ret" },
    segments: segments(row, resolve),
  });
}

function segments(row: SectionRow, resolve: (text: string) => bigint): Segment[] {
  const make = (
    address: number,
    protection: Segment["protection"],
    bytes = new Uint8Array(0),
  ): Segment => ({
    name: `at ${address.toString(16)}`,
    kind: "data",
    address,
    size: 4096,
    protection,
    bytes,
    thread: undefined,
  });
  const { desc } = row.in;
  const area = new Uint8Array(4096);
  area.fill(0xff, 4, 8);
  const page = new Uint8Array(4096);
  if (desc !== undefined) {
    const bytes = new Uint8Array(32);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, desc.version >>> 0, true);
    view.setUint32(4, desc.flags >>> 0, true);
    view.setBigUint64(8, BigInt.asUintN(64, resolve(desc.start)), true);
    view.setBigUint64(16, BigInt.asUintN(64, lengthOf(desc.post_commit_offset, resolve)), true);
    view.setBigUint64(24, BigInt.asUintN(64, resolve(desc.abort)), true);
    const at = Number(addressOf(desc.at, new Map()));
    if (at >= AREA && at < AREA + 4096) area.set(bytes, at - AREA);
    else page.set(bytes.subarray(0, Math.max(0, 4096 - (at - DESC))), at - DESC);
  }
  const executable = new Uint8Array(4096);
  new DataView(executable.buffer).setUint32(0, 0x53053053, true);
  return [
    make(AREA, "read-write", area),
    make(DESC, "read-write", page),
    make(DESCRO, "read", page),
    make(0x20070000, "none"),
    make(0x20090000, "read-write", executable),
  ];
}
