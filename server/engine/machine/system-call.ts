// Kernel services, one system call each: a step of its own that leaves the instruction pointer behind the call, with the value or the
// negative errno in its destination. A call that blocks gets its result when it is woken; one that needs an absent page starts again.
import { toNumber } from "../support/word64.ts";
import { I_CONVERSION, I_DESTINATION, I_RIGHT, I_WHAT, SERVICES } from "./code.ts";
import { forceSegv, needsExit } from "./exit.ts";
import { absentByte, blockOnPage, userFault } from "./fault.ts";
import { storeResult } from "./frame.ts";
import { moveTo } from "./ip.ts";
import type { Machine } from "./machine.ts";
import { mapPages, protectPages, unmapPages } from "./mapping.ts";
import { membarrier } from "./membarrier.ts";
import { ACCESS_ABSENT, ACCESS_OK, accessible, kernelLoad, userLoad } from "./memory.ts";
import { DEATH_PRCTL, DEATH_SYSTEM_CALL, DEATH_UNREGISTER, N_YIELD, OUT_YIELD } from "./notes.ts";
import { fetch, tidOf } from "./operand.ts";
import { EFAULT, EINVAL, FLAG_SHARED, offersSlices, systemRseq } from "./registration.ts";
import { loadField, storeField } from "./rseq-work.ts";
import { block, endThread, killProcess, migrate, queueHead, wake, yieldCpu } from "./scheduling.ts";
import {
  BLOCKED_FUTEX,
  BLOCKED_OTHER,
  BLOCKED_SLEEP,
  PAGE_READ,
  P_SEGV_HANDLER,
  P_WAIT_HEAD,
  SIGSEGV,
  STATE_EXITED,
  STATE_RUNNING,
  T_AFFINITY_HI,
  T_AFFINITY_LO,
  T_ARMED_END,
  T_ARMED_START,
  T_CPU,
  T_EXIT,
  T_NEXT,
  T_NOTIFY,
  T_PC,
  T_OPTIMISED,
  T_REGISTERED,
  T_REGISTERS,
  T_RESTART,
  T_RESULT,
  T_RESULT_AS,
  T_SLICE_ENABLED,
  T_SLICE_YIELDED,
  T_STATE,
  T_WAIT_HI,
  T_WAIT_LO,
} from "./words.ts";

const EAGAIN = 11;
const ENXIO = 6;
const ENOSYS = 38;
const ENOTSUPP = 524;
const PROCESS_ID = 1000;
const AT_RSEQ_FEATURE_SIZE = 27;
const AT_RSEQ_ALIGN = 28;
/** The model's number (abi/profiles/constants.ts). */
const AT_RSEQ_SHARED_FEATURE_SIZE = 29;
const PR_RSEQ_SLICE_EXTENSION = 79;

/** Answers of a service that are no results: the thread is elsewhere already, or the call starts again after a fault. */
const AWAY = Number.NaN;
const AGAIN = Number.POSITIVE_INFINITY;

const argumentLo = new Int32Array(8);
const argumentHi = new Int32Array(8);

/** Makes the call of instruction `pc` (code offset `i`). */
export function systemCall(m: Machine, thread: number, pc: number, i: number): void {
  const at = m.thread(thread);
  const { code } = m.code;
  readArguments(m, thread, code[i + I_RIGHT]!);
  m.put(at + T_RESULT, code[i + I_DESTINATION]!);
  m.put(at + T_RESULT_AS, code[i + I_CONVERSION]!);
  const result = serve(m, thread, pc, code[i + I_WHAT]!);
  if (result === AGAIN) {
    m.put(at + T_RESTART, 1);
    return;
  }
  if (!Number.isNaN(result)) {
    storeResult(m, thread, result);
    moveTo(m, thread, at, pc, pc + 1);
  }
  if (m.program.kernel.debug && isInsideArmed(m, at)) {
    killProcess(m, thread, SIGSEGV, DEATH_SYSTEM_CALL, 0);
    return;
  }
  if (m.words[at + T_STATE] === STATE_RUNNING && needsExit(m, thread)) m.put(at + T_EXIT, 1);
}

