// Schedules from elsewhere: a file given with --schedule-file, a counterexample, what a debugger printed. They are read with the names
// of a compiled scenario.
import { END } from "../c/token.ts";
import type { Schedule } from "../program/program.ts";
import type { Diagnostic } from "../text/diagnostic.ts";
import { LineIndex } from "../text/source.ts";
import { reporter } from "./codes.ts";
import type { CompiledScenario } from "./compile.ts";
import type { ScheduleItemGroup } from "./item.ts";
import { parseItem } from "./item-parser.ts";
import { resolveSchedule } from "./schedule-resolution.ts";

export interface CompiledSchedules {
  /** In the order of the text; empty if there are errors. */
  readonly schedules: readonly Schedule[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Compiles `schedule …` items of a text. Never throws for input. */
export function compileSchedules(
  compiled: CompiledScenario,
  path: string,
  text: string,
): CompiledSchedules {
  const found: Diagnostic[] = [];
  const report = reporter((diagnostic) => found.push(diagnostic));
  const items: ScheduleItemGroup[] = [];
  const { diagnostics } = compiled.reading.unit.readFurther(path, text, (parser) => {
    const context = {
      parser,
      report,
      textOf: () => "",
      declarePercpu: () => undefined,
      addBroken: () => undefined,
      declareThread: () => undefined,
    };
    while (parser.peek() !== END) {
      const before = parser.mark();
      const isSchedule = parser.isWord("schedule");
      if (isSchedule) parseItem(context, (item) => item.kind === "schedule" && items.push(item));
      if (parser.mark() !== before) continue;
      report("K15", parser.span(), "Only schedules may stand here: schedule NAME { … }");
      break;
    }
  });
  found.unshift(...diagnostics);
  const { scheduleContext } = compiled.compilation;
  const { environment } = scheduleContext.observation;
  const context = {
    ...scheduleContext,
    reading: {
      ...scheduleContext.reading,
      report,
      textOf: ({ start, end }: { start: number; end: number }) => text.slice(start, end),
    },
    observation: { ...scheduleContext.observation, environment: { ...environment, report } },
    lines: new LineIndex(text),
  };
  const schedules = items.map((item) => resolveSchedule(context, item));
  const isBroken = found.some(({ severity }) => severity === "error");
  return { schedules: isBroken ? [] : schedules, diagnostics: found };
}
