// U01: no stores to the ids. Silent are stores before the registration call in the same function, and -1 or -2 to cpu_id.
import type { Code, CodeBody } from "../code.ts";
import { registrationCalls } from "../registration.ts";
import type { Rule } from "../rule.ts";

export const storeToKernelField: Rule = {
  code: "U01",
  name: "store-to-kernel-field",
  severity: "error",
  rule: "User space never stores to cpu_id_start, cpu_id, node_id or mm_cid after registration.",
  why: "7.1 kills the thread for a length over 32 at the next change of the ids; 6.19 to 7.0.9 keep the wrong value silently; other kernels repair it.",
  fix: "Leave the fields to the kernel; keep data of your own elsewhere.",
  sources: ["Linux 7.1 Documentation/userspace-api/rseq.rst", "tcmalloc issue 292"],
  home: "text",
  checkCode(code, judge, report) {
    for (const body of code.bodies) {
      const registration = firstRegistration(code, body);
      code.eachStore(body, (target, value, span) => {
        const field = code.areaField(target);
        if (field?.role !== "private" || !IDS.has(field.name)) return;
        if (span.start < registration) return;
        const stored = code.valueOf(value);
        const isMarker = stored !== undefined && [-1n, -2n].includes(BigInt.asIntN(32, stored));
        if (field.name === "cpu_id" && isMarker) return;
        report(
          field.span,
          `'${field.name}' is written by the kernel only. ${CONSEQUENCES[judge.profile.behaviour.scribbledIds](judge.kernel)}; keep data of your own elsewhere.`,
        );
      });
    }
  },
};

const IDS: ReadonlySet<string> = new Set(["cpu_id_start", "cpu_id", "node_id", "mm_cid"]);

const CONSEQUENCES: Readonly<Record<"repaired" | "kept" | "by-mode", (kernel: string) => string>> =
  {
    repaired: (kernel) => `${kernel} repairs it at the next switch, and later kernels kill for it`,
    kept: (kernel) => `${kernel} keeps the wrong value until the id changes`,
    "by-mode": (kernel) => `${kernel} kills for it after a registration of more than 32 bytes`,
  };

/** Where the body registers first; stores before it initialise the area. */
function firstRegistration(code: Code, body: CodeBody): number {
  const call = registrationCalls(code, body).find((one) => one.isUnregistration !== true);
  return call?.call.span.start ?? 0;
}
