// A schedule of the file, item by item (language.md section 8). The position in it, the progress of a `run` and the counters of
// `repeat` are policy words; when the items end the run is over, and a debugger's user may go on by hand.
import {
  EVENT_DISPATCH,
  EVENT_EXIT,
  EVENT_INSTRUCTION,
  EVENT_MEMBARRIER,
  EVENT_MIGRATE,
  EVENT_PAGEOUT,
  EVENT_PREEMPT,
  EVENT_SET,
  EVENT_SIGNAL,
  EVENT_TICK,
  EVENT_WAKE,
  SIGNAL_IGNORED,
  eventKind,
  packEvent,
} from "../machine/event.ts";
import { ownStep, whyImpossible } from "../machine/enabled.ts";
import type { Machine } from "../machine/machine.ts";
import { isLive, runningThread } from "../machine/scheduling.ts";
import {
  F_FUNCTION,
  P_DEAD,
  STATE_BLOCKED,
  STATE_RUNNABLE,
  T_CPU,
  T_EXIT,
  T_FRAME,
  T_PC,
  T_STATE,
} from "../machine/words.ts";
import { evaluateRoutine } from "../machine/routine.ts";
import type { Place, ScheduleItem } from "../program/program.ts";
import { highOf, lowOf } from "../support/word64.ts";
import { outsideWrite } from "./outside-write.ts";
import { CHOICE_END, CHOICE_ERROR } from "./policy.ts";
import type { Policy } from "./policy.ts";
import { nextInTurn } from "./round-robin.ts";

/** Policy words: the next operation, progress of a run (instructions done + 1, or 0), whether its thread has moved, and where it stood. */
const POSITION = 0;
const PROGRESS = 1;
const MOVED = 2;
const STOOD = 3;
/** Function that the thread was in when a `run … to` began, + 1. */
const FUNCTION = 4;
const COUNTERS = 8;
const NESTING_MAX = 64;
const ROUND_ROBIN = 128;

/** "The item is done; go on with the next one." */
const NEXT_ITEM = -10;

type Operation =
  | {
      readonly kind: "item";
      readonly item: ScheduleItem;
      readonly top: number;
      readonly set: number;
    }
  | {
      readonly kind: "repeat";
      readonly count: number;
      readonly depth: number;
      readonly top: number;
      readonly end: number;
    }
  | {
      readonly kind: "again";
      readonly start: number;
      readonly depth: number;
      readonly top: number;
    };

export function script(name: string, items: readonly ScheduleItem[]): Policy {
  const operations: Operation[] = [];
  const policy: Policy = {
    name,
    error: undefined,
    start: (m) => {
      operations.length = 0;
      flatten(m, items, operations, 0, undefined);
    },
    next: (m) => nextOf(m, policy, operations),
    item: (m) => operations[m.words[m.policyBase + POSITION]!]?.top ?? items.length,
  };
  return policy;
}

/** Writes the items as a list of operations with jumps; `set` items register their write with the machine. */
function flatten(
  m: Machine,
  items: readonly ScheduleItem[],
  out: Operation[],
  depth: number,
  top: number | undefined,
): void {
  items.forEach((item, index) => {
    const owner = top ?? index;
    if (item.kind !== "repeat") {
      const set = item.kind === "set" ? m.outside.push(outsideWrite(item)) - 1 : -1;
      out.push({ kind: "item", item, top: owner, set });
      return;
    }
    const start = out.length;
    const { count } = item;
    out.push({ kind: "repeat", count, depth, top: owner, end: -1 });
    if (depth < NESTING_MAX) flatten(m, item.items, out, depth + 1, owner);
    out.push({ kind: "again", start, depth, top: owner });
    out[start] = { kind: "repeat", count, depth, top: owner, end: out.length };
  });
}

