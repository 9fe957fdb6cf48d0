// One mistake in a scenario gives one message: each edit of examples/counter.rseq breaks it at one place.
import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { findingsOf } from "../../support/compile-text.ts";

const counter = readFileSync(
  path.join(import.meta.dirname, "../../../examples/counter.rseq"),
  "utf8",
).replace(/^(?:\/\/.*\n)+/, "");

/** What is written instead of what, and the one finding. */
const EDITS: readonly (readonly [before: string, after: string, finding: string])[] = [
  // What ends or opens something is missing.
  ['"linux-6.18";', '"linux-6.18"', "S02 '\"linux-6.18\"'"],
  ["cpus = 2; }", "cpus = 2 }", "S02 '2'"],
  ["cpus = 2; }", "cpus = 2;", "S01 ';'"],
  ["u64 value; }", "u64 value }", "S02 'value'"],
  ["u64 value; }", "u64 value;", "S04 '{'"],
  ["struct counter {", "struct counter", "S01 'counter'"],
  ["aligned(64)));", "aligned(64)))", "S02 ')'"],
  ["hits;\n", "hits\n", "S02 'hits'"],
  ["increment(void)\n{", "increment(void)\n", "S01 ')'"],
  ["increment(void)", "increment(void", "S01 'void'"],
  ["u32 cpu;", "u32 cpu", "S02 'cpu'"],
  ["retry:\n", "retry\n", "S01 'retry'"],
  ["cpu_id_start;", "cpu_id_start", "S02 'cpu_id_start'"],
  ["critical (cpu)", "critical cpu", "S01 'cpu'"],
  ["critical (cpu)", "critical (cpu", "S01 'cpu'"],
  ["(cpu) abort retry", "(cpu) retry", "K62 'retry'"],
  ["abort retry {", "abort retry", "S01 'retry'"],
  ["v = hits[cpu].value;", "v = hits[cpu].value", "S02 'value'"],
  ["v = hits[cpu].value;", "v = hits[cpu.value;", "S01 'value'"],
  ["commit hits[cpu].value =", "commit hits[cpu].value", "S01 'value'"],
  ["v + 1;\n    }", "v + 1;\n", "S04 '{'"],
  ["    }\n}\n", "    }\n", "S04 '{'"],
  ["worker[2] {", "worker[2]", "S01 ']'"],
  ["worker[2] {", "worker[2 {", "S01 '2'"],
  ["increment(); }", "increment();", "S01 ';'"],
  ["increment(); increment();", "increment() increment();", "S02 ')'"],
  ["lost_update {", "lost_update", "S01 'lost_update'"],
  ["increment:commit;", "increment:commit", "S02 'commit'"],
  ["increment:commit;", "increment:;", "S01 ':'"],
  ["run all;", "run all", "S02 'all'"],
  ["run all;\n}", "run all;\n", "S01 ';'"],
  ["random(seed", "random seed", "S01 'random'"],
  ["10%);", "10%)", "S02 ')'"],
  ["10%);", "10%;", "S01 ';'"],
  ["finally {", "finally", "K13 'finally'"],
  ["== 4); }", "== 4) }", "S02 ')'"],
  ["== 4); }", "== 4);", "S01 ';'"],
  // A word is mistyped.
  ["kernel ", "kernal ", "K15 'kernal'"],
  ['"linux-6.18"', '"linux-6.81"', "K02 '\"linux-6.81\"'"],
  ['"linux-6.18"', '"linux-6.18', "S06 '\"linux-6.18'"],
  ["machine {", "machin {", "K15 'machin'"],
  ["machine {", "machine cpus {", "K13 'machine'"],
  ["percpu struct", "per_cpu struct", "K15 'per_cpu'"],
  ["percpu struct counter", "percpu struct countr", "T66 'hits'"],
  ["hits;\n", "hit;\n", "T53 'hits'"],
  ["u64 value;", "u64 valeu;", "T60 'value'"],
  ["void increment", "viod increment", "T01 'viod'"],
  ["void increment", "void incremnt", "T53 'increment'"],
  ["u32 cpu;", "u23 cpu;", "T01 'u23'"],
  ["critical (cpu)", "critcal (cpu)", "K15 'critcal'"],
  ["abort retry", "abrt retry", "K62 'abrt'"],
  ["abort retry", "abort rety", "K71 'rety'"],
  ["u64 v =", "u46 v =", "T01 'u46'"],
  ["commit hits", "comit hits", "K15 'comit'"],
  ["thread worker", "thraed worker", "K15 'thraed'"],
  ["schedule storm", "shedule storm", "K15 'shedule'"],
  ["migrate worker[0]", "migrat worker[0]", "K15 'migrat'"],
  ["run worker[1];", "run worker;", "K22 'worker'"],
  ["finally {", "finaly {", "K15 'finaly'"],
  ["assert(hits", "asert(hits", "T53 'asert'"],
];

test.each(EDITS)("%s → %s", (before, after, finding) => {
  expect(counter).toContain(before);
  expect(findingsOf(counter.replace(before, after))).toEqual([finding]);
});

test("a second mistake elsewhere is found too", () => {
  const text = counter.replace("u32 cpu;", "u32 cpu").replace("lost_update {", "lost_update");
  expect(findingsOf(text)).toEqual(["S02 'cpu'", "S01 'lost_update'"]);
  const both = counter.replace("increment(); }", "increment();").replace("run all", "rum all");
  expect(findingsOf(both)).toEqual(["S01 ';'", "K15 'rum'"]);
});

test("a body that names its own types and variables like items is whole", () => {
  const text = `kernel "linux-6.18";
u32 sum;
void f(void)
{
    typedef u32 thread;
    u32 check = 1, finally = 2;
    thread machine = 3;
    sum = check + finally + machine;
}
thread t { f(); }
`;
  expect(findingsOf(text)).toEqual([]);
});

test("whatever word or sign is missing from the example, seldom two messages come and never three", () => {
  const tokens = [...counter.matchAll(/"[^"\n]*"|\/\/.*|\w+|->|==|\S/g)].filter(
    ([text]) => !text.startsWith("//"),
  );
  const counts = tokens.map(({ 0: text, index }) => {
    const broken = counter.slice(0, index) + counter.slice(index + text.length);
    return findingsOf(broken).length;
  });
  expect(Math.max(...counts)).toBeLessThanOrEqual(2);
  expect(counts.filter((count) => count === 2).length).toBeLessThan(counts.length / 20);
});

test("statements behind a body that ended too early are one mistake", () => {
  const text = `kernel "linux-6.18";
u32 x;
void f(void)
{
    while (x < 3)
        x++;
    }
    WRITE_ONCE(x, 1);
    x = 2;
}
thread t { f(); }
`;
  expect(findingsOf(text)).toEqual(["S01 'WRITE_ONCE'"]);
});
