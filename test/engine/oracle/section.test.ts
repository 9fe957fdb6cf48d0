import { expect, test } from "vitest";
import { oracleRows } from "../../support/oracle-rows.ts";
import { differenceOfSection, whyNotRun } from "../../support/section-rows.ts";

test("a section that is stopped once goes on as on a real 6.18, row by row", () => {
  const rows = oracleRows("section");
  const left = rows.filter((row) => whyNotRun(row) !== undefined);
  const different = rows
    .filter((row) => whyNotRun(row) === undefined)
    .flatMap((row) => {
      const difference = differenceOfSection(row);
      return difference === undefined
        ? []
        : [`${row.id} ${row.group} ${row.in.event}@${row.in.stop}: ${difference}`];
    });
  expect(different).toEqual([]);
  expect([rows.length, left.length]).toEqual([5291, 74]);
});
