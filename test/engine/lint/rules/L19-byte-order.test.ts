import { test } from "vitest";
import { checkLint, checkSilent } from "../../../support/check-lint.ts";

const swapped = `
struct rseq_shared {
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  __u32 high;
  __u32 low;
#else
  __u32 low;
      //^^^ error: 'low' is at offset 0 on x86_64-linux and 4 on ppc64-linux. A wrong byte-order test moves it; declare one order.
  __u32 high;
#endif
};`;

test("fields whose order depends on the byte order", () => {
  checkLint("L19", {}, swapped);
});

test("32-bit targets are compared with each other", () => {
  checkLint(
    "L19",
    { target: "i386-linux" },
    swapped.replace("x86_64-linux and 4 on ppc64-linux", "i386-linux and 4 on mips-linux"),
  );
});

test("the asm/byteorder.h macros are seen", () => {
  checkLint(
    "L19",
    {},
    swapped
      .replace("struct", "#include <asm/byteorder.h>\nstruct")
      .replace("#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__", "#ifdef __BIG_ENDIAN"),
  );
});

const kernelUnion = (name: string): string => `#include <asm/byteorder.h>
struct rseq {
  __u32 cpu_id_start;
  __u32 cpu_id;
  union {
    __u64 ptr64;
    struct {
#ifdef __BIG_ENDIAN
      __u32 padding;
      __u32 ptr32;
#else
      __u32 ptr32;
      __u32 padding;
#endif
    } ${name};
  } rseq_cs;
  __u32 flags;
} __attribute__((aligned(32)));`;

test("the kernel's union of 4.18 fires on 32-bit little endian only", () => {
  checkLint(
    "L19",
    { target: "arm-linux" },
    kernelUnion("ptr").replace(
      "#else\n      __u32 ptr32;",
      "#else\n      __u32 ptr32;\n          //^^^^^ error: 'rseq_cs.ptr.ptr32' is at offset 8 on arm-linux and 12 on mips-linux.",
    ),
  );
  checkSilent({ target: "mips-linux" }, kernelUnion("ptr"), "L19");
});

test("librseq's `arch` and a word in union with its bytes are silent", () => {
  checkSilent({ target: "arm-linux" }, kernelUnion("arch"), "L19");
  checkSilent(
    {},
    `struct rseq_shared {
  union {
    __u32 all;
    struct {
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
      __u8 d; __u8 c; __u8 b; __u8 a;
#else
      __u8 a; __u8 b; __u8 c; __u8 d;
#endif
    };
  };
};`,
    "L19",
  );
});
