// A finding can be silenced where it stands, and only there.
import { expect, test } from "vitest";
import { suppressionOf } from "../../../server/engine/assist/suppression.ts";
import { applyFix, lintText } from "../../support/check-lint.ts";

const text = `struct rseq_shared {
  __u8 kind;
  __u32 state;
  __u8 other;
  __u32 tail;
};
`;

test("the comment silences its finding and leaves the next one", () => {
  const [first, second] = lintText(text).diagnostics;
  if (first === undefined || second === undefined) throw new Error("two holes were expected");
  const fix = suppressionOf(first, text);
  expect(fix?.title).toBe("Allow L01 here, with a reason");
  if (fix === undefined) return;
  const after = applyFix(text, fix);
  expect(after).toContain("  // rseq-lab: allow(L01) say why\n  __u32 state;");
  expect(lintText(after).diagnostics.map((one) => one.message)).toEqual([second.message]);
});

test("a name silences as its code does, and several go together", () => {
  const silenced = text
    .replace("  __u32 state", "  __u32 state /* rseq-lab: allow(implicit-hole, L02) measured */")
    .replace("  __u32 tail;", "  __u32 tail; // rseq-lab: allow(L02, L01)");
  expect(lintText(silenced).diagnostics).toEqual([]);
});

test("another code, or a comment two lines above, silences nothing", () => {
  const found = lintText(text).diagnostics.length;
  const other = text.replace("  __u32 state", "  // rseq-lab: allow(L02) no\n  __u32 state");
  expect(lintText(other).diagnostics.length).toBe(found);
  const far = text.replace("  __u32 state", "  // rseq-lab: allow(L01) no\n\n  __u32 state");
  expect(lintText(far).diagnostics.length).toBe(found);
});

test("messages about the syntax cannot be allowed", () => {
  const found = lintText("struct rseq_shared { __u32 a __u32 b; };\n").diagnostics[0];
  expect(found?.code.startsWith("S")).toBe(true);
  if (found !== undefined) expect(suppressionOf(found, "")).toBeUndefined();
});