/** CONFIG_DEBUG_RSEQ looks at the section after each system call: Linux kernel/rseq.c, rseq_syscall. */
function isInsideArmed(m: Machine, at: number): boolean {
  const pc = m.words[at + T_PC]!;
  const live = m.words[at + T_STATE]! < STATE_EXITED;
  return live && m.words[at + T_ARMED_START]! <= pc && pc < m.words[at + T_ARMED_END]!;
}

function readArguments(m: Machine, thread: number, list: number): void {
  const { operands } = m.code;
  const registers = m.words[m.thread(thread) + T_REGISTERS]!;
  argumentLo.fill(0);
  argumentHi.fill(0);
  const count = Math.min(8, operands[list]!);
  for (let index = 0; index < count; index++) {
    fetch(m, thread, registers, operands[list + 1 + index]!);
    argumentLo[index] = m.lo;
    argumentHi[index] = m.hi;
  }
}

function serve(m: Machine, thread: number, pc: number, service: number): number {
  const at = m.thread(thread);
  const first = argumentLo[0]!;
  const second = argumentLo[1]!;
  switch (SERVICES[service]!) {
    case "sys_rseq":
    case "sys_rseq_shared":
      return rseq(m, thread, SERVICES[service] === "sys_rseq_shared");
    case "sched_yield":
      return yieldNow(m, thread, pc, 0);
    case "sched_setaffinity":
      return setAffinity(m, thread, pc);
    case "getcpu":
      return m.words[at + T_CPU]!;
    case "gettid":
      return tidOf(thread);
    case "getpid":
      return PROCESS_ID;
    case "nanosleep":
      return sleep(m, thread, pc, BLOCKED_SLEEP);
    case "futex_wait":
      return futexWait(m, thread, pc, second);
    case "futex_wake":
      return futexWake(m, second);
    case "membarrier":
      return membarrier(m, thread, first, second, argumentLo[2]!);
    case "prctl":
      return prctl(m, thread, second, argumentLo[2]!, argumentHi[2]!);
    case "rseq_slice_yield":
      return sliceYield(m, thread, pc);
    case "getauxval":
      return auxiliaryValue(m, first);
    case "mmap":
      return mapPages(m, toNumber(first, argumentHi[0]!), toNumber(second, argumentHi[1]!));
    case "munmap":
      return unmapPages(m, toNumber(first, argumentHi[0]!), toNumber(second, argumentHi[1]!));
    case "mprotect": {
      const size = toNumber(second, argumentHi[1]!);
      return protectPages(m, toNumber(first, argumentHi[0]!), size, argumentLo[2]!);
    }
    case "sigaction":
      return setSegvHandler(m, first);
    case "syscall_other":
      return otherCall(m, thread, pc, first);
    case "touch":
      return touch(m, thread);
    case "exit":
      endThread(m, thread);
      return AWAY;
  }
}

function rseq(m: Machine, thread: number, hasShared: boolean): number {
  const [lo, hi] = [argumentLo[0]!, argumentHi[0]!];
  if (accessible(m, lo, hi, 32, PAGE_READ) === ACCESS_ABSENT) {
    blockOnPage(m, thread, absentByte(m, lo, hi, 32, PAGE_READ));
    return AGAIN;
  }
  // Without the fifth argument the flag of proposal B names nothing, which a null pointer says too.
  const result = systemRseq(m, thread, {
    lo,
    hi,
    length: argumentLo[1]!,
    flags: argumentLo[2]!,
    signature: argumentLo[3]!,
    sharedLo: hasShared ? argumentLo[4]! : 0,
    sharedHi: hasShared ? argumentHi[4]! : 0,
  });
  const unregisters = (argumentLo[2]! & 1) !== 0 && (argumentLo[2]! & FLAG_SHARED) === 0;
  if (result === -EFAULT && unregisters && m.behaviour.eventAt === "switch-in") {
    forceSegv(m, thread, DEATH_UNREGISTER, toNumber(lo, hi));
    return AWAY;
  }
  return result;
}

