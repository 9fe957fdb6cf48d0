// One way for every hover test: a text with `$0` before the word under the mouse, and what the hover says or does not say.
import { NO_CONFIGURATION } from "../../server/engine/lint/configuration.ts";
import { checkFile } from "../../server/engine/lint/check.ts";
import { type Hover, hoverAt, type HoverInC } from "../../server/engine/assist/hover.ts";

export interface HoverSettings {
  /** Its end decides the language; `test.h` without it. */
  readonly path?: string;
  readonly kernel?: string;
  readonly hoverInC?: HoverInC;
}

/** The hover at `$0`; undefined where there is none. */
export function hoverIn(marked: string, settings: HoverSettings = {}): Hover | undefined {
  const offset = marked.indexOf("$0");
  if (offset < 0) throw new Error("the text has no $0");
  const text = marked.replace("$0", "");
  const checked = checkFile({
    path: settings.path ?? "test.h",
    text,
    files: new Map(),
    configuration: { ...NO_CONFIGURATION, kernel: settings.kernel },
  });
  return hoverAt({
    checked,
    roles: new Map(),
    offset,
    hoverInC: settings.hoverInC ?? "contract",
  });
}

/** The rows of the hover's table of facts, as `label: value`. */
export function factsIn(hover: Hover | undefined): string[] {
  return [...(hover?.markdown ?? "").matchAll(/^\| ([^|]+) \| (.+) \|$/gm)].map(
    ([, label, value]) => `${label ?? ""}: ${value ?? ""}`,
  );
}
