// Every rule has a page under its code and its name: what, why, how to fix.
import { expect, test } from "vitest";
import { codePages, findCodePage } from "../../../server/engine/assist/explain.ts";
import { RULE_PAGES } from "../../../server/engine/lint/pages.ts";

test("all 113 rules have a page, in eight families", () => {
  const counts = new Map<string, number>();
  for (const { code } of RULE_PAGES)
    counts.set(code.slice(0, 1), (counts.get(code.slice(0, 1)) ?? 0) + 1);
  expect(Object.fromEntries(counts)).toEqual({
    L: 23,
    P: 15,
    A: 10,
    R: 15,
    D: 13,
    C: 17,
    U: 13,
    X: 7,
  });
});

test("codes and names are unique", () => {
  const pages = codePages();
  expect(new Set(pages.map((page) => page.code)).size).toBe(pages.length);
  expect(new Set(RULE_PAGES.map((page) => page.name)).size).toBe(RULE_PAGES.length);
});

test("a page is found by code or name, in any case", () => {
  expect(findCodePage("l01")?.name).toBe("implicit-hole");
  expect(findCodePage("implicit-hole")?.code).toBe("L01");
  expect(findCodePage("Z99")).toBeUndefined();
});

test("every page says what, why and how to fix, in sentences", () => {
  for (const { rule, why, fix } of RULE_PAGES)
    for (const text of [rule, why, fix]) expect(text).toMatch(/^\S.*\.$/);
});
