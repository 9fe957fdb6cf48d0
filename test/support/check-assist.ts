// One way for the tests of the editor's features: a text with `$0` where the cursor stands, judged as the editor judges it.
import { checkFile, type Checked } from "../../server/engine/lint/check.ts";
import { NO_CONFIGURATION } from "../../server/engine/lint/configuration.ts";

export interface Marked {
  readonly checked: Checked;
  readonly text: string;
  readonly offset: number;
}

/** `path` decides the language; a scenario without it. */
export function judgeMarked(
  marked: string,
  path: string = "test.rseq",
  files: ReadonlyMap<string, string> = new Map(),
): Marked {
  const at = marked.indexOf("$0");
  const text = marked.replace("$0", "");
  const checked = checkFile({ path, text, files, configuration: NO_CONFIGURATION });
  return { checked, text, offset: at < 0 ? 0 : at };
}
