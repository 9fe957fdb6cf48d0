import { test } from "vitest";
import { checkLint, checkSilent } from "../../../support/check-lint.ts";

test.each([
  ["__u32 request : 1;", "request", "'request' is a bit-field of 1 bit at offset 0."],
  ["unsigned int on_cpu : 31;", "on_cpu", "'on_cpu' is a bit-field of 31 bits at offset 0."],
  ["__u64 owner : 48;", "owner", "'owner' is a bit-field of 48 bits at offset 0."],
])("%s is reported", (declaration, name, message) => {
  const at = declaration.indexOf(name) + 2;
  checkLint(
    "L17",
    {},
    `
struct rseq_shared {
  ${declaration}
//${" ".repeat(at - 2)}${"^".repeat(name.length)} error: ${message}
};`,
  );
});

test("bytes in a union with their word are what slice_ctrl does", () => {
  checkSilent(
    {},
    "struct rseq_slice_ctrl { union { __u32 all; struct { __u8 request; __u8 granted; __u16 __reserved; }; }; };",
  );
});
