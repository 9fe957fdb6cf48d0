import { expect, test } from "vitest";
import { runCli } from "./run-cli.ts";

test("each profile is one line that says each fact once", async () => {
  const { code, out } = await runCli("profiles");
  expect(code).toBe(0);
  for (const line of out.trimEnd().split("\n"))
    expect(line.split("feature size").length).toBeLessThanOrEqual(2);
  expect(out).toMatch(/^linux-7\.0 .*, feature size 33, alignment 64$/m);
});
