import { expect, test } from "vitest";
import { oracleRows } from "../../support/oracle-rows.ts";
import { differenceOfRegistration } from "../../support/registration-rows.ts";

test("sys_rseq answers and stores what a real 6.18 did, row by row", () => {
  const rows = oracleRows("registration");
  const different = rows.flatMap((row) => {
    const difference = differenceOfRegistration(row);
    return difference === undefined ? [] : [`${row.id} ${row.group}: ${difference}`];
  });
  expect(different).toEqual([]);
  expect(rows.length).toBe(5470);
});
