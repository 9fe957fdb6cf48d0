// Runs the recorded rows about events, membarrier and system calls: one thread stands in a section (or outside of one that it armed), one
// thing happens, and the section commits or aborts.
import type { Segment } from "../../server/engine/program/program.ts";
import { F_RETURN, T_FRAME, T_NOTIFY, T_EXIT } from "../../server/engine/machine/words.ts";
import {
  EVENT_PAGEOUT,
  EVENT_SIGNAL,
  EVENT_TICK,
  SIGNAL_IGNORED,
} from "../../server/engine/machine/event.ts";
import { highOf, lowOf } from "../../server/engine/support/word64.ts";
import { assemble } from "./assemble.ts";
import { Driver } from "./driver.ts";
import type { OtherRow } from "./oracle-rows.ts";

const AREA = 0x20000000;
const PAGE = 0x21000000;
const READ_ONLY = 0x22000000;
const NO_ACCESS = 0x23000000;
const SIGNATURE = 0x53053053;
const RESULTS: Readonly<Record<string, number>> = {
  OK: 0,
  EPERM: -1,
  EAGAIN: -11,
  EBUSY: -16,
  EINVAL: -22,
};

/** Calls of the thread that asks for a membarrier: command, flags, CPU. */
const MEMBARRIERS: Readonly<Record<string, readonly string[]>> = {
  query: ["0, 0, 0"],
  global: ["1, 0, 0"],
  global_expedited: ["2, 0, 0"],
  private_expedited: ["16, 0, 0", "8, 0, 0"],
  private_expedited_sync_core: ["64, 0, 0", "32, 0, 0"],
  rseq_without_registration: ["128, 0, 0"],
  rseq_after_registering_plain_expedited_only: ["16, 0, 0", "128, 0, 0"],
  register_rseq: ["256, 0, 0"],
  register_rseq_twice: ["256, 0, 0", "256, 0, 0"],
  register_rseq_flags1: ["256, 1, 0"],
  rseq: ["256, 0, 0", "128, 0, 0"],
  rseq_cpu_arg_1_without_flag: ["256, 0, 0", "128, 0, 1"],
  rseq_flag_cpu_0_where_thread_runs: ["256, 0, 0", "128, 1, 0"],
  rseq_flag_cpu_1_where_caller_runs: ["256, 0, 0", "128, 1, 1"],
  rseq_flag_cpu_minus1: ["256, 0, 0", "128, 1, -1"],
  rseq_flag_cpu_4096: ["256, 0, 0", "128, 1, 4096"],
  rseq_flag_cpu_1M: ["256, 0, 0", "128, 1, 1048576"],
  rseq_flag_cpu_ncpus: ["256, 0, 0", "128, 1, 2"],
  rseq_flags_2: ["256, 0, 0", "128, 2, 0"],
  sync_core_flag_cpu: ["64, 0, 0", "32, 1, 0"],
  private_expedited_flag_cpu: ["16, 0, 0", "8, 1, 0"],
  get_registrations_none: ["512, 0, 0"],
  get_registrations_after_register_rseq: ["256, 0, 0", "512, 0, 0"],
  unknown_command: ["1048576, 0, 0"],
  rseq_thread_unregistered: ["256, 0, 0", "128, 0, 0"],
  self_rseq_all: ["256, 0, 0", "128, 0, 0"],
  self_rseq_own_cpu: ["256, 0, 0", "128, 1, 0"],
  self_rseq_other_cpu: ["256, 0, 0", "128, 1, 1"],
  self_private_expedited: ["16, 0, 0", "8, 0, 0"],
};

