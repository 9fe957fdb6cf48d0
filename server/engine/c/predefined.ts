// The macros that a compiler predefines, as far as layouts depend on them: derived from the target's sizes, plus the
// target's own names. `#if` on the version sees gcc 12 and C23's `__STDC_VERSION__` of gnu17.
import type { Target } from "../abi/target.ts";

/** `NAME VALUE` lines. */
export function predefinedMacros(target: Target): readonly string[] {
  return [
    ...commonMacros,
    ...sizes(target),
    ...byteOrder(target),
    ...limits(target),
    ...target.macros.map(([name, value]) => `${name} ${value}`),
  ];
}

const commonMacros: readonly string[] = [
  "__STDC__ 1",
  "__STDC_VERSION__ 201710L",
  "__STDC_HOSTED__ 1",
  "__GNUC__ 12",
  "__GNUC_MINOR__ 2",
  "__GNUC_PATCHLEVEL__ 0",
  '__VERSION__ "12.2.0"',
  "__linux__ 1",
  "__linux 1",
  "linux 1",
  "__gnu_linux__ 1",
  "__unix__ 1",
  "__unix 1",
  "unix 1",
  "__ELF__ 1",
  "__CHAR_BIT__ 8",
  "__GNUC_STDC_INLINE__ 1",
  "__ORDER_LITTLE_ENDIAN__ 1234",
  "__ORDER_BIG_ENDIAN__ 4321",
  "__ORDER_PDP_ENDIAN__ 3412",
  "__OPTIMIZE__ 1",
];

function sizes(target: Target): readonly string[] {
  const lines = [
    `__SIZEOF_SHORT__ ${target.short.size}`,
    `__SIZEOF_INT__ ${target.int.size}`,
    `__SIZEOF_LONG__ ${target.long.size}`,
    `__SIZEOF_LONG_LONG__ ${target.longLong.size}`,
    `__SIZEOF_POINTER__ ${target.pointer.size}`,
    `__SIZEOF_SIZE_T__ ${target.pointer.size}`,
    `__SIZEOF_PTRDIFF_T__ ${target.pointer.size}`,
    `__SIZEOF_FLOAT__ ${target.float.size}`,
    `__SIZEOF_DOUBLE__ ${target.double.size}`,
    `__SIZEOF_LONG_DOUBLE__ ${target.longDouble.size}`,
    "__SIZEOF_WCHAR_T__ 4",
    "__SIZEOF_WINT_T__ 4",
    `__BIGGEST_ALIGNMENT__ ${target.alignMax}`,
    `__SIZE_TYPE__ ${target.sizeType}`,
    `__PTRDIFF_TYPE__ ${target.pointerDifferenceType}`,
    `__WCHAR_TYPE__ ${target.wideCharType}`,
    "__WINT_TYPE__ unsigned int",
    `__INTPTR_TYPE__ ${target.pointerDifferenceType}`,
    `__UINTPTR_TYPE__ ${target.sizeType}`,
  ];
  if (target.int128 !== undefined) lines.push(`__SIZEOF_INT128__ ${target.int128.size}`);
  if (target.float128 !== undefined) lines.push(`__SIZEOF_FLOAT128__ ${target.float128.size}`);
  if (target.long.size === 8 && target.pointer.size === 8) lines.push("__LP64__ 1", "_LP64 1");
  else if (target.long.size === 4 && target.pointer.size === 4)
    lines.push("__ILP32__ 1", "_ILP32 1");
  if (!target.isCharSigned) lines.push("__CHAR_UNSIGNED__ 1");
  return lines;
}

function byteOrder(target: Target): readonly string[] {
  const order = target.isBigEndian ? "__ORDER_BIG_ENDIAN__" : "__ORDER_LITTLE_ENDIAN__";
  return [`__BYTE_ORDER__ ${order}`, `__FLOAT_WORD_ORDER__ ${order}`];
}

function limits(target: Target): readonly string[] {
  const longBits = target.long.size * 8;
  const longMax = (1n << BigInt(longBits - 1)) - 1n;
  const wide = longBits === 64 ? "long" : "long long";
  const suffix = longBits === 64 ? "L" : "LL";
  const sizeMax = (1n << BigInt(target.pointer.size * 8)) - 1n;
  const sizeSuffix = target.sizeType === "unsigned long" ? "UL" : "U";
  return [
    "__SCHAR_MAX__ 0x7f",
    "__SHRT_MAX__ 0x7fff",
    "__INT_MAX__ 0x7fffffff",
    `__LONG_MAX__ 0x${longMax.toString(16)}L`,
    "__LONG_LONG_MAX__ 0x7fffffffffffffffLL",
    `__SIZE_MAX__ 0x${sizeMax.toString(16)}${sizeSuffix}`,
    "__INT_WIDTH__ 32",
    "__SHRT_WIDTH__ 16",
    "__SCHAR_WIDTH__ 8",
    `__LONG_WIDTH__ ${longBits}`,
    "__LONG_LONG_WIDTH__ 64",
    `__PTRDIFF_WIDTH__ ${target.pointer.size * 8}`,
    `__SIZE_WIDTH__ ${target.pointer.size * 8}`,
    "__INT8_TYPE__ signed char",
    "__INT16_TYPE__ short",
    "__INT32_TYPE__ int",
    `__INT64_TYPE__ ${wide}`,
    "__UINT8_TYPE__ unsigned char",
    "__UINT16_TYPE__ unsigned short",
    "__UINT32_TYPE__ unsigned int",
    `__UINT64_TYPE__ unsigned ${wide}`,
    `__INTMAX_TYPE__ ${wide}`,
    `__UINTMAX_TYPE__ unsigned ${wide}`,
    `__INT64_MAX__ 0x7fffffffffffffff${suffix}`,
    "__INT32_MAX__ 0x7fffffff",
    "__UINT32_MAX__ 0xffffffffU",
    `__UINT64_MAX__ 0xffffffffffffffffU${suffix}`,
  ];
}
