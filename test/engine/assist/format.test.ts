// Formatting moves lines and trims their ends; it changes no word, and a second time it changes nothing.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { closedBlock, formatScenario } from "../../../server/engine/assist/format.ts";
import type { TextEdit } from "../../../server/engine/text/source.ts";

const spaces = { tabSize: 4, insertSpaces: true };

function applied(text: string, edits: readonly TextEdit[]): string {
  return edits
    .toReversed()
    .reduce(
      (result, { span, newText }) => result.slice(0, span.start) + newText + result.slice(span.end),
      text,
    );
}

function formatted(text: string, settings = spaces): string {
  return applied(text, formatScenario("test.rseq", text, settings));
}

test("blocks follow their braces, labels the left edge, cases their switch", () => {
  const wild = `machine {
cpus = 2;
}
void f(u32 a)
{
  retry:
critical (a) abort retry {
    commit hits[a].value = 1;   
  }
        switch (a) {
        case 1:
    a = 2;
      break;
        default:
a = 3;
        }
#define X 1
  if (a)
    a = 4;
}

   
schedule s {
repeat 2 {
run worker[0] to f:retry;
}
}
struct s {
u32 low : 3;
u32: 5;
};
`;
  expect(formatted(wild)).toBe(`machine {
    cpus = 2;
}
void f(u32 a)
{
retry:
    critical (a) abort retry {
        commit hits[a].value = 1;
    }
    switch (a) {
    case 1:
        a = 2;
        break;
    default:
        a = 3;
    }
#define X 1
    if (a)
      a = 4;
}


schedule s {
    repeat 2 {
        run worker[0] to f:retry;
    }
}
struct s {
    u32 low : 3;
    u32: 5;
};
`);
});

test("further lines of a statement and of a list move with the first one, comments stay", () => {
  const text = `void f(void)
{
  a = b +
      c;
  g(1,
    2);
/* a picture
     of something */
  static struct s x = {
  .a = 1,
  .b = 2,
  };
}
`;
  expect(formatted(text)).toBe(`void f(void)
{
    a = b +
        c;
    g(1,
      2);
    /* a picture
     of something */
    static struct s x = {
        .a = 1,
        .b = 2,
    };
}
`);
});

test("tabs where the editor wants tabs", () => {
  const tabs = { tabSize: 8, insertSpaces: false };
  expect(formatted("thread t {\n  if (x) {\n  y();\n }\n}\n", tabs)).toBe(
    "thread t {\n\tif (x) {\n\t\ty();\n\t}\n}\n",
  );
});

test.each(["counter.rseq", "adaptive-mutex.rseq"])("%s is as it should be", (name) => {
  const text = readFileSync(new URL(`../../../examples/${name}`, import.meta.url), "utf8");
  expect(formatted(text)).toBe(text);
});

test("at every stage of writing no word changes, and the second time nothing", () => {
  const text = readFileSync(new URL("../../../examples/counter.rseq", import.meta.url), "utf8");
  const wild = text.replaceAll(/^ +/gm, "  ");
  for (let length = 0; length < wild.length; length += 23) {
    const part = wild.slice(0, length);
    const once = formatted(part);
    expect(once.replaceAll(/\s+/g, " ").trim()).toBe(part.replaceAll(/\s+/g, " ").trim());
    expect(formatted(once)).toBe(once);
  }
});

test("only the lines that were asked for change; a brace brings its block", () => {
  const text = "void f(void)\n{\nif (a) {\nb();\n}\n}\n";
  const edits = formatScenario("test.rseq", text, spaces, { first: 3, last: 3 });
  expect(applied(text, edits)).toBe("void f(void)\n{\nif (a) {\n        b();\n}\n}\n");
  expect(closedBlock(text, text.indexOf("}") + 1)).toEqual({ first: 2, last: 4 });
  expect(closedBlock("}", 1)).toBeUndefined();
});
