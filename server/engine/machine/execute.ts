// One instruction of one thread (or of a routine): the hot path. Every operation makes at most one memory access, and an access
// that faults leaves the instruction undone.
import { highOf, lowOf, toNumber } from "../support/word64.ts";
import { compare, operate } from "./arithmetic.ts";
import {
  CODE_WORDS,
  I_CONVERSION,
  I_DESTINATION,
  I_HOW,
  I_LEFT,
  I_RIGHT,
  I_TARGET,
  I_THIRD,
  I_WHAT,
  M_ATOMIC,
  M_PARTIAL,
  M_SIGNED,
  M_SIZE,
  OP_ASSERT,
  OP_BINARY,
  OP_BRANCH,
  OP_CALL,
  OP_DATA,
  OP_JUMP,
  OP_LOAD,
  OP_MOVE,
  OP_NOTHING,
  OP_RETURN,
  OP_RMW,
  OP_STORE,
  OP_SYSTEM_CALL,
  OP_UNARY,
  SERVICES,
} from "./code.ts";
import { forceSegv, needsExit } from "./exit.ts";
import { markWritten, popFrame, pushFrame, setRegister, stackAddress } from "./frame.ts";
import { userFault } from "./fault.ts";
import { instructionAddress, moveTo } from "./ip.ts";
import type { Machine } from "./machine.ts";
import {
  ACCESS_OK,
  accessible,
  checkAligned,
  markWrittenBytes,
  userLoad,
  userStore,
} from "./memory.ts";
import {
  DEATH_DIVISION,
  DEATH_HANDLER_RETURN,
  DEATH_ILLEGAL,
  DEATH_JUMP,
  DEATH_STACK,
  N_SIGNAL_RETURN,
  OUT_PREEMPT,
  N_VIOLATION,
  V_ASSERT,
} from "./notes.ts";
import { fetch } from "./operand.ts";
import { addEvent, endThread, killProcess, queueHead, yieldCpu } from "./scheduling.ts";
import { endGrantAtSystemCall } from "./slice.ts";
import { systemCall } from "./system-call.ts";
import {
  EVENT_USER_IRQ,
  FRAME_CALL,
  FRAME_SEGV_FATAL,
  F_BAD_HI,
  F_BAD_LO,
  F_FUNCTION,
  F_KIND,
  F_OFFSET,
  F_PREVIOUS,
  F_RESULT,
  F_RESULT_AS,
  F_RETURN,
  PAGE_EXECUTE,
  PAGE_WRITE,
  SIGFPE,
  SIGILL,
  SIGSEGV,
  T_BAD_HI,
  T_BAD_LO,
  T_CPU,
  T_EXIT,
  T_FRAME,
  T_PC,
  T_REGISTERS,
  T_RESTART,
} from "./words.ts";

/** What an instruction answers: it was done and goes on at the next one, or it has set the instruction pointer itself. */
const NEXT = -1;
const DONE = -2;
const SLICE_YIELD: number = SERVICES.indexOf("rseq_slice_yield");

/** Executes the next instruction of a running thread. */
export function executeInstruction(m: Machine, thread: number): void {
  const at = m.thread(thread);
  const pc = m.words[at + T_PC]!;
  if (pc < 0) {
    dieAtAddress(m, thread);
    return;
  }
  const target = perform(m, thread, at, pc);
  if (target === DONE) return;
  moveTo(m, thread, at, pc, target === NEXT ? pc + 1 : target);
}

