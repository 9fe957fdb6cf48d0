// The built-in headers: what `#include <linux/rseq.h>` and its neighbours give where no file of that name is found, and the text
// that every scenario starts with. Types and constants come from the profile. Headers that declare nothing of
// interest are empty, so that a file needs no system headers to be read.
import {
  ATOMIC_ORDERS,
  ERRNO,
  MEMBARRIER_COMMANDS,
  type NamedNumber,
  PROTECTIONS,
  SIGNALS,
  SYSTEM_CALL_KINDS,
} from "./numbers.ts";
import type { Profile, ProfileConstant } from "./profile.ts";
import { CONSTANTS_5_10, CONSTANTS_6_3, CONSTANTS_7_0 } from "./profiles/constants.ts";
import { SIGNATURE_DEFINITION } from "./signature.ts";

/** The text of a built-in header by the name between `<` and `>`; undefined if there is none of that name. */
export function builtinHeader(profile: Profile, name: string): string | undefined {
  const body = HEADERS[name]?.(profile);
  if (body !== undefined) return guarded(name, body);
  return EMPTY_HEADERS.test(name) ? "" : undefined;
}

/**
 * What a scenario has without any include: integer types, the profile's structs and constants, errno names. `ownTags` are
 * the structs that the file declares itself; they replace the profile's.
 */
export function scenarioPrelude(profile: Profile, ownTags: ReadonlySet<string>): string {
  return [
    KERNEL_TYPES,
    SHORT_TYPES,
    FIXED_WIDTH_TYPES,
    STANDARD_TYPES,
    BOOLEANS,
    SIGNATURE_DEFINITION,
    // gcc predefines these.
    ...ATOMIC_ORDERS.map(({ name, value }) => `#ifndef ${name}\n# define ${name} ${value}\n#endif`),
    constantEnums(profile),
    enumOf("", [
      ...profile.constants.filter(({ name }) => !ENUMS.some(([, belongs]) => belongs(name))),
      ...serviceConstantsBeyond(profile),
      ...PRELUDE_NUMBERS.map(toConstant),
    ]),
    structDeclarations(profile, ownTags),
  ].join("\n");
}

const KERNEL_TYPES = `typedef signed char __s8;
typedef unsigned char __u8;
typedef signed short __s16;
typedef unsigned short __u16;
typedef signed int __s32;
typedef unsigned int __u32;
typedef signed long long __s64;
typedef unsigned long long __u64;
`;

const ENDIAN_TYPES = `typedef __u16 __le16;
typedef __u16 __be16;
typedef __u32 __le32;
typedef __u32 __be32;
typedef __u64 __le64;
typedef __u64 __be64;
typedef __u64 __attribute__((aligned(8))) __aligned_u64;
`;

const SHORT_TYPES = `typedef __s8 s8;
typedef __u8 u8;
typedef __s16 s16;
typedef __u16 u16;
typedef __s32 s32;
typedef __u32 u32;
typedef __s64 s64;
typedef __u64 u64;
`;

const FIXED_WIDTH_TYPES = `typedef __INT8_TYPE__ int8_t;
typedef __UINT8_TYPE__ uint8_t;
typedef __INT16_TYPE__ int16_t;
typedef __UINT16_TYPE__ uint16_t;
typedef __INT32_TYPE__ int32_t;
typedef __UINT32_TYPE__ uint32_t;
typedef __INT64_TYPE__ int64_t;
typedef __UINT64_TYPE__ uint64_t;
typedef __INTPTR_TYPE__ intptr_t;
typedef __UINTPTR_TYPE__ uintptr_t;
`;

const STANDARD_TYPES = `typedef __SIZE_TYPE__ size_t;
typedef __PTRDIFF_TYPE__ ptrdiff_t;
#ifndef NULL
# define NULL ((void *)0)
#endif
`;

const BOOLEANS = `#ifndef bool
# define bool _Bool
# define true 1
# define false 0
#endif
`;

const BYTE_ORDER = `#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
# ifndef __BIG_ENDIAN
#  define __BIG_ENDIAN 4321
# endif
#else
# ifndef __LITTLE_ENDIAN
#  define __LITTLE_ENDIAN 1234
# endif
#endif
`;

