import { expect, test } from "vitest";
import { oracleRows } from "../../support/oracle-rows.ts";
import { differenceOfPlan } from "../../support/plan-rows.ts";

test.each([
  ["ptrace", 1499],
  ["live", 489],
] as const)(
  "random plans under %s go as on a real 6.18, every register, word and field",
  (engine, count) => {
    const rows = oracleRows(`plans-${engine}`);
    const different = rows.flatMap((row) => {
      const difference = differenceOfPlan(row, engine);
      return difference === undefined ? [] : [`${row.name}: ${difference}`];
    });
    expect(different).toEqual([]);
    expect(rows.length).toBe(count);
  },
);
