// Numbers of the rseq system call, by architecture (glibc sysdeps/unix/sysv/linux/*/arch-syscall.h). The headers of headers.ts
// have the same numbers as C.
import type { Target } from "./target.ts";

const NUMBERS: Readonly<Record<string, number>> = {
  x86_64: 334,
  i386: 386,
  arm: 398,
  ppc64: 387,
  ppc64le: 387,
  s390x: 383,
  mips: 4367,
  mips64: 5327,
  m68k: 384,
};

/** aarch64, riscv and loongarch have the number of the common table. */
export function rseqCallNumber(target: Target): number {
  const architecture = target.name.split("-")[0] ?? target.name;
  return NUMBERS[architecture] ?? 293;
}

/** rseq_slice_yield; drafts used 470, which became listns. */
export const SLICE_YIELD_CALL_NUMBER = 471;
export const LISTNS_CALL_NUMBER = 470;
