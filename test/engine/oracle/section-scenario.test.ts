import { expect, test } from "vitest";
import { oracleRows } from "../../support/oracle-rows.ts";
import { differenceOfScenario, isSayable } from "../../support/section-scenarios.ts";

test("every third of the recorded sections that the language can say, written as scenarios in C, go as on a real 6.18", () => {
  const rows = oracleRows("section")
    .filter(isSayable)
    .filter((_, index) => index % 3 === 0);
  const different = rows.flatMap((row) => {
    const difference = differenceOfScenario(row);
    return difference === undefined
      ? []
      : [`${row.id} ${row.group} ${row.in.event}@${row.in.stop}: ${difference}`];
  });
  expect(different).toEqual([]);
  expect(rows.length).toBe(383);
});
