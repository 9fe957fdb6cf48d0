// sys_rseq and its unregistration: checks in the kernel's order with its errno, and what the kernel stores inside the call.
// Rules R1 to R5 of the recorded 6.18, Linux kernel/rseq.c of the other eras; the profile's data says which.
import { compareUnsigned, lowOf, toNumber } from "../support/word64.ts";
import { updateArmed } from "./armed.ts";
import type { Machine } from "./machine.ts";
import { ACCESS_OK, accessible, kernelLoad, kernelStore, markArea } from "./memory.ts";
import { N_REGISTER, N_REGISTRATION_ERROR, N_UNREGISTER } from "./notes.ts";
import { loadField, storeField, storeIdFields } from "./rseq-work.ts";
import { addEvent } from "./scheduling.ts";
import {
  EVENT_IDS_CHANGED,
  EVENT_SCHED_SWITCH,
  PAGE_WRITE,
  P_OVERLAP,
  T_AREA_HI,
  T_AREA_LO,
  T_CACHED_CPU,
  T_CACHED_MM_CID,
  T_CACHED_NODE,
  T_EVENT,
  T_LENGTH,
  T_MASK,
  T_NOTIFY,
  T_OPTIMISED,
  T_REGISTERED,
  T_RSEQ_HI,
  T_RSEQ_LO,
  T_RSEQ_SHARED_HI,
  T_RSEQ_SHARED_LO,
  T_SHARED_HI,
  T_SHARED_LO,
  T_SIGNATURE,
  T_SLICE_ENABLED,
  T_STATE_HI,
  T_STATE_LO,
} from "./words.ts";

export const EPERM = 1;
export const EFAULT = 14;
export const EBUSY = 16;
export const EINVAL = 22;

const FLAG_UNREGISTER = 1;
const FLAG_SLICE_DEFAULT_ON = 2;
/** RSEQ_FLAG_SHARED of the model (the proposal gives no number; bit 1 is taken today). */
export const FLAG_SHARED = 4;
const FLAG_BITS_SLICE_AVAILABLE = 0x10;
const FLAG_BITS_SLICE_ENABLED = 0x20;

/** Arguments of the call. */
export interface RegistrationArguments {
  readonly lo: number;
  readonly hi: number;
  readonly length: number;
  readonly flags: number;
  readonly signature: number;
  readonly sharedLo: number;
  readonly sharedHi: number;
}

/** The call's result: 0 or a negative errno. `fatal` of a failing unregistration is the caller's (6.19 and later force SIGSEGV). */
export function systemRseq(m: Machine, thread: number, call: RegistrationArguments): number {
  const unregister = (call.flags & FLAG_UNREGISTER) !== 0;
  const result = unregister ? unregisterRseq(m, thread, call) : registerRseq(m, thread, call);
  if (result < 0) m.note(N_REGISTRATION_ERROR, thread, -result);
  return result;
}

function unregisterRseq(m: Machine, thread: number, call: RegistrationArguments): number {
  const at = m.thread(thread);
  const { words } = m;
  if ((call.flags & ~FLAG_UNREGISTER) !== 0 && m.behaviour.unregisterExtraFlags === "EINVAL") {
    return -EINVAL;
  }
  if (words[at + T_REGISTERED] === 0 || !isSameArea(m, at, call)) return -EINVAL;
  if (words[at + T_LENGTH] !== call.length) return -EINVAL;
  if (words[at + T_SIGNATURE] !== call.signature) return -EPERM;
  const start = m.behaviour.cpuIdStartAfterUnregister;
  if (!storeIdFields(m, at, start | 0, -1, 0, 0)) return -EFAULT;
  forget(m, at);
  updateArmed(m, thread);
  m.note(N_UNREGISTER, thread);
  return 0;
}

function forget(m: Machine, at: number): void {
  for (const word of [
    T_REGISTERED,
    T_OPTIMISED,
    T_SHARED_LO,
    T_SHARED_HI,
    T_STATE_LO,
    T_STATE_HI,
  ]) {
    m.put(at + word, 0);
  }
  m.put(at + T_SLICE_ENABLED, 0);
  if (m.behaviour.eventAt === "switch-in") m.put(at + T_EVENT, 0);
}

