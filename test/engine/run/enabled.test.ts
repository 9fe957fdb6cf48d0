// What could come next of one thread is what could come next at all, without the others'.
import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { root } from "../../harness/project.ts";
import { startText } from "../../support/run-text.ts";

test.each(["counter", "adaptive-mutex"])(
  "the transitions of a thread of %s are those of all that happen to it, at every step",
  (name) => {
    const text = readFileSync(path.join(root, "examples", `${name}.rseq`), "utf8");
    for (const seed of [1n, 2n, 3n]) {
      const run = startText(text, { schedule: { kind: "random", seed } });
      let steps = 0;
      do {
        const all = run.enabled();
        for (const thread of run.program.threads.keys()) {
          expect(run.enabled(thread)).toEqual(all.filter((each) => each.thread === thread));
        }
        steps++;
      } while (run.forward().kind === "step");
      expect(steps).toBeGreaterThan(50);
    }
  },
);