function nextOf(m: Machine, policy: Policy, operations: readonly Operation[]): number {
  const base = m.policyBase;
  // Ends of rounds of `repeat` that were met since the last event: a round that does nothing does nothing for ever.
  let idle: Set<Operation> | undefined;
  for (;;) {
    if (m.words[P_DEAD] !== 0) return CHOICE_END;
    const operation = operations[m.words[base + POSITION]!];
    if (operation === undefined) return CHOICE_END;
    switch (operation.kind) {
      case "repeat":
        m.put(base + COUNTERS + operation.depth, operation.count);
        m.put(base + POSITION, operation.count > 0 ? m.words[base + POSITION]! + 1 : operation.end);
        break;
      case "again": {
        const isIdle = idle?.has(operation) === true;
        const left = isIdle ? 0 : m.words[base + COUNTERS + operation.depth]! - 1;
        (idle ??= new Set()).add(operation);
        m.put(base + COUNTERS + operation.depth, left);
        const next = left > 0 ? operation.start + 1 : m.words[base + POSITION]! + 1;
        m.put(base + POSITION, next);
        break;
      }
      case "item": {
        const event = chooseForItem(m, policy, operation.item, operation.set);
        if (event !== NEXT_ITEM) return event;
        finishItem(m);
      }
    }
  }
}

function finishItem(m: Machine): void {
  const base = m.policyBase;
  m.put(base + POSITION, m.words[base + POSITION]! + 1);
  for (const word of [PROGRESS, MOVED, STOOD, FUNCTION]) {
    if (m.words[base + word] !== 0) m.put(base + word, 0);
  }
}

/** The item is one event: it is chosen now, and done when asked again. */
function once(m: Machine, event: number): number {
  const progress = m.policyBase + PROGRESS;
  if (m.words[progress] !== 0) return NEXT_ITEM;
  m.put(progress, 1);
  return event;
}

function chooseForItem(m: Machine, policy: Policy, item: ScheduleItem, set: number): number {
  const isDone = m.words[m.policyBase + PROGRESS] !== 0;
  switch (item.kind) {
    case "run":
      return chooseForRun(m, policy, item);
    case "run-all": {
      const event = nextInTurn(m, m.policyBase + ROUND_ROBIN, m.program.machine.slice);
      return event < 0 ? NEXT_ITEM : event;
    }
    case "dispatch":
      return chooseForDispatch(m, policy, item.thread, item.cpu, item.line);
    case "preempt": {
      const runs = runningThread(m, m.words[m.thread(item.thread) + T_CPU]!) === item.thread;
      // A thread that is not running has nothing to lose.
      if (isDone || (!runs && isLive(m, m.thread(item.thread)))) return NEXT_ITEM;
      return checked(m, policy, packEvent(EVENT_PREEMPT, item.thread, 0), item.line);
    }
    case "migrate":
      if (isDone) return NEXT_ITEM;
      return checked(m, policy, packEvent(EVENT_MIGRATE, item.thread, item.cpu), item.line);
    case "signal": {
      if (isDone) return NEXT_ITEM;
      const handler = typeof item.handler === "number" ? item.handler : SIGNAL_IGNORED;
      return checked(m, policy, packEvent(EVENT_SIGNAL, item.thread, handler), item.line);
    }
    case "wake":
      if (isDone) return NEXT_ITEM;
      return checked(m, policy, packEvent(EVENT_WAKE, item.thread, 0), item.line);
    case "pageout":
      return isDone ? NEXT_ITEM : chooseForPageout(m, policy, item);
    case "tick":
      if (isDone) return NEXT_ITEM;
      return checked(m, policy, packEvent(EVENT_TICK, item.cpu, 0), item.line);
    case "membarrier": {
      if (isDone) return NEXT_ITEM;
      const cpu = item.cpu === undefined ? 0 : item.cpu + 1;
      return checked(m, policy, packEvent(EVENT_MEMBARRIER, 0, cpu), item.line);
    }
    case "set":
      return once(m, packEvent(EVENT_SET, 0, set));
    case "repeat":
      return NEXT_ITEM;
  }
}

/** The event if it is possible, else the error that names the line. */
function checked(m: Machine, policy: Policy, event: number, line: number): number {
  const why = whyImpossible(m, event);
  return why === undefined
    ? once(m, event)
    : fail(policy, line, "K80", `This item cannot be taken: ${why}.`);
}

function fail(policy: Policy, line: number, code: string, message: string): number {
  policy.error = { code, message, line };
  return CHOICE_ERROR;
}

function chooseForPageout(
  m: Machine,
  policy: Policy,
  item: ScheduleItem & { readonly kind: "pageout" },
): number {
  const result = evaluateRoutine(m, item.address, -1, 0);
  if (!result.ok)
    return fail(policy, item.line, "K80", `This item cannot be taken: ${result.message}.`);
  const address = Number(result.value);
  const slot = m.slotOf(lowOf(address), highOf(address));
  if (slot < 0) {
    const where = `0x${result.value.toString(16)}`;
    return fail(
      policy,
      item.line,
      "K80",
      `This item cannot be taken: nothing is mapped at ${where}.`,
    );
  }
  return checked(m, policy, packEvent(EVENT_PAGEOUT, 0, slot), item.line);
}