function isSameArea(m: Machine, at: number, call: RegistrationArguments): boolean {
  return m.words[at + T_AREA_LO] === call.lo && m.words[at + T_AREA_HI] === call.hi;
}

function registerRseq(m: Machine, thread: number, call: RegistrationArguments): number {
  const at = m.thread(thread);
  if ((call.flags & ~m.behaviour.registrationFlags) !== 0) return -EINVAL;
  if (m.words[at + T_REGISTERED] === 1) return registeredAlready(m, at, call);
  const invalid = checkLength(m, call) || checkAddress(m, call) || checkShared(m, call);
  if (invalid !== 0) return invalid;
  const optimised = m.behaviour.extendedIsOptimised && call.length >>> 0 > 32;
  const stores = storeAtRegistration(m, call, optimised);
  if (stores !== 0) return stores;
  const schedState = schedStateAddress(m, call);
  if (schedState < 0) return schedState;
  activate(m, thread, call, optimised, schedState);
  return 0;
}

function registeredAlready(m: Machine, at: number, call: RegistrationArguments): number {
  if (!isSameArea(m, at, call) || m.words[at + T_LENGTH] !== call.length) return -EINVAL;
  if (m.behaviour.schedState === "shared-flag") {
    const shared = (call.flags & FLAG_SHARED) !== 0;
    const lo = shared ? call.sharedLo : 0;
    const hi = shared ? call.sharedHi : 0;
    if (m.words[at + T_SHARED_LO] !== lo || m.words[at + T_SHARED_HI] !== hi) return -EINVAL;
  }
  return m.words[at + T_SIGNATURE] === call.signature ? -EBUSY : -EPERM;
}

/** Length before address: rules of the profile. */
function checkLength(m: Machine, call: RegistrationArguments): number {
  const length = call.length >>> 0;
  if (length < 32) return -EINVAL;
  const align = length === 32 ? 32 : extendedAlign(m);
  if (((call.lo >>> 0) & (align - 1)) !== 0) return -EINVAL;
  if (length === 32) return 0;
  switch (m.behaviour.registrationLength) {
    case "exactly-32":
      return -EINVAL;
    // 6.3 and later compare with offsetof(struct rseq, end), too: 28 there, but 40 with the RFC's pointer.
    case "at-least-32":
    case "32-or-feature-size":
      return length < (m.program.kernel.featureSize ?? 32) ? -EINVAL : 0;
    case "32-or-split":
      return length < 256 + (m.program.kernel.sharedFeatureSize ?? 4) ? -EINVAL : 0;
  }
}

/** What a length other than 32 demands; the file's `kernel` item may say another AT_RSEQ_ALIGN. */
function extendedAlign(m: Machine): number {
  return m.program.kernel.align ?? m.behaviour.extendedAlign;
}

function isUserRange(m: Machine, lo: number, hi: number, size: number): boolean {
  const start = toNumber(lo, hi);
  if (compareUnsigned(lo, hi, 0, 0x200000) >= 0) return false;
  return start + size <= m.program.kernel.taskSize;
}

function checkAddress(m: Machine, call: RegistrationArguments): number {
  return isUserRange(m, call.lo, call.hi, call.length >>> 0) ? 0 : -EFAULT;
}

/** RSEQ_FLAG_SHARED: checks of the fifth argument come after those of the private area. */
function checkShared(m: Machine, call: RegistrationArguments): number {
  if (m.behaviour.schedState !== "shared-flag" || (call.flags & FLAG_SHARED) === 0) return 0;
  const { sharedLo: lo, sharedHi: hi } = call;
  if ((lo | hi) === 0) return -EINVAL;
  if (((lo >>> 0) & ((m.program.kernel.align ?? 256) - 1)) !== 0) return -EINVAL;
  const size = m.program.kernel.sharedFeatureSize ?? 4;
  if (!isUserRange(m, lo, hi, size)) return -EFAULT;
  const start = toNumber(lo, hi);
  const area = toNumber(call.lo, call.hi);
  return start < area + (call.length >>> 0) && area < start + size ? -EINVAL : 0;
}

