// Structs in C++ headers, as allocators declare them: found inside namespaces, judged by the same rules, and nothing is said about the
// C++ around them.
import { expect, test } from "vitest";
import { lintText } from "../../support/check-lint.ts";

function header(cpuIdType: string): string {
  return `#include <cstdint>
SECTION_BEGIN
namespace allocator {
namespace subtle::percpu {
inline constexpr int kCpuIdUnsupported = -2;
template <typename T>
class Holder { public: Holder(); T value; };

struct kernel_rseq {
  unsigned cpu_id_start;
  ${cpuIdType} cpu_id;
  unsigned long long rseq_cs;
  unsigned flags;
  unsigned numa_node_id;
  unsigned mm_cid;
  union {
    struct { short node; short vcpu; };
    int flat;
  };
} __attribute__((aligned(4 * sizeof(unsigned long long))));

static_assert(sizeof(kernel_rseq) == 32, "");
extern "C" thread_local volatile kernel_rseq __rseq_abi;
static inline int answer() { auto twice = [&](int x) -> int { return 2 * x; }; return twice(21); }
}
}
`;
}

test.each(["percpu.h", "percpu.hpp", "percpu.cc"])("a clean struct in %s is clean", (path) => {
  expect(lintText(header("unsigned"), { path }).diagnostics).toEqual([]);
});

test("a hole in it is found", () => {
  const { diagnostics } = lintText(header("unsigned short"), { path: "percpu.h" });
  expect(diagnostics.map((one) => one.message)).toEqual([
    "2 bytes of padding before 'rseq_cs' at offset 6. Kernel and user space may disagree about them; declare a reserved field.",
  ]);
});
