// From what was asked for to the policy that chooses the steps.
import type { Program, Schedule } from "../program/program.ts";
import { manual } from "../schedule/manual.ts";
import { CHOICE_ERROR } from "../schedule/policy.ts";
import type { Policy } from "../schedule/policy.ts";
import { random } from "../schedule/random.ts";
import { replay } from "../schedule/replay.ts";
import { roundRobin } from "../schedule/round-robin.ts";
import { script } from "../schedule/script.ts";
import type { RunOptions } from "./run.ts";

export interface Choice {
  readonly policy: Policy;
  /** A schedule of the file or of a schedule file: `expect violation` is judged under it. */
  readonly isOfFile: boolean;
}

export function choosePolicy(program: Program, options: RunOptions): Choice {
  const { schedule } = options;
  switch (schedule.kind) {
    case "default": {
      const first = program.schedules[0];
      if (first === undefined) return builtIn(roundRobin(program.machine.slice));
      return { policy: ofFile(first, options.seed), isOfFile: true };
    }
    case "named": {
      const found = program.schedules.find((known) => known.name === schedule.name);
      if (found === undefined) return builtIn(unknownSchedule(program, schedule.name));
      return { policy: ofFile(found, options.seed), isOfFile: true };
    }
    case "round-robin":
      return builtIn(roundRobin(schedule.slice ?? program.machine.slice));
    case "random": {
      const seed = options.seed ?? schedule.seed ?? 1n;
      const defaults = { preemptPercent: 10, migratePercent: 5, signalPercent: 0 };
      return builtIn(random({ name: "random", seed, ...defaults }));
    }
    case "manual":
      return builtIn(manual());
    case "items":
      return { policy: script(schedule.name, schedule.items), isOfFile: true };
    case "replay":
      return { policy: replay(schedule.events, schedule.items), isOfFile: true };
  }
}

function builtIn(policy: Policy): Choice {
  return { policy, isOfFile: false };
}

function ofFile(schedule: Schedule, seed: bigint | undefined): Policy {
  switch (schedule.kind) {
    case "script":
      return script(schedule.name, schedule.items);
    case "round-robin":
      return { ...roundRobin(schedule.slice), name: schedule.name };
    case "random":
      return random({ ...schedule, seed: seed ?? schedule.seed });
  }
}

function unknownSchedule(program: Program, name: string): Policy {
  const known = program.schedules.map((schedule) => schedule.name);
  const names = [...known, "round_robin", "random"].join(", ");
  const message = `The file has no schedule '${name}'. It can run: ${names}.`;
  return {
    name,
    error: { code: "K83", message, line: 0 },
    start: () => {},
    next: () => CHOICE_ERROR,
    item: () => undefined,
  };
}
