// The rules about what may stand in a critical section hold for the raw form too: from start_ip's label to the label behind it.
import { expect, test } from "vitest";
import { lintText } from "../../support/check-lint.ts";
import { compileText } from "../../support/compile-text.ts";

/** A scenario whose one raw section holds the statements; the codes of the C rules that they break. */
function codesOf(statements: string): readonly string[] {
  const text = `kernel "linux-6.18";
struct counter { u64 value; };
percpu struct counter hits;
void helper(void) { hits[0].value = 1; }
void short_section(void)
{
    u32 cpu;
retry:
    cpu = rseq->cpu_id_start;
    critical (cpu) abort retry { commit hits[cpu].value = 1; }
}
void push(u32 cpu)
{
    static struct rseq_cs push_cs = {
        .start_ip = (u64)&&start,
        .post_commit_offset = (u64)&&done - (u64)&&start,
        .abort_ip = (u64)&&aborted,
    };
    static struct rseq_cs other_cs;
retry:
    rseq->rseq_cs = (u64)&push_cs;
start:
    if (rseq->cpu_id != cpu) goto fail;
    ${statements}
done:
    return;
aborted: __attribute__((rseq_signature(0x53053053)))
    goto retry;
fail: ;
}
thread t { short_section(); push(0); }
`;
  const { diagnostics } = lintText(text, { path: "test.rseq" });
  return diagnostics
    .filter(({ severity }) => severity === "error")
    .map(({ code, span }) => `${code} ${text.slice(span.start, span.end).replaceAll(/\s+/g, " ")}`);
}

const SECTIONS: readonly (readonly [statements: string, found: readonly string[]])[] = [
  ["hits[cpu].value = hits[cpu].value + 1;", []],
  ["hits[cpu].value++;", []],
  ["WRITE_ONCE(hits[cpu].value, 1);", []],
  ["u64 v = hits[cpu].value; hits[cpu].value = v;", []],
  ["hits[cpu].value = 1; cpu = 3;", ["C04 cpu = 3"]],
  ["cpu = 3;", ["C04 push_cs"]],
  ["helper(); hits[cpu].value = 1;", ["C07 helper()"]],
  ["getpid(); hits[cpu].value = 1;", ["C06 getpid()"]],
  ["short_section(); hits[cpu].value = 1;", ["C08 short_section()"]],
  ["if (cpu == 3) return; hits[cpu].value = 1;", ["C07 return"]],
  ["rseq->rseq_cs = (u64)&other_cs; hits[cpu].value = 1;", ["C08 rseq->rseq_cs = (u64)&other_cs"]],
  ["if (cpu == 3) goto fail; hits[cpu].value = 1;", []],
];

test.each(SECTIONS)("%s", (statements, found) => {
  expect(codesOf(statements)).toEqual(found);
});

test("what stands behind the commit of a short section is found, however long it is", () => {
  const text = `kernel "linux-6.18";
percpu u64 hits;
thread t {
    u32 cpu;
retry:
    cpu = rseq->cpu_id_start;
    critical (cpu) abort retry { u64 v = hits[cpu]; commit hits[cpu] = v + 1; v = 2; hits[cpu] = v; }
}
`;
  const { diagnostics } = lintText(text, { path: "test.rseq" });
  expect(diagnostics.map(({ code }) => code)).toEqual(["C04"]);
  // A finding of a rule never stops the file from running.
  expect(compileText(text).program).toBeDefined();
});