/** What the call itself stores. 0 or a negative errno. */
function storeAtRegistration(m: Machine, call: RegistrationArguments, optimised: boolean): number {
  const scratch = m.thread(m.threadCount);
  // The pseudo-thread's area words carry the address until the registration is accepted.
  m.put(scratch + T_AREA_LO, call.lo);
  m.put(scratch + T_AREA_HI, call.hi);
  const stored =
    m.behaviour.idsAtRegistration === "inside-call"
      ? storeModern(m, scratch, call, optimised)
      : m.behaviour.rseqCsAtRegistration === "kept" || clearStalePointer(m, scratch);
  m.put(scratch + T_AREA_LO, 0);
  m.put(scratch + T_AREA_HI, 0);
  return stored ? 0 : -EFAULT;
}

/** 6.15 to 6.18 read rseq_cs and store 0 only if it is not 0. */
function clearStalePointer(m: Machine, scratch: number): boolean {
  const place = m.rseq.rseqCs;
  if (place === undefined) return true;
  if (!loadField(m, scratch, place)) return false;
  return (m.lo | m.hi) === 0 || storeField(m, scratch, place, 0);
}

/** 6.19 and later store the whole group unconditionally. */
function storeModern(
  m: Machine,
  scratch: number,
  call: RegistrationArguments,
  optimised: boolean,
): boolean {
  if (accessible(m, call.lo, call.hi, 32, PAGE_WRITE) !== ACCESS_OK) return false;
  const { rseqCs, flags, sliceControl } = m.rseq;
  if (rseqCs !== undefined) storeField(m, scratch, rseqCs, 0);
  if (flags !== undefined && m.behaviour.flagsAtRegistration === "overwritten") {
    storeField(m, scratch, flags, featureFlags(m, call, optimised));
  }
  storeIdFields(m, scratch, -1, -1, 0, 0);
  const rule = m.behaviour.sliceControlAtRegistration;
  const zeroes = rule === "zeroed" || (rule === "zeroed-v2" && optimised);
  if (sliceControl !== undefined && zeroes) storeField(m, scratch, sliceControl, 0);
  return true;
}

function featureFlags(m: Machine, call: RegistrationArguments, optimised: boolean): number {
  if (!offersSlices(m, optimised)) return 0;
  const enabled = (call.flags & FLAG_SLICE_DEFAULT_ON) !== 0;
  return FLAG_BITS_SLICE_AVAILABLE | (enabled ? FLAG_BITS_SLICE_ENABLED : 0);
}

/** With two modes (7.1) only the optimised one has slice extensions. */
export function offersSlices(m: Machine, optimised: boolean): boolean {
  return m.behaviour.sliceExtension && (optimised || !m.behaviour.extendedIsOptimised);
}

/** Where sched_state will be stored: 0 nowhere, or a negative errno. */
function schedStateAddress(m: Machine, call: RegistrationArguments): number {
  const area = toNumber(call.lo, call.hi);
  const length = call.length >>> 0;
  switch (m.behaviour.schedState) {
    case "none":
      return 0;
    case "field":
      return m.rseq.schedState === undefined ? 0 : area + m.rseq.schedState.offset;
    case "pointer":
      return schedStatePointer(m, area, length);
    case "split": {
      const shared = m.program.shared;
      if (shared?.schedState === undefined || length === 32) return 0;
      return area + shared.offset + shared.schedState.offset;
    }
    case "shared-flag": {
      const place = m.program.shared?.schedState;
      if ((call.flags & FLAG_SHARED) === 0 || place === undefined) return 0;
      return toNumber(call.sharedLo, call.sharedHi) + place.offset;
    }
  }
}

