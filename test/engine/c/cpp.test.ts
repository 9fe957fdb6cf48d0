// C++ headers (by their file name) are read as far as their declarations are like C's: what has a layout gets it, the rest is skipped.
import { expect, test } from "vitest";
import { defaultTarget } from "../../../server/engine/abi/targets/index.ts";
import { readUnit } from "../../../server/engine/c/unit.ts";
import { layoutLines } from "../../support/check-reading.ts";

test("namespaces, aliases, scoped enums and standard-layout classes", () => {
  const unit = readUnit({
    path: "test.hpp",
    text: `#ifdef __cplusplus
namespace lab { inline namespace v1 {
using u32 = unsigned int;
enum class state : unsigned char { off, on = 3 };
template <typename T, int N = (1 > 0)> struct box { T value; };
template <class T> T twice(T value) { return value + value; }
struct empty {};
class base { public: int first; };
class area final : public base {
 public:
  area() : second(0) {}
  ~area();
  static int count;
  typedef int number;
  int get() const noexcept { return second; }
  bool operator==(const area &other) const;
 private:
  mutable state current = state::off;
  u32 second{0};
  base &reference;
  empty nothing;
};
}}
#endif
`,
    target: defaultTarget,
    includePaths: [],
    defines: [],
    files: new Map(),
    builtinHeader: () => undefined,
    prelude: "",
    hooks: {},
  });
  expect(unit.diagnostics.map(({ message }) => message)).toEqual([]);
  expect(layoutLines(unit)).toBe(`struct empty: size 1 align 1
struct base: size 4 align 4
  0 first int 4
struct area: size 32 align 8
  0  base 4
  0 first int 4
  4 current state 1
  8 second u32 4
  16 reference base * 8
  24 nothing empty 1`);
});
