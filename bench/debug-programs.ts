// What is debugged: a thread that calls a small function in a loop, as a scenario and as C, line by line the same; and a scenario of
// 1,000 lines and 64 threads.

import { root } from "../test/harness/project.ts";
import { readFileSync } from "node:fs";
import path from "node:path";
import { writeBenchFile } from "./inputs.ts";
import { outputOf } from "./process.ts";

/** Line of both programs on which `work` starts. */
export const WORK_LINE = 7;

const LOOP_SCENARIO = `kernel "linux-6.18";
machine { cpus = 1; }
u64 total;

u64 work(u64 i)
{
    u64 a = i * 3;
    u64 b = a + 1;
    total = total + b;
    return b;
}

thread main_thread { u64 i = 0;
    u64 sum = 0;
    while (i < 100000) {
        sum = sum + work(i);
        i = i + 1;
    }
}
`;

const LOOP_C = `
typedef unsigned long u64;
static volatile u64 total;
static u64 __attribute__((noinline))
work(u64 i)
{
    u64 a = i * 3;
    u64 b = a + 1;
    total = total + b;
    return b;
}

void finished(void) {}
int main(void) { u64 i = 0;
    u64 sum = 0;
    while (i < ROUNDS) {
        sum = sum + work(i);
        i = i + 1;
    }
    finished();
    return sum == 0;
}
`;

export function loopScenario(): string {
  return writeBenchFile("loop.rseq", LOOP_SCENARIO);
}

/** Compiles the loop with debug information. */
export function loopProgram(gcc: string, rounds: number, ...options: readonly string[]): string {
  const source = writeBenchFile("loop.c", LOOP_C);
  const program = source.replace(/loop\.c$/, `loop-${rounds}`);
  outputOf([gcc, "-w", "-g", "-O0", ...options, `-DROUNDS=${rounds}`, "-o", program, source]);
  return program;
}

/** An example whose threads go on for ever. */
export function endlessExample(name: "counter" | "adaptive-mutex", body: string): string {
  const text = readFileSync(path.join(root, "examples", `${name}.rseq`), "utf8");
  return `${text.slice(0, text.indexOf("\nthread "))}\nthread ${body}\n`;
}

/** 1,000 lines: small functions that call each other, sections among them, and as many threads as asked for. */
export function longScenario(threads: number): string {
  const lines = [
    'kernel "linux-6.18";',
    "machine { cpus = 8; }",
    "struct counter { u64 value; } __attribute__((aligned(64)));",
    "percpu struct counter hits;",
    "u64 total;",
    "u64 step_0(u64 value) { return value + 1; }",
  ];
  let index = 1;
  for (; lines.length < 983; index++) {
    lines.push(
      `u64 step_${index}(u64 value)`,
      "{",
      "    u32 cpu;",
      "    u64 next;",
      "retry:",
      "    cpu = rseq->cpu_id_start;",
      "    critical (cpu) abort retry {",
      "        u64 old = hits[cpu].value;",
      "        commit hits[cpu].value = old + value;",
      "    }",
      `    next = step_${index - 1}(value) * ${index};`,
      "    if (next > 100)",
      "        next = next % 97;",
      "    total = total + next;",
      "    return next;",
      "}",
    );
  }
  while (lines.length < 996) lines.push(`// Line ${lines.length + 1}.`);
  lines.push(
    `thread worker[${threads}] {`,
    "    while (1)",
    `        step_${Math.min(index - 1, 40)}(self);`,
    "}",
  );
  return `${lines.join("\n")}\n`;
}
