import { expect, test } from "vitest";
import { differenceOfEvent, whyEventNotRun } from "../../support/event-rows.ts";
import { oracleRows } from "../../support/oracle-rows.ts";

test.each([
  ["events", 94, 0],
  ["membarrier", 56, 4],
  ["syscall-in-cs", 82, 0],
] as const)("%s: sections commit, abort and die as on a real 6.18", (probe, count, left) => {
  const rows = oracleRows("other").filter((row) => row.probe === probe);
  const run = rows.filter((row) => whyEventNotRun(row) === undefined);
  const different = run.flatMap((row) => {
    const difference = differenceOfEvent(row);
    return difference === undefined
      ? []
      : [`${row.id} ${row.case} ${row.prior ?? ""}: ${difference}`];
  });
  expect(different).toEqual([]);
  expect([rows.length, rows.length - run.length]).toEqual([count, left]);
});
