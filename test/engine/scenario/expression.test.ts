// Conditions, watches and hovers: what an expression that somebody types may name, and what it gives.
import { describe, expect, test } from "vitest";
import { createRun } from "../../../server/engine/run/machine-run.ts";
import type { MachineRun } from "../../../server/engine/run/machine-run.ts";
import { compileExpression } from "../../../server/engine/scenario/compile-expression.ts";
import type { ExpressionContext } from "../../../server/engine/scenario/compile-expression.ts";
import type { CompiledScenario } from "../../../server/engine/scenario/compile.ts";
import { compileText } from "../../support/compile-text.ts";

const TEXT = `kernel "linux-6.18";
#define DOUBLE(x) ((x) * 2)
enum { LIMIT = 40 };
struct pair { u32 a; s8 b; u32 bits : 5; };
struct pair object = { 7, -2, 9 };
percpu u32 hits = 3;
__thread u32 mine = 5;
u32 inner(u32 value) {
  u32 doubled = value * 2;
  { u32 value = 99; doubled += value - 99; }
stop:
  return doubled;
}
void outer(void) {
  u32 value = 6;
  u32 *place = &value;
  critical_work: value = inner(value) + *place;
}
thread t[2] { retry: critical (rseq->cpu_id_start) abort retry { commit object.a = 8; } outer(); }
schedule s { run t[1] to inner:stop; }`;

interface Stopped {
  readonly compiled: CompiledScenario;
  readonly run: MachineRun;
}

function stopped(): Stopped {
  const compiled = compileText(TEXT);
  const run = createRun(compiled.program!, { schedule: { kind: "default" } });
  run.advance(1000);
  return { compiled, run };
}

/** Where the frame of t[1] stands; 0 is the innermost. */
function contextOf({ run }: Stopped, frame: number): ExpressionContext {
  const { function: index, instruction } = run.state.frames(1)[frame]!;
  return { function: index, instruction: instruction! };
}

/** The value of an expression in a frame of t[1]; an lvalue's contents. */
function evaluated(state: Stopped, text: string, frame = 0): bigint | string {
  const { routine, diagnostics } = compileExpression(state.compiled, text, contextOf(state, frame));
  if (routine === undefined) return diagnostics[0]!.message;
  const result = state.run.evaluate(routine, 1, frame);
  if (!result.ok) return result.message;
  if (!routine.returnsAddress) return BigInt.asIntN(64, result.value);
  const { size } = state.compiled.program!.types[routine.resultType!]!;
  return state.run.state.readWord(Number(result.value), size as 1 | 2 | 4 | 8)!;
}

describe("an expression sees", () => {
  const state = stopped();
  test.each([
    ["value", 6n],
    ["doubled + 1", 13n],
    ["DOUBLE(doubled) + LIMIT", 64n],
    ["object.a", 8n],
    ["object.b * 3", -6n],
    ["object.bits", 9n],
    ["hits[1]", 3n],
    ["mine", 5n],
    ["self", 1n],
    ["tid == t[1].tid", 1n],
    ["rseq->cpu_id", 1n],
    ["t[0].rseq->cpu_id_start", 0n],
    ["t[1].cpu", 1n],
    ["t[1].running && !t[0].running", 1n],
    ["t[1].commits + t[1].aborts", 1n],
    ["t[1].in(t)", 0n],
    ["t[1].inner::value", 6n],
    ["t[1].outer::value", 6n],
    ["(u8)(value - 7)", 255n],
    ["sizeof(struct pair)", 8n],
    ["object.a > 3 ? doubled : 0", 12n],
  ])("%s", (text, value) => {
    expect(evaluated(state, text)).toBe(value);
  });

  test("the locals of the frame that is looked at", () => {
    expect(evaluated(state, "*place", 1)).toBe(6n);
    expect(evaluated(state, "place == &value", 1)).toBe(1n);
    expect(evaluated(state, "doubled", 1)).toBe("'doubled' is not declared.");
  });
});

describe("an expression is refused", () => {
  const state = stopped();
  test.each([
    [
      "object.a = 3",
      "Nothing may be called or changed here: the expression only looks at the state.",
    ],
    ["value++", "Nothing may be called or changed here: the expression only looks at the state."],
    ["inner(3)", "Nothing may be called or changed here: the expression only looks at the state."],
    [
      "sched_yield()",
      "Nothing may be called or changed here: the expression only looks at the state.",
    ],
    ["valeu + 1", "'valeu' is not declared; did you mean 'value'?"],
    ["object.bit", "struct pair has no member 'bit'; did you mean 'bits'?"],
    ["1 +", "An expression is expected where the text ends."],
    ["1 2", "The expression ends before '2'."],
    ["", "An expression is expected where the text ends."],
    ["t[7].cpu", "There is no 't[7]'; the indices are 0 … 1."],
    ["t.cpu", "'t' is 2 threads; say which: t[0]."],
    ["t[0].in(nowhere)", "There is no critical section 'nowhere'."],
    ["t[0].inner::value", "t[0] is not in inner"],
    ["#define X 1", "A line that begins with '#' is a directive, not an expression."],
  ])("%s", (text, message) => {
    expect(evaluated(state, text)).toBe(message);
  });

  test("and leaves no trace in the scenario's own findings", () => {
    expect(state.compiled.diagnostics).toEqual([]);
    expect(evaluated(state, "value")).toBe(6n);
  });
});