function chooseForDispatch(
  m: Machine,
  policy: Policy,
  thread: number,
  cpu: number | undefined,
  line: number,
): number {
  const at = m.thread(thread);
  if (m.words[m.policyBase + PROGRESS] !== 0) return NEXT_ITEM;
  if (isLive(m, at) && cpu !== undefined && m.words[at + T_CPU] !== cpu) {
    const migration = packEvent(EVENT_MIGRATE, thread, cpu);
    const why = whyImpossible(m, migration);
    return why === undefined
      ? migration
      : fail(policy, line, "K80", `This item cannot be taken: ${why}.`);
  }
  const running = runningThread(m, m.words[at + T_CPU]!);
  if (running === thread) return NEXT_ITEM;
  if (running >= 0 && m.words[at + T_STATE] === STATE_RUNNABLE) {
    return packEvent(EVENT_PREEMPT, running, 0);
  }
  return checked(m, policy, packEvent(EVENT_DISPATCH, thread, 0), line);
}

function chooseForRun(
  m: Machine,
  policy: Policy,
  item: ScheduleItem & { readonly kind: "run" },
): number {
  const { thread, count, until, line } = item;
  const base = m.policyBase;
  const at = m.thread(thread);
  const { name } = m.program.threads[thread]!;
  const begins = m.words[base + PROGRESS] === 0;
  if (begins) {
    if (!isLive(m, at))
      return fail(policy, line, "K80", `This item cannot be taken: ${name} has ended.`);
    m.put(base + PROGRESS, 1);
    m.put(base + FUNCTION, m.words[m.words[at + T_FRAME]! + F_FUNCTION]! + 1);
  }
  const done = m.words[base + PROGRESS]! - 1;
  if (!isLive(m, at) || m.words[at + T_STATE] === STATE_BLOCKED) {
    if (until === undefined) return NEXT_ITEM;
    const how = isLive(m, at) ? "blocked" : "ended";
    const message = `'${until.text}' was never reached: ${name} ${how} before it.`;
    return fail(policy, line, "K81", message);
  }
  if (count !== undefined && count > 0 && done >= count) return NEXT_ITEM;
  if (m.words[at + T_STATE] === STATE_RUNNABLE) {
    // Off its CPU by its own doing (a yield, sched_setaffinity) is no end of the run: it is dispatched again.
    const running = runningThread(m, m.words[at + T_CPU]!);
    if (running >= 0) return packEvent(EVENT_PREEMPT, running, 0);
    return packEvent(EVENT_DISPATCH, thread, 0);
  }
  noteMove(m, at);
  if (count === 0 && m.words[at + T_EXIT] === 0) return NEXT_ITEM;
  if (until !== undefined && m.words[at + T_EXIT] === 0 && m.words[base + MOVED] === 1) {
    if (isBefore(m, at, until)) return NEXT_ITEM;
  }
  const event = ownStep(m, thread);
  if (eventKind(event) === EVENT_EXIT) m.put(base + STOOD, m.words[at + T_PC]! + 1);
  if (eventKind(event) === EVENT_INSTRUCTION) {
    m.put(base + PROGRESS, m.words[base + PROGRESS]! + 1);
    m.put(base + MOVED, 1);
  }
  return event;
}

/** An exit-to-user that moved the instruction pointer (an abort, a signal frame) counts as having moved. */
function noteMove(m: Machine, at: number): void {
  const base = m.policyBase;
  const stood = m.words[base + STOOD]!;
  if (stood === 0) return;
  if (stood !== m.words[at + T_PC]! + 1) m.put(base + MOVED, 1);
  m.put(base + STOOD, 0);
}

function isBefore(m: Machine, at: number, place: Place): boolean {
  const pc = m.words[at + T_PC]!;
  if (place.kind === "instructions") return place.instructions.includes(pc);
  const fn = m.words[m.policyBase + FUNCTION]! - 1;
  const labels = place.labels.filter((label) => label.function === fn);
  if (labels.length > 0) return labels.some((label) => label.instruction === pc);
  return place.otherwise.includes(pc);
}