/** System calls and accesses inside of the section. Calls that the language lacks are `syscall_other`, listed here by name. */
const OPERATIONS: Readonly<Record<string, string>> = {
  getpid: "r0 = getpid()",
  gettid: "r0 = gettid()",
  invalid_syscall: "r0 = syscall_other(0)",
  sched_yield_alone: "r0 = sched_yield()",
  sched_yield_with_equal_competitor: "r0 = sched_yield()",
  nanosleep_1ms: "r0 = nanosleep()",
  futex_wait_timeout: `r0 = futex_wait(${PAGE}, 0)`,
  futex_wait_value_mismatch: `r0 = futex_wait(${PAGE}, 1)`,
  write_pipe: "r0 = syscall_other(0)",
  read_pipe_ready: "r0 = syscall_other(0)",
  read_pipe_blocks: "r0 = syscall_other(1)",
  close_file: "r0 = syscall_other(0)",
  dup_file: "r0 = syscall_other(0)",
  dup2_replacing_open_file: "r0 = syscall_other(2)",
  mmap_anon: "r0 = mmap(4096, 0)",
  munmap_anon: `r0 = munmap(${PAGE}, 4096)`,
  munmap_last_ref_file: "r0 = syscall_other(2)",
  sched_setaffinity_same: "r0 = sched_setaffinity(1)",
  sched_setaffinity_other_cpu: "r0 = sched_setaffinity(2)",
  sched_setscheduler_lower_prio: "r0 = syscall_other(0)",
  tgkill_self_handler: "r0 = syscall_other(0)",
  tgkill_self_blocked: "r0 = syscall_other(0)",
  tgkill_self_ignored: "r0 = syscall_other(0)",
  fork: "r0 = syscall_other(0)",
  clone_vm: "r0 = syscall_other(0)",
  rseq_register_again: `r0 = sys_rseq(${AREA}, 32, 0, ${SIGNATURE})`,
  rseq_register_other_len: `r0 = sys_rseq(${AREA}, 64, 0, ${SIGNATURE})`,
  rseq_unregister: `r0 = sys_rseq(${AREA}, 32, 1, ${SIGNATURE})`,
  mapped_read_no_fault: `load4 r0, [${PAGE}]`,
  mapped_write_no_fault: `store4 [${PAGE}], 1`,
  anon_first_read: `load4 r0, [${PAGE}]`,
  anon_first_write: `store4 [${PAGE}], 1`,
  anon_write_after_zero_page: `store4 [${PAGE}], 1`,
  shared_first_write: `store4 [${PAGE}], 1`,
  file_private_read_cached: `load4 r0, [${PAGE}]`,
  file_private_write_cached: `store4 [${PAGE}], 1`,
  cow_after_fork: `store4 [${PAGE}], 1`,
  userfaultfd_fault_sleeps: `load4 r0, [${PAGE}]`,
  write_to_readonly_segv_handler: `store4 [${READ_ONLY}], 1`,
  read_prot_none_segv_handler: `load4 r0, [${NO_ACCESS}]`,
  write_to_readonly_no_handler: `store4 [${READ_ONLY}], 1`,
};

/** Why a row is not run; undefined if it is. */
export function whyEventNotRun(row: OtherRow): string | undefined {
  if (row.case.includes("other_process") || row.case.includes("forked_child"))
    return "processes are not modelled";
  return undefined;
}

export function differenceOfEvent(row: OtherRow): string | undefined {
  return new EventRun(row).compare();
}

class EventRun {
  readonly row: OtherRow;
  readonly driver: Driver;
  readonly labels: ReadonlyMap<string, number>;
  readonly handlers: { sig: string; saved_rip: string; rseq_cs: string }[] = [];
  segv: { runs: number; saved_rip: string } | undefined;
  commits = 0;
  aborts = 0;

  constructor(row: OtherRow) {
    this.row = row;
    this.driver = new Driver(programOf(row));
    const main = this.driver.run.program.functions.find((fn) => fn.name === "t")!;
    this.labels = new Map(main.labels.map((label) => [label.name, label.instruction]));
  }

