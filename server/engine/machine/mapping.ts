// mmap, munmap and mprotect: flags of pages. New pages come first fit from a fixed range, so that an address may be mapped again
// after it was unmapped, as under a kernel.
import { PAGE_BYTES } from "../program/program.ts";
import { MMAP_ADDRESS, MMAP_PAGES, PAGE_WORDS } from "./machine.ts";
import type { Machine } from "./machine.ts";
import { EINVAL } from "./registration.ts";
import { PAGE_ABSENT, PAGE_MAPPED, PAGE_READ, PAGE_WRITE } from "./words.ts";

const ENOMEM = 12;
const RIGHTS = PAGE_READ | PAGE_WRITE;

/** The address of `size` zeroed bytes, readable and writable, or a negative errno. */
export function mapPages(m: Machine, size: number, align: number): number {
  const step = Math.max(1, align / PAGE_BYTES);
  if (size === 0 || (align !== 0 && !Number.isInteger(Math.log2(align)))) return -EINVAL;
  const count = Math.ceil(size / PAGE_BYTES);
  for (let page = 0; page + count <= MMAP_PAGES; page++) {
    const isAligned = (MMAP_ADDRESS / PAGE_BYTES + page) % step === 0;
    if (!isAligned || !areFree(m, page, count)) continue;
    for (let index = 0; index < count; index++) mapPage(m, m.firstMmapPage + page + index);
    return MMAP_ADDRESS + page * PAGE_BYTES;
  }
  return -ENOMEM;
}

function areFree(m: Machine, page: number, count: number): boolean {
  for (let index = 0; index < count; index++) {
    const flags = m.words[m.pageBase + m.firstMmapPage + page + index] ?? PAGE_MAPPED;
    if ((flags & PAGE_MAPPED) !== 0) return false;
  }
  return true;
}

function mapPage(m: Machine, slot: number): void {
  m.put(m.pageBase + slot, RIGHTS | PAGE_MAPPED);
  if (m.touchedPages[slot] === 0) return;
  const start = m.memoryBase + slot * PAGE_WORDS;
  for (let word = start; word < start + PAGE_WORDS; word++) {
    if (m.words[word] !== 0) m.put(word, 0);
  }
}

/** Unmaps whatever is mapped in the range. */
export function unmapPages(m: Machine, address: number, size: number): number {
  if (address % PAGE_BYTES !== 0 || size === 0) return -EINVAL;
  if (address + size > m.program.kernel.taskSize) return -EINVAL;
  for (const slot of slotsIn(m, address, size)) {
    m.put(m.pageBase + slot, m.words[m.pageBase + slot]! & ~(PAGE_MAPPED | PAGE_ABSENT));
  }
  return 0;
}

export function protectPages(m: Machine, address: number, size: number, rights: number): number {
  if (address % PAGE_BYTES !== 0 || (rights & ~7) !== 0) return -EINVAL;
  if (size === 0) return 0;
  const slots = slotsIn(m, address, size);
  if (slots.length !== Math.ceil(size / PAGE_BYTES)) return -ENOMEM;
  // Writable pages are readable on every target modelled here.
  const flags = (rights & 2) !== 0 ? rights | PAGE_READ : rights;
  for (const slot of slots) {
    m.put(m.pageBase + slot, (m.words[m.pageBase + slot]! & ~7) | flags);
  }
  return 0;
}

function slotsIn(m: Machine, address: number, size: number): number[] {
  const slots: number[] = [];
  for (let slot = 0; slot < m.pageCount; slot++) {
    const page = m.pageAddresses[slot]!;
    if (page + PAGE_BYTES <= address || page >= address + size) continue;
    if (page >= m.program.kernel.taskSize) continue;
    if ((m.words[m.pageBase + slot]! & PAGE_MAPPED) !== 0) slots.push(slot);
  }
  return slots;
}
