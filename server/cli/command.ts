// What a command is, and how its options are read. Only here and in the commands do exit codes exist (see cli.md of the
// command's `--help`): 0 as wanted, 1 found something, 2 usage or unreadable input, 3 a bound was reached.
import { parseArgs } from "node:util";

export type ExitCode = 0 | 1 | 2 | 3;

/** One option: what `parseArgs` needs, and the text of `--help`. */
export interface Option {
  readonly type: "string" | "boolean";
  readonly short?: string;
  readonly multiple?: boolean;
  /** Name of the value in the help, `PROFILE`. */
  readonly value?: string;
  readonly help: string;
}

export type Values = Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;

export interface Invocation {
  readonly values: Values;
  readonly positionals: readonly string[];
  readonly output: Output;
}

export interface Output {
  /** Standard output; resolves when it has been written completely, into a pipe too. */
  write(text: string): Promise<void>;
  /** Standard error. */
  complain(text: string): void;
  readonly colour: boolean;
}

export interface Command {
  readonly name: string;
  /** `PATH…`, after the name in the usage line. */
  readonly operands: string;
  readonly description: string;
  readonly options: Readonly<Record<string, Option>>;
  readonly run: (invocation: Invocation) => Promise<ExitCode>;
}

/** Thrown for wrong usage and unreadable input: printed on standard error, exit status 2. */
export class UsageError extends Error {
  override readonly name: string = "UsageError";
}

/** By name: the commands are a bundle of their own, with a class of its own. */
export function isUsageError(error: unknown): error is UsageError {
  return error instanceof Error && error.name === "UsageError";
}

export const KERNEL_OPTION: Option = {
  type: "string",
  value: "PROFILE",
  help: "kernel profile that judges (see `rseq-lab profiles`)",
};
export const TARGET_OPTION: Option = {
  type: "string",
  value: "TARGET",
  help: "data model, such as x86_64-linux",
};
export const INCLUDE_OPTION: Option = {
  type: "string",
  short: "I",
  multiple: true,
  value: "DIR",
  help: "search DIR for included files",
};
export const DEFINE_OPTION: Option = {
  type: "string",
  short: "D",
  multiple: true,
  value: "NAME[=VALUE]",
  help: "define a macro",
};

/** Reads the arguments of a command. Throws `UsageError` for an unknown option or a missing value. */
export function readArguments(
  command: Command,
  args: readonly string[],
): Pick<Invocation, "values" | "positionals"> {
  const options: Record<
    string,
    { type: "string" | "boolean"; short?: string; multiple?: boolean }
  > = {
    help: { type: "boolean", short: "h" },
  };
  for (const [name, option] of Object.entries(command.options)) {
    options[name] = {
      type: option.type,
      ...(option.short === undefined ? {} : { short: option.short }),
      ...(option.multiple === undefined ? {} : { multiple: option.multiple }),
    };
  }
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options,
      allowPositionals: true,
      strict: true,
    });
    return { values, positionals };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${firstSentence(message)} Try \`rseq-lab ${command.name} --help\`.`);
  }
}

function firstSentence(message: string): string {
  const end = message.indexOf(". ");
  const sentence = end < 0 ? message : message.slice(0, end + 1);
  return sentence.endsWith(".") ? sentence : `${sentence}.`;
}

/** The text of `rseq-lab COMMAND --help`. */
export function helpText(command: Command): string {
  const rows = Object.entries(command.options).map(([name, option]): [string, string] => {
    const short = option.short === undefined ? "" : `-${option.short}, `;
    const value = option.value === undefined ? "" : ` ${option.value}`;
    return [`${short}--${name}${value}`, option.help];
  });
  rows.push(["-h, --help", "this text"]);
  const width = Math.max(...rows.map(([left]) => left.length));
  const lines = rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
  return `Usage: rseq-lab ${command.name} ${command.operands}\n\n${command.description}\n\nOptions:\n${lines.join("\n")}\n`;
}

/** The value of a string option; undefined if it was not given. */
export function stringValue(values: Values, name: string): string | undefined {
  const value = values[name];
  return typeof value === "string" ? value : undefined;
}

/** The values of a string option that may be given several times. */
export function stringValues(values: Values, name: string): readonly string[] {
  const value = values[name];
  if (!Array.isArray(value)) return [];
  return value.filter((each): each is string => typeof each === "string");
}

/** One of the allowed words, or the first of them if the option was not given. Throws `UsageError` for another. */
export function wordValue<Word extends string>(
  values: Values,
  name: string,
  words: readonly [Word, ...Word[]],
): Word {
  const value = stringValue(values, name) ?? words[0];
  const word = words.find((each) => each === value);
  if (word === undefined) {
    throw new UsageError(`--${name} is '${value}'; it can be ${words.join(", ")}.`);
  }
  return word;
}

/** A whole number in a range. Throws `UsageError` for anything else. */
export function numberValue(
  values: Values,
  name: string,
  range: { lowest: number; highest: number },
): number | undefined {
  const text = stringValue(values, name);
  if (text === undefined) return undefined;
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < range.lowest || number > range.highest) {
    throw new UsageError(
      `--${name} is '${text}'; it must be a whole number from ${range.lowest} to ${range.highest}.`,
    );
  }
  return number;
}
