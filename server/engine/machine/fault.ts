// A user access that cannot be made: an absent page blocks as a major fault, anything else is SIGSEGV and a violation of `unmapped`.
import { highOf, lowOf, toNumber } from "../support/word64.ts";
import { forceSegv } from "./exit.ts";
import type { Machine } from "./machine.ts";
import { ACCESS_ABSENT, accessible } from "./memory.ts";
import { DEATH_ACCESS, N_FAULT, N_VIOLATION, V_UNMAPPED } from "./notes.ts";
import { addEvent, block } from "./scheduling.ts";
import { BLOCKED_FAULT, EVENT_USER_IRQ, PAGE_READ, PAGE_WRITE, T_EVENT } from "./words.ts";

/** `access` is what the access answered; `isStore` 0 or 1. A fault is an exception: it counts as an interrupt of user mode. */
export function userFault(
  m: Machine,
  thread: number,
  lo: number,
  hi: number,
  size: number,
  access: number,
  isStore: number,
): void {
  const address = toNumber(lo, hi);
  if (thread >= m.threadCount) {
    const why = access === ACCESS_ABSENT ? "is paged out" : "cannot be accessed";
    const how = isStore === 1 ? "writes" : "reads";
    m.routineFailure = `it ${how} ${size} bytes at 0x${address.toString(16)}, which ${why}`;
    return;
  }
  const at = m.thread(thread);
  if (m.behaviour.eventAt === "switch-in") addEvent(m, at, EVENT_USER_IRQ);
  if (access === ACCESS_ABSENT) {
    blockOnPage(m, thread, absentByte(m, lo, hi, size, isStore === 1 ? PAGE_WRITE : PAGE_READ));
    return;
  }
  m.note(N_VIOLATION, thread, V_UNMAPPED, address, size, isStore);
  m.violated = true;
  forceSegv(m, thread, DEATH_ACCESS, address);
  m.put(at + T_EVENT, 0);
}

/** Address of the first byte whose page is absent. */
export function absentByte(
  m: Machine,
  lo: number,
  hi: number,
  size: number,
  right: number,
): number {
  const address = toNumber(lo, hi);
  return accessible(m, lo, hi, 1, right) === ACCESS_ABSENT ? address : address + size - 1;
}

export function blockOnPage(m: Machine, thread: number, address: number): void {
  m.note(N_FAULT, thread, address - (address % 4096));
  block(m, thread, BLOCKED_FAULT, lowOf(address), highOf(address));
}