/** The effect of instruction `pc`; also used for routines, whose thread is the pseudo-thread. */
export function perform(m: Machine, thread: number, at: number, pc: number): number {
  const { code } = m.code;
  const i = pc * CODE_WORDS;
  const registers = m.words[at + T_REGISTERS]!;
  switch (code[i]!) {
    case OP_LOAD:
      return load(m, thread, at, registers, i);
    case OP_STORE:
      return store(m, thread, registers, i);
    case OP_MOVE:
      fetch(m, thread, registers, code[i + I_LEFT]!);
      assign(m, at, registers, i);
      return NEXT;
    case OP_BINARY: {
      fetch(m, thread, registers, code[i + I_LEFT]!);
      const lo = m.lo;
      const hi = m.hi;
      fetch(m, thread, registers, code[i + I_RIGHT]!);
      if (!operate(m, code[i + I_HOW]!, code[i + I_WHAT]!, lo, hi, m.lo, m.hi)) {
        return dieOfDivision(m, thread);
      }
      assign(m, at, registers, i);
      return NEXT;
    }
    case OP_BRANCH:
      return holds(m, thread, registers, i) ? code[i + I_TARGET]! : NEXT;
    case OP_JUMP:
      return code[i + I_TARGET]!;
    case OP_RMW:
      return readModifyWrite(m, thread, at, registers, i);
    case OP_UNARY: {
      fetch(m, thread, registers, code[i + I_LEFT]!);
      const complement = code[i + I_HOW] === 1;
      if (complement) operate(m, 7, code[i + I_WHAT]!, m.lo, m.hi, -1, -1);
      else operate(m, 1, code[i + I_WHAT]!, 0, 0, m.lo, m.hi);
      assign(m, at, registers, i);
      return NEXT;
    }
    case OP_CALL:
      return call(m, thread, at, registers, i, pc);
    case OP_RETURN:
      return returnFrom(m, thread, at, registers, i);
    case OP_SYSTEM_CALL:
      return enterKernel(m, thread, at, i, pc);
    case OP_ASSERT:
      if (!holds(m, thread, registers, i)) {
        m.note(N_VIOLATION, thread, V_ASSERT, code[i + I_TARGET]!);
        m.violated = true;
      }
      return NEXT;
    case OP_NOTHING:
      return NEXT;
    case OP_DATA:
    default:
      if (thread < m.threadCount) {
        killProcess(m, thread, SIGILL, DEATH_ILLEGAL, instructionAddress(m, at));
      }
      return DONE;
  }
}

function holds(m: Machine, thread: number, registers: number, i: number): boolean {
  const { code } = m.code;
  fetch(m, thread, registers, code[i + I_LEFT]!);
  const lo = m.lo;
  const hi = m.hi;
  fetch(m, thread, registers, code[i + I_RIGHT]!);
  return compare(code[i + I_HOW]!, code[i + I_WHAT]!, lo, hi, m.lo, m.hi);
}

/** The result goes to the destination register, converted to its variable's type. */
function assign(m: Machine, at: number, registers: number, i: number): void {
  const { code } = m.code;
  const offset = code[i + I_DESTINATION]!;
  if (offset < 0) return;
  const as = code[i + I_CONVERSION]!;
  const frame = as > 255 ? m.words[at + T_FRAME]! : 0;
  setRegister(m, registers, frame, offset, as, m.lo, m.hi);
}

function load(m: Machine, thread: number, at: number, registers: number, i: number): number {
  const { code } = m.code;
  fetch(m, thread, registers, code[i + I_LEFT]!);
  const lo = m.lo;
  const hi = m.hi;
  const how = code[i + I_HOW]!;
  const size = how & M_SIZE;
  if ((how & M_PARTIAL) !== 0) markWrittenBytes(m, lo, hi, size);
  const access = userLoad(m, thread, lo, hi, size);
  if (access !== ACCESS_OK) return faulted(m, thread, lo, hi, size, access, 0);
  if ((how & M_ATOMIC) !== 0) checkAligned(m, thread, lo, hi, size);
  if ((how & M_SIGNED) !== 0) extend(m, size);
  assign(m, at, registers, i);
  return NEXT;
}

/** Sign extension of a loaded value. */
function extend(m: Machine, size: number): void {
  if (size === 8) return;
  const shift = 32 - size * 8;
  m.lo = (m.lo << shift) >> shift;
  m.hi = m.lo >> 31;
}

function store(m: Machine, thread: number, registers: number, i: number): number {
  const { code } = m.code;
  fetch(m, thread, registers, code[i + I_LEFT]!);
  const lo = m.lo;
  const hi = m.hi;
  fetch(m, thread, registers, code[i + I_RIGHT]!);
  const how = code[i + I_HOW]!;
  const size = how & M_SIZE;
  const access = userStore(m, thread, lo, hi, size, m.lo, m.hi);
  if (access !== ACCESS_OK) return faulted(m, thread, lo, hi, size, access, 1);
  if ((how & M_ATOMIC) !== 0) checkAligned(m, thread, lo, hi, size);
  return NEXT;
}

