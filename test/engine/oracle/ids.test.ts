// When the id fields are written: the recorded observations, asked of the simulator one after the other.
import { expect, test } from "vitest";
import { EVENT_TICK } from "../../../server/engine/machine/event.ts";
import { assemble } from "../../support/assemble.ts";
import { Driver } from "../../support/driver.ts";
import { oracleRows } from "../../support/oracle-rows.ts";

const AREA = 0x20000000;
const SIGNATURE = 0x53053053;
const OFFSETS: Readonly<Record<string, number>> = {
  cpu_id_start: 0,
  cpu_id: 4,
  flags: 16,
  node_id: 20,
  mm_cid: 24,
  w28: 28,
};

const register = `r0 = sys_rseq(${AREA}, 32, 0, ${SIGNATURE})`;
const unregister = `r0 = sys_rseq(${AREA}, 32, 1, ${SIGNATURE})`;

/** Runs lines of one thread (and a second one on CPU 1); after each line the state is what the recording calls `at`. */
class Steps {
  readonly driver: Driver;
  readonly labels: readonly number[][];

  constructor(...threads: string[][]) {
    const program = assemble({
      libc: "none",
      cpus: 2,
      threads: threads.map((lines, index) => ({
        name: `t${index}`,
        cpu: index,
        code: `${lines.map((line, at) => `s${at}: ; ${line}`).join("\n")}\nend: ; nop ; jmp end`,
      })),
      trailing: { handler: "ret" },
      segments: [
        {
          name: "area",
          kind: "data",
          address: AREA,
          size: 4096,
          protection: "read-write",
          bytes: new Uint8Array(8).fill(0xff, 4, 8),
          thread: undefined,
        },
      ],
    });
    this.driver = new Driver(program);
    this.labels = threads.map((_, index) =>
      program.functions
        .find((fn) => fn.name === `t${index}`)!
        .labels.map((label) => label.instruction),
    );
  }

  /** Line `line` of `thread` is done, with everything that its return to user space does. */
  after(line: number, thread = 0): void {
    this.driver.until(thread, this.labels[thread]![line + 1]!);
  }

  field(name: string): number {
    return this.driver.u32(AREA + OFFSETS[name]!);
  }

  ids(): [number, number, string] {
    const cs = this.driver.u64(AREA + 8) === 0n ? "NULL" : "set";
    return [this.field("cpu_id_start"), this.field("cpu_id") | 0, cs];
  }

  signal(): void {
    const { functions } = this.driver.run.program;
    this.driver.signal(
      0,
      functions.findIndex((fn) => fn.name === "handler"),
    );
    this.driver.enter(0);
  }
}

function observed(name: string): Map<string, Record<string, unknown>> {
  const row = oracleRows("other").find((found) => found.probe === "ids" && found.case === name)!;
  return new Map(row.obs!.map((observation) => [String(observation["at"]), observation]));
}

function idsOf(observation: Record<string, unknown> | undefined): unknown[] {
  return [observation!["cpu_id_start"], observation!["cpu_id"], observation!["rseq_cs"]];
}

test.each(Object.keys(OFFSETS))(
  "what user space writes into %s stays until rseq work, and no longer",
  (name) => {
    const recorded = observed(`user_overwrites_${name}`);
    const value = (at: string): unknown => recorded.get(at)!["value"];
    const steps = new Steps([
      register,
      `store4 [${AREA + OFFSETS[name]!}], 42`,
      "r1 = getpid()",
      "r1 = sched_yield()",
      register,
      `store4 [${AREA + OFFSETS[name]!}], 42`,
      `store4 [${AREA + OFFSETS[name]!}], 42`,
      "r1 = nanosleep()",
      `store4 [${AREA + OFFSETS[name]!}], 42`,
      "r1 = sched_setaffinity(2)",
      unregister,
    ]);
    steps.after(1);
    expect(steps.field(name)).toBe(value("written"));
    steps.after(2);
    expect(steps.field(name)).toBe(value("after_getppid"));
    steps.after(3);
    expect(steps.field(name)).toBe(value("after_sched_yield_alone"));
    steps.driver.take(EVENT_TICK, 0);
    steps.driver.enter(0);
    expect(steps.field(name)).toBe(value("after_20ms_of_ticks"));
    steps.after(4);
    expect(steps.field(name)).toBe(value("after_EBUSY_register"));
    steps.after(5);
    steps.signal();
    expect(steps.field(name)).toBe(value("after_signal_handler"));
    steps.after(7);
    expect(steps.field(name)).toBe(value("after_sleep"));
    steps.after(9);
    expect(steps.field(name)).toBe(value("after_self_migration"));
    steps.after(10);
    expect(steps.field(name)).toBe(value("after_unregister"));
  },
);

