// Where everything lies in the flat memory of the simulated process: fixed bases below 0x80000000, the same in every run. Calls
// of mmap get addresses from 0x40000000 on, which stay free here.
import { PAGE_BYTES, STACK_BYTES } from "../program/program.ts";

export const TEXT_ADDRESS = 0x400000;
export const DATA_ADDRESS = 0x10000000;
export const PERCPU_ADDRESS = 0x18000000;
export const PRIVATE_AREA_ADDRESS = 0x20000000;
export const SHARED_AREA_ADDRESS = 0x28000000;
export const TLS_ADDRESS = 0x30000000;
const STACK_ADDRESS = 0x38000000;

/** Room of each region; what does not fit is reported. */
export const REGION_BYTES = 0x8000000;
export const TEXT_BYTES_MAX = 0x4000000;
export const THREADS_MAX = 1024;

export function pageUp(size: number): number {
  return Math.ceil(size / PAGE_BYTES) * PAGE_BYTES;
}

export function alignUp(value: number, align: number): number {
  return Math.ceil(value / align) * align;
}

/** A thread's stack, the lowest address; behind it as much again stays unmapped. */
export function stackAddressOf(thread: number): number {
  return STACK_ADDRESS + thread * STACK_BYTES * 2;
}

/** Places of a thread's area: on pages of its own, so that pageout, munmap and mprotect touch one thread. */
export function areaAddressOf(base: number, thread: number, size: number, align: number): number {
  const start = alignUp(base, Math.max(align, PAGE_BYTES));
  return start + thread * alignUp(size + PAGE_BYTES, Math.max(align, PAGE_BYTES));
}
