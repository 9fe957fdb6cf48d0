// RSEQ_SIG: the 4 bytes before an abort handler, by architecture, as the kernel reads them (a 32-bit load). They are a convention of
// libc and librseq (include/rseq/arch/*, sysdeps/unix/sysv/linux/*/bits/rseq.h); the kernel compares with what was registered.
import type { Target } from "./target.ts";

const SIGNATURES: Readonly<Record<string, number>> = {
  x86_64: 0x53053053,
  i386: 0x53053053,
  arm: 0xe7f5def3,
  aarch64: 0xd428bc00,
  mips: 0x0350000d,
  mips64: 0x0350000d,
  ppc64: 0x0fe5000b,
  ppc64le: 0x0fe5000b,
  s390x: 0xb2ff0fff,
  riscv32: 0xf1401073,
  riscv64: 0xf1401073,
  loongarch64: 0x002a0010,
};

/** Targets without a convention of their own (m68k) use x86's. */
export function signatureOf(target: Target): number {
  const architecture = target.name.split("-")[0] ?? target.name;
  return SIGNATURES[architecture] ?? 0x53053053;
}

/** The same as C, for `<sys/rseq.h>`. */
export const SIGNATURE_DEFINITION = `#if defined(__aarch64__)
# define RSEQ_SIG 0xd428bc00
#elif defined(__arm__)
# define RSEQ_SIG 0xe7f5def3
#elif defined(__mips__)
# define RSEQ_SIG 0x0350000d
#elif defined(__powerpc__)
# define RSEQ_SIG 0x0fe5000b
#elif defined(__s390__)
# define RSEQ_SIG 0xb2ff0fff
#elif defined(__riscv)
# define RSEQ_SIG 0xf1401073
#elif defined(__loongarch__)
# define RSEQ_SIG 0x002a0010
#else
# define RSEQ_SIG 0x53053053
#endif
`;
