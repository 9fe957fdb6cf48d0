// What a name stands for, wherever it stands: its declaration, its uses with their kinds, its type; and which names may be renamed.
import { describe, expect, test } from "vitest";
import { entityKey } from "../../../server/engine/assist/entity.ts";
import {
  declarationAt,
  definitionAt,
  typeDefinitionAt,
} from "../../../server/engine/assist/navigation.ts";
import { occurrenceAt, occurrencesIn } from "../../../server/engine/assist/occurrences.ts";
import { newNameProblem, renamableAt } from "../../../server/engine/assist/rename.ts";
import { judgeMarked } from "../../support/check-assist.ts";

const scenario = `#define STEP 1
kernel "linux-6.18";
struct counter { u64 value; };
percpu struct counter hits;
u32 total;
void on_usr1(void) { total++; }
void increment(u32 step);
void increment(u32 step)
{
    u32 cpu;
    struct counter *mine;
retry:
    cpu = rseq->cpu_id_start;
    critical add (cpu) abort retry {
        mine = &hits[cpu];
        commit hits[cpu].value = mine->value + step;
    }
    if (total > sizeof(struct counter)) goto retry;
    WRITE_ONCE(total, READ_ONCE(total) + STEP);
}
thread worker[2] signal on_usr1 { increment(STEP); }
invariant sane { worker[0].cpu >= 0 && !worker[1].in(add) && worker[0].increment::cpu < 2 }
schedule lost {
    run worker[0] to increment:retry;
    run worker[1] to retry;
    signal worker[0] on_usr1;
    set total = 3;
    run all;
}
expect violation sane;
`;

/** The texts of the lines on which the name's occurrences stand, with their kinds; `word` stands in `marker`. */
function uses(marker: string, word: string = marker): readonly string[] {
  const { checked, text } = judgeMarked(scenario);
  const offset = text.indexOf(marker) + marker.indexOf(word);
  const found = occurrenceAt(checked, checked.unit.path, offset);
  if (found === undefined) return [];
  return occurrencesIn(checked, checked.unit.path)
    .filter(({ entity }) => entityKey(entity) === entityKey(found.entity))
    .map(({ span, access }) => {
      expect(text.slice(span.start, span.end)).toBe(word);
      return `${text.slice(0, span.start).split("\n").length} ${access}`;
    });
}

describe("uses of a name", () => {
  test("a global is declared once, and loads, stores and outside writes are told apart", () => {
    expect(uses("u32 total", "total")).toEqual([
      "5 declaration",
      "6 write",
      "18 read",
      "19 write",
      "19 read",
      "27 write",
    ]);
  });

  test("a field, stored by a commit and loaded through a pointer", () => {
    expect(uses("u64 value", "value")).toEqual(["3 declaration", "16 write", "16 read"]);
  });

  test("a struct's tag in declarations, and in sizeof", () => {
    expect(uses("struct counter {", "counter")).toEqual([
      "3 declaration",
      "4 mention",
      "11 mention",
      "18 mention",
    ]);
  });

  test("a label by goto, abort and the places of schedules", () => {
    expect(uses("retry:\n", "retry")).toEqual([
      "12 declaration",
      "14 mention",
      "18 mention",
      "24 mention",
      "25 mention",
    ]);
  });

  test("a function with its prototype, calls and places", () => {
    expect(uses("void increment", "increment")).toEqual([
      "7 declaration",
      "8 declaration",
      "21 read",
      "22 mention",
      "24 mention",
    ]);
  });

  test("a section, a thread, a handler, a macro, an invariant, a local seen from outside", () => {
    expect(uses("critical add", "add")).toEqual(["14 declaration", "22 mention"]);
    expect(uses("thread worker", "worker").map((one) => one.split(" ")[0])).toEqual([
      "21",
      "22",
      "22",
      "22",
      "24",
      "25",
      "26",
    ]);
    expect(uses("void on_usr1", "on_usr1")).toEqual(["6 declaration", "21 mention", "26 mention"]);
    expect(uses("STEP")).toEqual(["1 declaration", "19 mention", "21 mention"]);
    expect(uses("invariant sane", "sane")).toEqual(["22 declaration", "30 mention"]);
    expect(uses("u32 cpu", "cpu").at(-1)).toBe("22 read");
  });

  test("a name in a comment, a string or of nothing at all is none", () => {
    const { checked, offset } = judgeMarked("// $0total\nu32 total;");
    expect(occurrenceAt(checked, "test.rseq", offset)).toBeUndefined();
    const broken = judgeMarked("void f(void) { $0nothing = 1; }");
    expect(occurrenceAt(broken.checked, "test.rseq", broken.offset)).toBeUndefined();
  });
});