function readModifyWrite(
  m: Machine,
  thread: number,
  at: number,
  registers: number,
  i: number,
): number {
  const { code } = m.code;
  fetch(m, thread, registers, code[i + I_LEFT]!);
  const lo = m.lo;
  const hi = m.hi;
  const how = code[i + I_HOW]!;
  const size = how & M_SIZE;
  const writable = accessible(m, lo, hi, size, PAGE_WRITE);
  if (writable !== ACCESS_OK) return faulted(m, thread, lo, hi, size, writable, 1);
  fetch(m, thread, registers, code[i + I_RIGHT]!);
  const valueLo = m.lo;
  const valueHi = m.hi;
  let expectedLo = 0;
  let expectedHi = 0;
  if (code[i + I_THIRD]! >= 0) {
    fetch(m, thread, registers, code[i + I_THIRD]!);
    expectedLo = m.lo;
    expectedHi = m.hi;
  }
  const access = userLoad(m, thread, lo, hi, size);
  if (access !== ACCESS_OK) return faulted(m, thread, lo, hi, size, access, 0);
  const oldLo = m.lo;
  const oldHi = m.hi;
  if (
    modified(m, code[i + I_WHAT]!, size, oldLo, oldHi, valueLo, valueHi, expectedLo, expectedHi)
  ) {
    userStore(m, thread, lo, hi, size, m.lo, m.hi);
  }
  checkAligned(m, thread, lo, hi, size);
  m.lo = oldLo;
  m.hi = oldHi;
  if ((how & M_SIGNED) !== 0) extend(m, size);
  assign(m, at, registers, i);
  return NEXT;
}

/** The new value, in `machine.lo` and `machine.hi`; false if nothing is stored. */
function modified(
  m: Machine,
  operator: number,
  size: number,
  oldLo: number,
  oldHi: number,
  valueLo: number,
  valueHi: number,
  expectedLo: number,
  expectedHi: number,
): boolean {
  m.lo = valueLo;
  m.hi = valueHi;
  if (operator === 0) return true;
  if (operator === 1) {
    const mask = size >= 4 ? -1 : (1 << (size * 8)) - 1;
    return ((oldLo ^ expectedLo) & mask) === 0 && (size < 8 || oldHi === expectedHi);
  }
  const operators = [0, 0, 0, 1, 5, 6, 7];
  return operate(m, operators[operator]!, 3, oldLo, oldHi, valueLo, valueHi);
}

/** The access cannot be made; the instruction is undone. */
function faulted(
  m: Machine,
  thread: number,
  lo: number,
  hi: number,
  size: number,
  access: number,
  isStore: number,
): number {
  userFault(m, thread, lo, hi, size, access, isStore);
  return DONE;
}

function dieOfDivision(m: Machine, thread: number): number {
  if (thread < m.threadCount) killProcess(m, thread, SIGFPE, DEATH_DIVISION, 0);
  else m.routineFailure = "it divides by zero";
  return DONE;
}

/** No instruction starts where the thread stands. */
function dieAtAddress(m: Machine, thread: number): void {
  const address = instructionAddress(m, m.thread(thread));
  const executable = accessible(m, lowOf(address), highOf(address), 1, PAGE_EXECUTE) === ACCESS_OK;
  if (executable) killProcess(m, thread, SIGILL, DEATH_JUMP, address);
  else {
    if (m.behaviour.eventAt === "switch-in") addEvent(m, m.thread(thread), EVENT_USER_IRQ);
    forceSegv(m, thread, DEATH_JUMP, address);
  }
}

function call(
  m: Machine,
  thread: number,
  at: number,
  registers: number,
  i: number,
  pc: number,
): number {
  const { code, operands, entries } = m.code;
  let callee = code[i + I_WHAT]!;
  if (callee < 0) {
    fetch(m, thread, registers, code[i + I_LEFT]!);
    const target = (toNumber(m.lo, m.hi) - m.textLow) / 4;
    callee = Number.isInteger(target) ? (entries[target] ?? -1) : -1;
    if (callee < 0) return dieOfCall(m, thread);
  }
  const fn = m.code.functions[callee]!;
  const list = code[i + I_RIGHT]!;
  const count = Math.min(operands[list]!, fn.parameters.length / 2);
  const frame = m.words[at + T_FRAME]!;
  const result = code[i + I_DESTINATION]!;
  if (!pushFrame(m, thread, callee, fn, FRAME_CALL, pc + 1, result, code[i + I_CONVERSION]!)) {
    if (thread >= m.threadCount) m.routineFailure = "it needs more than 64 KiB of stack";
    else forceSegv(m, thread, DEATH_STACK, 0);
    return DONE;
  }
  for (let index = 0; index < count; index++) {
    passArgument(
      m,
      thread,
      at,
      registers,
      frame,
      operands[list + 1 + index]!,
      fn.parameters,
      index,
    );
  }
  return fn.start;
}