const SYSTEM_CALL_NUMBERS = `#if defined(__x86_64__)
# define __NR_rseq 334
#elif defined(__i386__)
# define __NR_rseq 386
#elif defined(__arm__)
# define __NR_rseq 398
#elif defined(__powerpc__)
# define __NR_rseq 387
#elif defined(__s390__)
# define __NR_rseq 383
#elif defined(__mips__) && defined(__LP64__)
# define __NR_rseq 5327
#elif defined(__mips__)
# define __NR_rseq 4367
#elif defined(__m68k__)
# define __NR_rseq 384
#else
# define __NR_rseq 293
#endif
#define SYS_rseq __NR_rseq
#define __NR_rseq_slice_yield 471
#define SYS_rseq_slice_yield __NR_rseq_slice_yield
`;

const INCLUDE_TYPES = "#include <linux/types.h>\n";

type HeaderBody = (profile: Profile) => string;

const HEADERS: Readonly<Record<string, HeaderBody>> = {
  "linux/types.h": () => KERNEL_TYPES + ENDIAN_TYPES,
  "asm/types.h": () => INCLUDE_TYPES,
  "asm-generic/int-ll64.h": () => INCLUDE_TYPES,
  "asm-generic/types.h": () => INCLUDE_TYPES,
  "asm/byteorder.h": () => BYTE_ORDER,
  "linux/rseq.h": (profile) =>
    INCLUDE_TYPES + constantEnums(profile) + structDeclarations(profile, new Set()),
  "sys/rseq.h": () =>
    `#include <stddef.h>\n#include <stdint.h>\n#include <linux/rseq.h>\n${SIGNATURE_DEFINITION}
extern const ptrdiff_t __rseq_offset;
extern const unsigned int __rseq_size;
extern const unsigned int __rseq_flags;
`,
  "linux/auxvec.h": (profile) => definitionsOf(profile, "AT_"),
  "sys/auxv.h": () => "#include <linux/auxvec.h>\nunsigned long getauxval(unsigned long type);\n",
  "linux/membarrier.h": (profile) =>
    enumOf("membarrier_cmd", [
      ...MEMBARRIER_COMMANDS.map(toConstant),
      ...constantsWith(profile, "MEMBARRIER_CMD_").filter((one) => !one.name.includes("_FLAG_")),
    ]) + enumOf("membarrier_cmd_flag", constantsWith(profile, "MEMBARRIER_CMD_FLAG_")),
  "linux/prctl.h": (profile) => definitionsOf(profile, "PR_RSEQ_"),
  "sys/prctl.h": () => "#include <linux/prctl.h>\n",
  "linux/ptrace.h": (profile) => definitionsOf(profile, "PTRACE_"),
  "asm/unistd.h": () => SYSTEM_CALL_NUMBERS,
  "linux/unistd.h": () => "#include <asm/unistd.h>\n",
  "sys/syscall.h": () => "#include <asm/unistd.h>\n",
  "syscall.h": () => "#include <asm/unistd.h>\n",
  "errno.h": () => defines(ERRNO),
  "linux/errno.h": () => defines(ERRNO),
  "asm/errno.h": () => defines(ERRNO),
  "signal.h": () => defines(SIGNALS),
  "sys/mman.h": () => defines(PROTECTIONS),
  "stdint.h": () => FIXED_WIDTH_TYPES,
  "inttypes.h": () => "#include <stdint.h>\n",
  "sys/types.h": () => `${STANDARD_TYPES}typedef __PTRDIFF_TYPE__ ssize_t;\ntypedef int pid_t;\n`,
  "stddef.h": () =>
    `${STANDARD_TYPES}#ifndef offsetof\n# define offsetof(type, member) __builtin_offsetof(type, member)\n#endif\n`,
  "stdbool.h": () => BOOLEANS,
  "stdalign.h": () => "#define alignas _Alignas\n#define alignof _Alignof\n",
  "assert.h": () => "#define static_assert _Static_assert\n",
  "stdlib.h": () => STANDARD_TYPES,
  "stdio.h": () => STANDARD_TYPES,
  "string.h": () => STANDARD_TYPES,
  "unistd.h": () => STANDARD_TYPES,
  "pthread.h": () => `${STANDARD_TYPES}typedef unsigned long pthread_t;\n`,
};