  compare(): string | undefined {
    const { row, driver } = this;
    driver.until(0, this.#at("begin"));
    driver.preempt(0);
    driver.until(0, this.#at("first"));
    driver.preempt(0);
    driver.until(0, this.#at("begin2"));
    if (row.prior === "stale_event") {
      driver.preempt(0);
      driver.enter(0);
    }
    this.#go("at");
    const operated = row.probe === "syscall-in-cs" || row.group === "mb_self";
    if (!operated) this.#event();
    else this.#beforeOperation();
    this.#go("done");
    return this.#difference();
  }

  #at(label: string): number {
    return this.labels.get(label)!;
  }

  #go(label: string): void {
    for (let count = 0; count < 100 && this.driver.isLive(0); count++) {
      this.driver.enter(0);
      if (!this.driver.isLive(0)) return;
      const pc = this.driver.pc(0);
      if (pc === this.#at(label)) return;
      this.#look(pc);
      this.driver.instruction(0);
    }
  }

  /** Counts commits and aborts, and remembers what handlers saw. */
  #look(pc: number): void {
    const { program, machine, state } = this.driver.run;
    if (pc === this.#at("commit")) this.commits++;
    if (pc === this.#at("abort")) this.aborts++;
    const frame = state.frames(0)[0]!;
    const fn = program.functions[frame.function]!;
    if (frame.kind !== "signal" || fn.start !== pc) return;
    const saved = machine.words[machine.words[machine.thread(0) + T_FRAME]! + F_RETURN]!;
    if (fn.name === "segv") {
      this.segv = { runs: (this.segv?.runs ?? 0) + 1, saved_rip: this.#place(saved) };
      return;
    }
    const cs = this.driver.u64(AREA + 8) === 0n ? "NULL" : "kept";
    this.handlers.push({
      sig: fn.name === "usr1" ? "SIGUSR1" : "SIGUSR2",
      saved_rip: this.#place(saved),
      rseq_cs: cs,
    });
  }

  #place(saved: number): string {
    if (this.driver.run.program.functions.some((fn) => fn.start === saved && fn.name !== "t"))
      return "handler_entry";
    if (saved === this.#at("abort")) return "abort";
    const inside = saved >= this.#at("start") && saved < this.#at("post");
    return inside ? "section" : "outside_spin";
  }

  #function(name: string): number {
    return this.driver.run.program.functions.findIndex((fn) => fn.name === name);
  }

  #event(): void {
    const { driver, row } = this;
    const name = row.case;
    if (row.probe === "membarrier") {
      driver.until(
        1,
        driver.run.program.functions.find((fn) => fn.name === "u")!.labels.at(-1)!.instruction,
      );
      return;
    }
    if (name === "timer_ticks_50ms") driver.take(EVENT_TICK, 0);
    // The kernel's mm_cid scan is task work that an interrupt's return does.
    if (name === "timer_ticks_300ms") {
      const { machine } = driver.run;
      machine.put(machine.thread(0) + T_NOTIFY, 1);
      machine.put(machine.thread(0) + T_EXIT, 1);
    }
    const switches = name.startsWith("preempted_three")
      ? 3
      : /preempted|^SIGSTOP/.test(name)
        ? 1
        : 0;
    for (let count = 0; count < switches; count++) {
      driver.preempt(0);
      driver.enter(0);
    }
    if (name.startsWith("migrated")) {
      driver.migrate(0, 1);
      driver.enter(0);
      if (name === "migrated_and_back") driver.migrate(0, 0);
    }
    if (name.startsWith("setaffinity")) driver.migrate(0, 0);
    if (name === "two_signals_pending_together") {
      driver.preempt(0);
      driver.signal(0, this.#function("usr1"));
      driver.signal(0, this.#function("usr2"));
    }
    if (
      name === "signal_with_handler" ||
      name === "thread_timer_signal" ||
      /_signal_(no|with)_/.test(name)
    ) {
      driver.signal(0, this.#function("usr1"));
    }
    if (/^signal_(blocked|ignored|default|SIGCONT)/.test(name))
      driver.take(EVENT_SIGNAL, 0, SIGNAL_IGNORED);
  }

  #beforeOperation(): void {
    const { driver, row } = this;
    if (row.case === "sched_yield_with_equal_competitor") driver.migrate(1, 0);
    if (row.case === "tgkill_self_handler") driver.signal(0, this.#function("usr1"));
    if (row.case === "userfaultfd_fault_sleeps") {
      driver.take(EVENT_PAGEOUT, 0, driver.run.machine.slotOf(lowOf(PAGE), highOf(PAGE)));
    }
  }

  #difference(): string | undefined {
    const { row, driver } = this;
    const died = driver.signalOf(0);
    if (died !== (row.died ?? null)) return `died ${died}, recorded ${row.died}`;
    const segv = JSON.stringify(this.segv);
    const recorded =
      row.segv_handler === undefined
        ? undefined
        : { runs: row.segv_handler.runs, saved_rip: row.segv_handler.saved_rip };
    if (row.segv_handler !== undefined && segv !== JSON.stringify(recorded))
      return `SIGSEGV handler ${segv}, recorded ${JSON.stringify(recorded)}`;
    if (died !== null) return undefined;
    const outside = (row.group ?? "").includes("outside");
    const outcome = outside
      ? "ran"
      : this.aborts > 0
        ? "abort"
        : this.commits > 0
          ? "commit"
          : "ran";
    if (outcome !== row.outcome) return `outcome ${outcome}, recorded ${row.outcome}`;
    const cs = driver.u64(AREA + 8) === 0n ? "NULL" : "kept";
    if (cs !== row.rseq_cs_after) return `rseq_cs ${cs}, recorded ${row.rseq_cs_after}`;
    if (row.handlers !== undefined) {
      const handlers = row.handlers.map(({ sig, saved_rip, rseq_cs }) => ({
        sig,
        saved_rip,
        rseq_cs,
      }));
      if (JSON.stringify(this.handlers) !== JSON.stringify(handlers)) {
        return `handlers ${JSON.stringify(this.handlers)}, recorded ${JSON.stringify(handlers)}`;
      }
    }
    return this.#differenceOfResult();
  }

  #differenceOfResult(): string | undefined {
    const { row, driver } = this;
    if (row.event_result === undefined || row.probe !== "membarrier") return undefined;
    const thread = row.group === "mb_self" ? 0 : 1;
    const result = Number(BigInt.asIntN(64, driver.run.state.readRegister(thread, 0, 0)));
    const same =
      row.event_result === "positive" ? result > 0 : result === RESULTS[row.event_result];
    return same ? undefined : `answers ${result}, recorded ${row.event_result}`;
  }
}

function programOf(row: OtherRow): ReturnType<typeof assemble> {
  const name = row.case;
  const registered =
    row.registered !== false &&
    name !== "rseq_thread_unregistered" &&
    !name.endsWith("_unregistered");
  const flags = name.startsWith("bad_area_flags") ? 1 : 0;
  const hasHandler =
    /with_segv_handler|_segv_handler$/.test(name) && !name.includes("no_segv_handler");
  const calls = MEMBARRIERS[name] ?? [];
  const own = row.group === "mb_self" ? calls : [];
  const operation =
    row.probe === "syscall-in-cs"
      ? OPERATIONS[name]!
      : own.length > 0
        ? `r0 = membarrier(${own.at(-1)})`
        : "nop";
  const isOutside = (row.group ?? "").includes("outside");
  const armed = name.startsWith("bad_") ? "bad" : "main";
  const prior = `
    store8 [${AREA + 8}], prior
    pstart: ; nop
    first: ; nop
    pend: ; nop ; jmp begin2
    sig ${SIGNATURE}
    pabort: ; jmp begin2`;
  const code = `
    ${hasHandler ? "r0 = sigaction(11, segv)" : "nop"}
    ${registered ? `r0 = sys_rseq(${AREA}, 32, 0, ${SIGNATURE})` : "nop"}
    ${own
      .slice(0, -1)
      .map((call) => `r0 = membarrier(${call})`)
      .join("\n")}
    begin: ; nop
    ${row.prior === "no_event" ? prior : "first: ; nop"}
    begin2: ; store4 [${AREA + 16}], ${flags}
    store8 [${AREA + 8}], ${armed}
    ${isOutside ? "at: ; nop ; jmp done" : ""}
    start: ; nop
    ${isOutside ? "" : `at: ; ${operation}`}
    commit: ; nop
    post: ; nop
    done: ; nop ; jmp done
    sig ${SIGNATURE}
    abort: ; nop ; jmp done
    sig 1
    unsigned: ; nop ; jmp done`;
  const descriptor = new Uint8Array(32);
  const program = assemble({
    libc: "none",
    cpus: 2,
    threads: [
      { name: "t", cpu: 0, code },
      {
        name: "u",
        cpu: 1,
        code: `${calls.map((call) => `r0 = membarrier(${call})`).join("\n")}\nend: ; nop ; jmp end`,
      },
    ],
    trailing: { usr1: "nop; ret", usr2: "nop; ret", segv: "nop; ret" },
    sections: {
      main: ["t", "start", "post", "abort"],
      ...(row.prior === "no_event" ? { prior: ["t", "pstart", "pend", "pabort"] as const } : {}),
    },
    memory: { bad: 64 },
    segments: [
      data(AREA, "read-write", areaBytes()),
      data(PAGE, "read-write"),
      data(READ_ONLY, "read"),
      data(NO_ACCESS, "none"),
    ],
  });
  const bad = program.symbols.find((symbol) => symbol.name === "bad")!.address;
  const main = program.sections.find((section) => section.name === "main")!;
  const unsigned = program.functions
    .find((fn) => fn.name === "t")!
    .labels.find((label) => label.name === "unsigned")!;
  const at = (index: number): bigint => BigInt(program.textAddress + 4 * index);
  const view = new DataView(descriptor.buffer);
  view.setUint32(0, name.startsWith("bad_version") ? 1 : 0, true);
  view.setUint32(4, Number(/^bad_desc_flags_(\d)/.exec(name)?.[1] ?? 0), true);
  view.setBigUint64(8, at(main.start), true);
  view.setBigUint64(16, BigInt(4 * (main.end - main.start)), true);
  view.setBigUint64(
    24,
    at(name.startsWith("bad_signature") ? unsigned.instruction : main.abort!),
    true,
  );
  const segments = program.segments.map((segment) =>
    bad >= segment.address && bad < segment.address + segment.size
      ? { ...segment, bytes: placed(descriptor, bad - segment.address) }
      : segment,
  );
  return { ...program, segments };
}

function placed(bytes: Uint8Array, offset: number): Uint8Array {
  const whole = new Uint8Array(offset + bytes.length);
  whole.set(bytes, offset);
  return whole;
}

function areaBytes(): Uint8Array<ArrayBuffer> {
  return new Uint8Array(32).fill(0xff, 4, 8);
}

function data(
  address: number,
  protection: Segment["protection"],
  bytes: Uint8Array = new Uint8Array(0),
): Segment {
  return { name: "data", kind: "data", address, size: 4096, protection, bytes, thread: undefined };
}
