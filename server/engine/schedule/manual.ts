// Nobody moves by itself: a person chooses each step.
import { P_LIVE } from "../machine/words.ts";
import { CHOICE_END, CHOICE_MANUAL } from "./policy.ts";
import type { Policy } from "./policy.ts";

export function manual(): Policy {
  return {
    name: "manual",
    error: undefined,
    start: () => {},
    next: (m) => (m.words[P_LIVE] === 0 ? CHOICE_END : CHOICE_MANUAL),
    item: () => undefined,
  };
}