/** The call has its result; then the thread leaves its CPU if somebody waits for it. */
function yieldNow(m: Machine, thread: number, pc: number, result: number): number {
  const at = m.thread(thread);
  if (queueHead(m, m.words[at + T_CPU]!) < 0) return result;
  finish(m, thread, pc, result);
  m.note(N_YIELD, thread);
  yieldCpu(m, thread, OUT_YIELD);
  return AWAY;
}

function finish(m: Machine, thread: number, pc: number, result: number): void {
  storeResult(m, thread, result);
  moveTo(m, thread, m.thread(thread), pc, pc + 1);
}

function setAffinity(m: Machine, thread: number, pc: number): number {
  const at = m.thread(thread);
  const [lo, hi] = [argumentLo[0]!, argumentHi[0]!];
  const cpu = m.words[at + T_CPU]!;
  const target = nextAllowed(m, cpu, lo, hi);
  if (target < 0) return -EINVAL;
  m.put(at + T_AFFINITY_LO, lo);
  m.put(at + T_AFFINITY_HI, hi);
  if (target === cpu) return 0;
  finish(m, thread, pc, 0);
  migrate(m, thread, target, OUT_YIELD);
  return AWAY;
}

/** The CPU itself if allowed, else the next allowed one; -1 if there is none. */
function nextAllowed(m: Machine, from: number, lo: number, hi: number): number {
  for (let step = 0; step < m.cpuCount; step++) {
    const cpu = (from + step) % m.cpuCount;
    if ((((cpu < 32 ? lo : hi) >>> (cpu & 31)) & 1) === 1) return cpu;
  }
  return -1;
}

/** Sleeps; the instruction pointer stands behind the call, the result comes with the wake. */
function sleep(m: Machine, thread: number, pc: number, reason: number): number {
  moveTo(m, thread, m.thread(thread), pc, pc + 1);
  block(m, thread, reason, 0, 0);
  return AWAY;
}

function futexWait(m: Machine, thread: number, pc: number, expected: number): number {
  const [lo, hi] = [argumentLo[0]!, argumentHi[0]!];
  if ((lo & 3) !== 0) return -EINVAL;
  const access = accessible(m, lo, hi, 4, PAGE_READ);
  if (access === ACCESS_ABSENT) {
    blockOnPage(m, thread, toNumber(lo, hi));
    return AGAIN;
  }
  if (access !== ACCESS_OK) return -EFAULT;
  kernelLoad(m, lo, hi, 4);
  if (m.lo !== expected) return -EAGAIN;
  moveTo(m, thread, m.thread(thread), pc, pc + 1);
  block(m, thread, BLOCKED_FUTEX, lo, hi);
  return AWAY;
}

/** Wakes the longest waiting first. */
function futexWake(m: Machine, count: number): number {
  const [lo, hi] = [argumentLo[0]!, argumentHi[0]!];
  if ((lo & 3) !== 0) return -EINVAL;
  let woken = 0;
  let waiter = m.words[P_WAIT_HEAD]! - 1;
  while (waiter >= 0 && woken < Math.max(1, count)) {
    const at = m.thread(waiter);
    const next = m.words[at + T_NEXT]! - 1;
    if (m.words[at + T_WAIT_LO] === lo && m.words[at + T_WAIT_HI] === hi) {
      wake(m, waiter, 0);
      woken++;
    }
    waiter = next;
  }
  return woken;
}