/** Further headers of the kernel and of C and POSIX: nothing in them decides the layout of an rseq struct. */
const EMPTY_HEADERS =
  /^(?:linux|asm|asm-generic|uapi|bits|gnu)\/[\w./-]+\.h$|^(?:sys|arpa|net|netinet)\/[\w.-]+\.h$|^(?:aio|complex|cpio|ctype|dirent|dlfcn|elf|err|execinfo|fcntl|features|fenv|float|getopt|grp|iconv|iso646|langinfo|libgen|limits|link|locale|malloc|math|mqueue|netdb|poll|pwd|regex|sched|search|semaphore|setjmp|spawn|stdarg|stdatomic|stdnoreturn|strings|tgmath|threads|time|uchar|ucontext|utime|wchar|wctype)\.h$/;

function guarded(name: string, body: string): string {
  const guard = `_RSEQ_LAB_${name.toUpperCase().replaceAll(/\W/g, "_")}`;
  return `#ifndef ${guard}\n#define ${guard}\n${body}#endif\n`;
}

/** Enums of `<linux/rseq.h>` by the start of their constants' names; the first that fits takes a constant. */
const ENUMS: readonly (readonly [tag: string, belongs: (name: string) => boolean])[] = [
  ["rseq_cpu_id_state", (name) => name.startsWith("RSEQ_CPU_ID_")],
  ["rseq_flags", (name) => name.startsWith("RSEQ_FLAG_")],
  ["rseq_cs_flags_bit", (name) => name.startsWith("RSEQ_CS_FLAG_") && name.endsWith("_BIT")],
  ["rseq_cs_flags", (name) => name.startsWith("RSEQ_CS_FLAG_") && !name.endsWith("_BIT")],
  ["rseq_sched_state_flags", (name) => name.startsWith("RSEQ_SCHED_STATE_")],
];

function constantEnums(profile: Profile): string {
  return ENUMS.map(([tag, belongs]) =>
    enumOf(
      tag,
      profile.constants.filter((constant) => belongs(constant.name)),
    ),
  ).join("");
}

const PRELUDE_NUMBERS: readonly NamedNumber[] = [
  ...ERRNO,
  ...SIGNALS,
  ...PROTECTIONS,
  ...SYSTEM_CALL_KINDS,
  ...MEMBARRIER_COMMANDS,
];

type Constant = Pick<ProfileConstant, "name" | "value">;

function toConstant({ name, value }: NamedNumber): Constant {
  return { name, value: BigInt(value) };
}

function enumOf(tag: string, constants: readonly Constant[]): string {
  if (constants.length === 0) return "";
  const lines = constants.map(({ name, value }) => `\t${name} = ${value},\n`);
  return `enum ${tag === "" ? "" : `${tag} `}{\n${lines.join("")}};\n`;
}

/** Arguments of membarrier, prctl and getauxval are known under every profile; an older kernel answers with an errno, or with 0. */
function serviceConstantsBeyond(profile: Profile): readonly Constant[] {
  const own = new Set(profile.constants.map(({ name }) => name));
  return [...CONSTANTS_5_10, ...CONSTANTS_6_3, ...CONSTANTS_7_0].filter(
    ({ name }) => /^(?:MEMBARRIER|PR_RSEQ|AT_RSEQ)_/.test(name) && !own.has(name),
  );
}

function constantsWith(profile: Profile, prefix: string): readonly ProfileConstant[] {
  return profile.constants.filter((constant) => constant.name.startsWith(prefix));
}

function definitionsOf(profile: Profile, prefix: string): string {
  return constantsWith(profile, prefix)
    .map(({ name, value }) => `#define ${name} ${value}\n`)
    .join("");
}

function defines(numbers: readonly NamedNumber[]): string {
  return numbers.map(({ name, value }) => `#define ${name} ${value}\n`).join("");
}

function structDeclarations(profile: Profile, ownTags: ReadonlySet<string>): string {
  return profile.structs
    .filter((struct) => !ownTags.has(struct.tag))
    .map((struct) => struct.declaration)
    .join("");
}
