// What is wrong with rseq-lab.json is a finding in it, at the word that is wrong; the rest of the file counts.
import { expect, test } from "vitest";
import { readConfiguration } from "../../../server/engine/lint/configuration.ts";

function findingsIn(severity: Readonly<Record<string, string>>): readonly string[] {
  const text = JSON.stringify({ severity });
  return readConfiguration("rseq-lab.json", text).diagnostics.map(
    ({ code, message, span }) => `${code} ${text.slice(span.start, span.end)}: ${message}`,
  );
}

const LIST = "'rseq-lab explain --list' lists their codes and names.";

test.each([
  ["L99", `N10 "L99": There is no finding "L99". ${LIST}`],
  ["l01", `N10 "l01": There is no finding "l01"; did you mean 'L01'? ${LIST}`],
  [
    "implicit-hol",
    `N10 "implicit-hol": There is no finding "implicit-hol"; did you mean 'implicit-hole'? ${LIST}`,
  ],
])("the severity of %s is for nothing", (code, finding) => {
  expect(findingsIn({ [code]: "off" })).toEqual([finding]);
});

test("codes and names of rules, messages and notices may be configured", () => {
  const severity = { L01: "off", "false-sharing": "error", T53: "warning", K06: "off", N11: "off" };
  expect(findingsIn(severity as Readonly<Record<string, string>>)).toEqual([]);
});