describe("going to", () => {
  const header = "struct state { __u32 a; };\n";
  const files = new Map([["inc/state.h", header]]);
  const place = (marked: string, find: typeof definitionAt = definitionAt): string | undefined => {
    const { checked, offset } = judgeMarked(marked, "test.rseq", files);
    const span = find(checked, [], offset);
    return span === undefined
      ? undefined
      : `${span.path} ${checked.unit.textOf(span.path)?.slice(span.start, span.end) ?? ""}`;
  };

  test("an included file, and what it declares", () => {
    const include = '#include "inc/state.h"\n';
    expect(place('#include "inc/$0state.h"\n')).toBe("inc/state.h ");
    expect(place(`${include}struct $0state s;`)).toBe("inc/state.h state");
    expect(place(`${include}struct state s; void f(void) { s.$0a = 1; }`)).toBe("inc/state.h a");
  });

  test("the definition or the declaration of a function", () => {
    const marked = "void f(void);\nvoid f(void) { }\nthread t { $0f(); }";
    const { checked, offset } = judgeMarked(marked);
    expect(definitionAt(checked, [], offset)?.start).toBe(19);
    expect(declarationAt(checked, [], offset)?.start).toBe(5);
  });

  test("the type of a variable, through pointers and typedef names", () => {
    const marked = "typedef struct node { u32 a; } node_t;\nnode_t *list[2];\nthread t { $0list; }";
    const { checked, offset, text } = judgeMarked(marked);
    const span = typeDefinitionAt(checked, offset);
    expect(text.slice(span?.start, span?.end)).toBe("node");
  });

  test("what no file declares leads nowhere", () => {
    expect(place("thread t { rseq->$0flags; }")).toBeUndefined();
    expect(place("thread t { $0sched_yield(); }")).toBeUndefined();
  });
});

describe("renaming", () => {
  const at = (marked: string, path?: string): string => {
    const { checked, offset } = judgeMarked(marked, path);
    const found = renamableAt(checked, new Map(), offset);
    if (found === undefined) return "nothing";
    return found.kind === "refused" ? found.reason : `can rename ${found.occurrence.entity.name}`;
  };

  test("names of the file", () => {
    expect(at("u32 $0total;")).toBe("can rename total");
    expect(at("thread $0t { }")).toBe("can rename t");
  });

  test("the kernel's names are refused with the reason", () => {
    expect(at('kernel "linux-6.18"; thread t { rseq->$0flags; }')).toBe(
      "'flags' belongs to the kernel profile linux-6.18; the kernel knows it by this name.",
    );
    expect(at('kernel "$0linux-6.18";')).toContain("is a kernel profile");
    expect(at("thread t { $0sched_yield(); }")).toContain("kernel service");
    expect(at("struct rseq { __u32 $0cpu_id_start; __u32 mine; };", "test.h")).toContain(
      "The kernel finds 'cpu_id_start' of 'struct rseq' by its name",
    );
    expect(at("struct $0rseq { __u32 cpu_id_start; };", "test.h")).toContain("kernel's interface");
    expect(at("struct rseq { __u32 cpu_id_start; __u32 $0mine; };", "test.h")).toBe(
      "can rename mine",
    );
  });

  test("new names that mean something already are refused", () => {
    const { checked, offset } = judgeMarked(
      "struct s { u32 a; u32 b; }; u32 $0total; u32 other; void f(u32 inner) { total = inner; }",
    );
    const found = occurrenceAt(checked, "test.rseq", offset);
    const problem = (newName: string): string | undefined =>
      found === undefined ? "not found" : newNameProblem(checked, found.entity, newName);
    expect(problem("sum")).toBeUndefined();
    expect(problem("a")).toBeUndefined();
    expect(problem("other")).toBe("'other' is already declared here as a variable.");
    expect(problem("inner")).toBe("'inner' is already declared here as a parameter.");
    expect(problem("while")).toBe("'while' is a keyword of C.");
    expect(problem("2nd")).toContain("no C identifier");
    expect(problem("sys_rseq")).toContain("built in");
  });
});