/** An argument is evaluated in the caller's frame and placed in the callee's. */
function passArgument(
  m: Machine,
  thread: number,
  at: number,
  registers: number,
  caller: number,
  operand: number,
  parameters: Int32Array,
  index: number,
): void {
  const callee = m.words[at + T_FRAME]!;
  m.put(at + T_FRAME, caller);
  fetch(m, thread, registers, operand);
  m.put(at + T_FRAME, callee);
  const place = parameters[2 * index]!;
  if (place < 0) {
    const address = stackAddress(m, thread) + m.words[callee + F_OFFSET]! + (-1 - place);
    const size = Math.min(8, parameters[2 * index + 1]!);
    userStore(m, thread, lowOf(address), highOf(address), size, m.lo, m.hi);
    return;
  }
  const to = m.words[at + T_REGISTERS]!;
  setRegister(m, to, callee, place, parameters[2 * index + 1]!, m.lo, m.hi);
  const tracked = m.code.functions[m.words[callee + F_FUNCTION]!]!.writtenWords > 0;
  if (tracked) markWritten(m, callee, place >> 1);
}

function dieOfCall(m: Machine, thread: number): number {
  const address = toNumber(m.lo, m.hi);
  if (thread >= m.threadCount) {
    m.routineFailure = `it calls 0x${address.toString(16)}, where no function starts`;
    return DONE;
  }
  const executable = accessible(m, m.lo, m.hi, 1, PAGE_EXECUTE) === ACCESS_OK;
  if (executable) killProcess(m, thread, SIGILL, DEATH_JUMP, address);
  else forceSegv(m, thread, DEATH_JUMP, address);
  return DONE;
}

function returnFrom(m: Machine, thread: number, at: number, registers: number, i: number): number {
  const operand = m.code.code[i + I_LEFT]!;
  if (operand >= 0) fetch(m, thread, registers, operand);
  const lo = m.lo;
  const hi = m.hi;
  const frame = m.words[at + T_FRAME]!;
  if (m.words[frame + F_KIND] !== FRAME_CALL) return returnFromHandler(m, thread, at, frame);
  if (m.words[frame + F_PREVIOUS] === 0) {
    if (thread < m.threadCount) leaveBody(m, thread, at);
    return DONE;
  }
  const result = m.words[frame + F_RESULT]!;
  const as = m.words[frame + F_RESULT_AS]!;
  const target = m.words[frame + F_RETURN]!;
  popFrame(m, thread);
  if (result >= 0 && operand >= 0) {
    const to = m.words[at + T_FRAME]!;
    setRegister(m, m.words[at + T_REGISTERS]!, to, result, as, lo, hi);
  }
  return target;
}

/** The thread's own return ends it; its frame is left for whoever wants to look. */
function leaveBody(m: Machine, thread: number, at: number): void {
  m.put(at + T_EXIT, 0);
  endThread(m, thread);
}

/** sigreturn: a system call that goes back to the interrupted context. */
function returnFromHandler(m: Machine, thread: number, at: number, frame: number): number {
  const handler = m.words[frame + F_FUNCTION]!;
  const fatal = m.words[frame + F_KIND] === FRAME_SEGV_FATAL;
  const target = m.words[frame + F_RETURN]!;
  m.put(at + T_BAD_LO, m.words[frame + F_BAD_LO]!);
  m.put(at + T_BAD_HI, m.words[frame + F_BAD_HI]!);
  popFrame(m, thread);
  m.put(at + T_PC, target);
  m.note(N_SIGNAL_RETURN, thread, handler);
  if (fatal) {
    killProcess(m, thread, SIGSEGV, DEATH_HANDLER_RETURN, 0);
    return DONE;
  }
  if (needsExit(m, thread)) m.put(at + T_EXIT, 1);
  return DONE;
}

/** A system call: one step, with the instruction pointer behind it, unless it has to start again. */
function enterKernel(m: Machine, thread: number, at: number, i: number, pc: number): number {
  if (thread >= m.threadCount) {
    m.routineFailure = "it makes a system call";
    return DONE;
  }
  if (m.words[at + T_RESTART] === 1) {
    m.put(at + T_RESTART, 0);
  } else if (endGrantAtSystemCall(m, thread, m.code.code[i + I_WHAT] === SLICE_YIELD)) {
    // Another call than the yield loses the CPU before its body runs.
    const isYield = m.code.code[i + I_WHAT] === SLICE_YIELD;
    if (!isYield && queueHead(m, m.words[at + T_CPU]!) >= 0) {
      m.put(at + T_RESTART, 1);
      yieldCpu(m, thread, OUT_PREEMPT);
      return DONE;
    }
  }
  systemCall(m, thread, pc, i);
  return DONE;
}
