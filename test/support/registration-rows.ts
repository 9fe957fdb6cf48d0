// Runs a recorded registration row: a fresh process whose program is the row's steps, one after the other.
import type { Segment } from "../../server/engine/program/program.ts";
import { assemble } from "./assemble.ts";
import { Driver } from "./driver.ts";
import type { RegistrationRow, RegistrationStep } from "./oracle-rows.ts";

const BASE = 0x30000000;
const PAGES = 8;
const SYMBOLS: Readonly<Record<string, number>> = {
  B: 0x30002100,
  UNMAPPED: 0x31000000,
  RO: 0x32000000,
  NONE: 0x33000000,
  END: 0x34001000,
  ENDRO: 0x35001000,
  OTHER: 0x36000000,
  TASK_SIZE: 0x7ffffffff000,
};
const TOP = 0x7fffffffe000;
const WRITABLE: readonly (readonly [number, number])[] = [
  [BASE, PAGES * 4096],
  [0x34000000, 4096],
  [0x35000000, 4096],
  [0x36000000, 4096],
  [TOP, 4096],
];
const ERRNO: Readonly<Record<string, number>> = {
  OK: 0,
  EPERM: -1,
  EFAULT: -14,
  EBUSY: -16,
  EINVAL: -22,
};

/** What differs from the recording, in words; undefined if nothing does. */
export function differenceOfRegistration(row: RegistrationRow): string | undefined {
  const code = `${row.steps.map((step, index) => `s${index}:\n${codeOf(step)}`).join("\n")}\nend:\nret`;
  const program = assemble({
    libc: "none",
    cpus: 2,
    threads: [{ name: "t", cpu: 1, code }],
    segments: segments(row),
  });
  const driver = new Driver(program);
  const before = driver.run.state.readMemory(BASE, PAGES * 4096).bytes;
  const labels = program.functions[0]!.labels;
  for (const [index, step] of row.steps.entries()) {
    driver.until(0, labels[index]!.instruction);
    if (step.op === "madvise_dontneed") {
      driver.run.poke(pageOf(step.addr), new Uint8Array(4096));
    }
    driver.until(0, labels[index + 1]!.instruction);
    if (!driver.isLive(0)) {
      return step.result === null ? diedAs(row, driver) : `died in step ${index}`;
    }
    if (step.result === null) return `lives after step ${index}`;
    const result = Number(BigInt.asIntN(64, driver.run.state.readRegister(0, 0, 0)));
    if (step.op === "rseq" && result !== ERRNO[step.result]) {
      return `step ${index} answers ${result}, recorded ${step.result}`;
    }
    const memory = differenceOfMemory(driver, step, before, index);
    if (memory !== undefined) return memory;
  }
  return row.died === null ? undefined : "lives to the end";
}

function diedAs(row: RegistrationRow, driver: Driver): string | undefined {
  const signal = driver.signalOf(0);
  return signal === row.died ? undefined : `died of ${signal}, recorded ${row.died}`;
}

function differenceOfMemory(
  driver: Driver,
  step: RegistrationStep,
  before: Uint8Array,
  index: number,
): string | undefined {
  if (step.after === undefined) return undefined;
  const address = Number(addressOf(step.addr));
  const seen = [0, 4, 16, 20, 24, 28].map((offset) => driver.u32(address + offset));
  const cs = `0x${driver.u64(address + 8).toString(16)}`;
  const wanted = [
    step.after[0],
    step.after[1],
    step.after[3],
    step.after[4],
    step.after[5],
    step.after[6],
  ];
  const same =
    wanted.every((value, field) => Number(value) >>> 0 === seen[field]!) && cs === step.after[2];
  if (!same) return `step ${index}: fields ${seen.join()} ${cs}, recorded ${step.after.join()}`;
  if (address < BASE || address >= BASE + PAGES * 4096) return undefined;
  const changed = changedRanges(
    before,
    driver.run.state.readMemory(BASE, PAGES * 4096).bytes,
    address - BASE,
  );
  const recorded = JSON.stringify(step.changed ?? []);
  return JSON.stringify(changed) === recorded
    ? undefined
    : `step ${index}: changed ${JSON.stringify(changed)}, recorded ${recorded}`;
}

function changedRanges(before: Uint8Array, after: Uint8Array, origin: number): [number, number][] {
  const ranges: [number, number][] = [];
  for (let at = 0; at < before.length; at++) {
    if (before[at] === after[at]) continue;
    const start = at;
    while (at < before.length && before[at] !== after[at]) at++;
    ranges.push([start - origin, at - origin]);
  }
  return ranges;
}

function codeOf(step: RegistrationStep): string {
  const address = `0x${addressOf(step.addr).toString(16)}`;
  const page = `0x${(addressOf(step.addr) - (addressOf(step.addr) % 4096n)).toString(16)}`;
  switch (step.op) {
    case "rseq":
      return `r0 = sys_rseq(${address}, ${step.len}, ${step.flags}, ${step.sig})`;
    case "set_rseq_cs":
      return `store8 [${address}+8], ${step.val}`;
    case "poke32":
      return `store4 [${address}+${step.off}], ${step.val}`;
    case "munmap":
      return `r0 = munmap(${page}, 4096)`;
    case "mprotect_ro":
      return `r0 = mprotect(${page}, 4096, 1)`;
    case "mprotect_none":
      return `r0 = mprotect(${page}, 4096, 0)`;
    case "mprotect_rw":
      return `r0 = mprotect(${page}, 4096, 3)`;
    case "nanosleep":
      return "r0 = nanosleep()";
    case "getpid":
      return "r0 = getpid()";
    case "sched_yield":
      return "r0 = sched_yield()";
    // madvise only enters the kernel; the page's new contents come from outside. `read` does nothing at all.
    case "madvise_dontneed":
      return "r0 = syscall_other(0)";
    default:
      return "nop";
  }
}

function addressOf(text: string): bigint {
  if (text === "NULL") return 0n;
  if (text.startsWith("0x")) return BigInt(text);
  const [, name, offset] = /^([A-Z_]+)([+-]\d+)$/.exec(text)!;
  return BigInt(SYMBOLS[name!]! + Number(offset));
}

function pageOf(text: string): number {
  const address = Number(addressOf(text));
  return address - (address % 4096);
}

function segments(row: RegistrationRow): Segment[] {
  const make = (
    address: number,
    size: number,
    protection: Segment["protection"],
    bytes: Uint8Array,
  ): Segment => ({
    name: `at ${address.toString(16)}`,
    kind: "data",
    address,
    size,
    protection,
    bytes,
    thread: undefined,
  });
  const fill = { ee_cs0: 0xee, ee: 0xee, zero: 0, ff: 0xff }[row.fill];
  const none = new Uint8Array(0);
  const writable = WRITABLE.map(([address, size]) =>
    make(address, size, "read-write", new Uint8Array(size).fill(fill)),
  );
  if (row.fill === "ee_cs0") {
    for (const step of row.steps) {
      if (step.op !== "rseq") continue;
      const address = Number(addressOf(step.addr));
      const segment = writable.find(
        (known) => address >= known.address && address + 32 <= known.address + known.size,
      );
      segment?.bytes.fill(0, address + 8 - segment.address, address + 20 - segment.address);
    }
  }
  return [
    ...writable,
    make(0x32000000, 4096, "read", none),
    make(0x33000000, 4096, "none", none),
    make(0x35001000, 4096, "read", none),
  ];
}