/** PR_RSEQ_SLICE_EXTENSION: GET (1) or SET (2) with the enable bit. Linux 7.1 kernel/rseq.c, rseq_slice_extension_prctl. */
function prctl(m: Machine, thread: number, what: number, valueLo: number, valueHi: number): number {
  const at = m.thread(thread);
  if (argumentLo[0] !== PR_RSEQ_SLICE_EXTENSION || !m.behaviour.sliceExtension) return -EINVAL;
  const enabled = m.words[at + T_SLICE_ENABLED]!;
  if (what === 1) return (valueLo | valueHi) === 0 ? enabled : -EINVAL;
  if (what !== 2 || (valueLo & ~1) !== 0 || valueHi !== 0) return -EINVAL;
  if (m.words[at + T_REGISTERED] === 0) return -ENXIO;
  if (!offersSlices(m, m.words[at + T_OPTIMISED] === 1)) return -ENOTSUPP;
  if (valueLo === enabled) return 0;
  const place = m.rseq.flags;
  const read = place !== undefined && loadField(m, at, place);
  const flags = m.lo;
  const valid = read && (flags & 0x10) !== 0 && (enabled === 0 || (flags & 0x20) !== 0);
  const after = valueLo === 1 ? flags | 0x20 : flags & ~0x20;
  if (!valid || place === undefined || !storeField(m, at, place, after)) {
    forceSegv(m, thread, DEATH_PRCTL, flags);
    return AWAY;
  }
  m.put(at + T_SLICE_ENABLED, valueLo);
  return 0;
}

/** 1 if a granted extension was given back, and then the CPU too; else 0 and nothing happens. */
function sliceYield(m: Machine, thread: number, pc: number): number {
  if (!m.behaviour.sliceExtension) return -ENOSYS;
  const at = m.thread(thread);
  if (m.words[at + T_SLICE_YIELDED] === 0) return 0;
  m.put(at + T_SLICE_YIELDED, 0);
  return yieldNow(m, thread, pc, 1);
}

function auxiliaryValue(m: Machine, type: number): number {
  const { featureSize, align, sharedFeatureSize } = m.program.kernel;
  if (type === AT_RSEQ_FEATURE_SIZE) return featureSize ?? 0;
  if (type === AT_RSEQ_ALIGN) return align ?? 0;
  return type === AT_RSEQ_SHARED_FEATURE_SIZE ? (sharedFeatureSize ?? 0) : 0;
}

/** Only SIGSEGV has a handler of the process's own; a null pointer restores the default action. */
function setSegvHandler(m: Machine, signal: number): number {
  if (signal !== SIGSEGV) return -EINVAL;
  const address = toNumber(argumentLo[1]!, argumentHi[1]!);
  const index = (address - m.textLow) / 4;
  const handler = address === 0 ? -1 : Number.isInteger(index) ? (m.code.entries[index] ?? -1) : -1;
  if (handler < 0 && address !== 0) return -EINVAL;
  m.put(P_SEGV_HANDLER, handler + 1);
  return 0;
}

/** SYS_RETURNS 0, SYS_SLEEPS 1, SYS_TASK_WORK 2. */
function otherCall(m: Machine, thread: number, pc: number, what: number): number {
  const at = m.thread(thread);
  if (what === 1) return sleep(m, thread, pc, BLOCKED_OTHER);
  if (what === 2) {
    if (m.behaviour.taskWorkNotifies && m.words[at + T_REGISTERED] === 1) m.put(at + T_NOTIFY, 1);
    return 0;
  }
  return what === 0 ? 0 : -ENOSYS;
}

/** One user access to the page: an absent one blocks as a major fault, and the access is made again after it. */
function touch(m: Machine, thread: number): number {
  const [lo, hi] = [argumentLo[0]!, argumentHi[0]!];
  const access = userLoad(m, -1, lo, hi, 1);
  if (access === ACCESS_OK) return 0;
  userFault(m, thread, lo, hi, 1, access, 0);
  return AWAY;
}