test("a stale rseq_cs is cleared by the first rseq work outside of its section", () => {
  const recorded = observed("stale_rseq_cs_outside_section");
  // A valid descriptor of a section elsewhere: 32 bytes at AREA + 64, its abort handler behind a signature of 0 before the first function.
  const store = `store8 [${AREA + 8}], ${AREA + 64}`;
  const steps = new Steps([
    `store8 [${AREA + 72}], 4194304`,
    `store8 [${AREA + 80}], 0`,
    `store8 [${AREA + 88}], 4194308`,
    `r0 = sys_rseq(${AREA}, 32, 0, 0)`,
    store,
    "r1 = getpid()",
    "r1 = sched_yield()",
    "r1 = nanosleep()",
    store,
    store,
    "r1 = sched_setaffinity(2)",
    store,
    `r0 = sys_rseq(${AREA}, 32, 1, 0)`,
  ]);
  const check = (line: number, at: string): void => {
    steps.after(line);
    expect(steps.ids(), at).toEqual(idsOf(recorded.get(at)));
  };
  check(4, "stored");
  check(5, "after_getppid");
  check(6, "after_sched_yield_alone");
  steps.driver.take(EVENT_TICK, 0);
  check(6, "after_30ms_of_ticks");
  check(7, "after_sleep");
  steps.after(8);
  steps.signal();
  expect(steps.ids()).toEqual(idsOf(recorded.get("stored_then_signal_handler")));
  check(10, "stored_then_migrated");
  check(12, "stored_then_unregistered");
});

test("of two threads that register the same area the last one's work wins", () => {
  const recorded = observed("two_threads_same_area");
  const steps = new Steps(
    [register, "r1 = nanosleep()", "r1 = nanosleep()"],
    [register, "r1 = nanosleep()", unregister],
  );
  const check = (thread: number, line: number, at: string): void => {
    steps.after(line, thread);
    expect(steps.ids(), at).toEqual(idsOf(recorded.get(at)));
  };
  check(0, 0, "first_registered_cpu0");
  check(1, 0, "second_registered_cpu1_same_area");
  check(0, 1, "first_slept");
  check(1, 1, "second_slept");
  check(1, 2, "second_unregistered");
  check(0, 2, "first_slept_again");
});

test("a thread that moves itself, and one that is moved while it sleeps, see their new CPU", () => {
  const moved = observed("self_migration");
  const steps = new Steps([
    register,
    "r1 = sched_setaffinity(2)",
    "r1 = sched_setaffinity(1)",
    "r1 = sched_setaffinity(3)",
    "r1 = nanosleep()",
  ]);
  for (const [line, at] of ["cpu0", "after_setaffinity_cpu1", "after_setaffinity_cpu0"].entries()) {
    steps.after(line);
    expect(steps.ids(), at).toEqual(idsOf(moved.get(at)));
  }
  const blocked = observed("blocked_thread_migrated");
  steps.driver.until(0, steps.labels[0]![4]!);
  steps.driver.instruction(0);
  steps.driver.migrate(0, 1);
  expect(steps.ids()).toEqual(idsOf(blocked.get("affinity_changed_while_blocked")));
  steps.after(4);
  expect(steps.ids()).toEqual(idsOf(blocked.get("after_it_ran")));
});