/** RFC v2: the pointer is read once; `version` of struct rseq_sched_state is stored, `state` follows it. */
function schedStatePointer(m: Machine, area: number, length: number): number {
  const place = m.rseq.schedStatePointer;
  if (place === undefined || length < place.offset + place.size) return 0;
  const field = area + place.offset;
  if (!kernelLoad(m, lowOf(field), Math.floor(field / 4294967296), place.size)) return -EFAULT;
  const pointer = toNumber(m.lo, m.hi);
  if (pointer === 0) return 0;
  if (!kernelStore(m, m.lo, m.hi, 4, 0, 0)) return -EFAULT;
  return pointer + 4;
}

function activate(
  m: Machine,
  thread: number,
  call: RegistrationArguments,
  optimised: boolean,
  schedState: number,
): void {
  const at = m.thread(thread);
  m.put(at + T_REGISTERED, 1);
  m.put(at + T_AREA_LO, call.lo);
  m.put(at + T_AREA_HI, call.hi);
  m.put(at + T_LENGTH, call.length);
  m.put(at + T_SIGNATURE, call.signature);
  m.put(at + T_OPTIMISED, optimised ? 1 : 0);
  m.put(at + T_RSEQ_LO, call.lo);
  m.put(at + T_RSEQ_HI, call.hi);
  m.put(at + T_STATE_LO, lowOf(schedState));
  m.put(at + T_STATE_HI, Math.floor(schedState / 4294967296));
  const shared = sharedAddress(m, call);
  m.put(at + T_SHARED_LO, lowOf(shared));
  m.put(at + T_SHARED_HI, Math.floor(shared / 4294967296));
  m.put(at + T_RSEQ_SHARED_LO, lowOf(shared));
  m.put(at + T_RSEQ_SHARED_HI, Math.floor(shared / 4294967296));
  m.put(at + T_MASK, m.behaviour.eventAt === "switch-out" ? m.words[at + T_MASK]! : 0);
  if (m.behaviour.eventAt === "switch-out") m.put(at + T_NOTIFY, 1);
  else addEvent(m, at, EVENT_IDS_CHANGED | EVENT_SCHED_SWITCH);
  m.put(at + T_CACHED_CPU, -1);
  m.put(at + T_CACHED_NODE, 0);
  m.put(at + T_CACHED_MM_CID, 0);
  const slices = offersSlices(m, optimised) && (call.flags & FLAG_SLICE_DEFAULT_ON) !== 0;
  m.put(at + T_SLICE_ENABLED, slices ? 1 : 0);
  markArea(m, toNumber(call.lo, call.hi), call.length >>> 0);
  if (overlapsAnother(m, thread)) m.put(P_OVERLAP, 1);
  updateArmed(m, thread);
  m.note(N_REGISTER, thread, toNumber(call.lo, call.hi), call.length >>> 0, call.signature >>> 0);
}

/** Two threads may register the same area, or parts of it. */
function overlapsAnother(m: Machine, thread: number): boolean {
  const at = m.thread(thread);
  const start = toNumber(m.words[at + T_AREA_LO]!, m.words[at + T_AREA_HI]!);
  const end = start + (m.words[at + T_LENGTH]! >>> 0);
  for (let other = 0; other < m.threadCount; other++) {
    const that = m.thread(other);
    if (other === thread || m.words[that + T_REGISTERED] === 0) continue;
    const from = toNumber(m.words[that + T_AREA_LO]!, m.words[that + T_AREA_HI]!);
    if (start < from + (m.words[that + T_LENGTH]! >>> 0) && from < end) return true;
  }
  return false;
}

function sharedAddress(m: Machine, call: RegistrationArguments): number {
  if (m.behaviour.schedState === "shared-flag") {
    return (call.flags & FLAG_SHARED) === 0 ? 0 : toNumber(call.sharedLo, call.sharedHi);
  }
  const shared = m.program.shared;
  if (m.behaviour.schedState === "split" && shared !== undefined && call.length >>> 0 !== 32) {
    return toNumber(call.lo, call.hi) + shared.offset;
  }
  return 0;
}
