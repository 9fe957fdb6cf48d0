// A recorded list of events, taken again. An event that is not possible where it stands is an error that names its step.
import { whyImpossible } from "../machine/enabled.ts";
import type { Machine } from "../machine/machine.ts";
import type { ScheduleItem } from "../program/program.ts";
import { outsideWrite } from "./outside-write.ts";
import { CHOICE_END, CHOICE_ERROR } from "./policy.ts";
import type { Policy } from "./policy.ts";

/** `items` are those of the schedule that was recorded: its `set` items are what events of kind `set` count. */
export function replay(events: Int32Array, items: readonly ScheduleItem[] = []): Policy {
  const policy: Policy = {
    name: "replay",
    error: undefined,
    start: (m) => registerWrites(m, items),
    next: (m) => {
      const index = m.words[m.policyBase]!;
      if (index >= events.length) return CHOICE_END;
      const event = events[index]! & 0x7fffffff;
      const why = whyImpossible(m, event);
      if (why !== undefined) {
        const message = `Step ${index + 1} of the trace cannot be taken here: ${why}. The trace belongs to another file or kernel.`;
        policy.error = { code: "K82", message, line: 0 };
        return CHOICE_ERROR;
      }
      m.put(m.policyBase, index + 1);
      return event;
    },
    item: () => undefined,
  };
  return policy;
}

/** In the order in which the script of these items counts them. */
function registerWrites(m: Machine, items: readonly ScheduleItem[]): void {
  for (const item of items) {
    if (item.kind === "set") m.outside.push(outsideWrite(item));
    else if (item.kind === "repeat") registerWrites(m, item.items);
  }
}
