// The kernel, machine and check items as the program's parameters: names, ranges, defaults (language.md sections 3 and 9).
import type { Profile } from "../abi/profile.ts";
import { signatureOf } from "../abi/signature.ts";
import { findProfile } from "../abi/profiles/index.ts";
import type { Expression } from "../c/ast.ts";
import type {
  BuiltInProperty,
  KernelParameters,
  MachineParameters,
  Program,
} from "../program/program.ts";
import type { CheckItem, Item, Name, Setting, SettingEntry } from "./item.ts";
import type { Reading } from "./reading.ts";
import { nearest } from "./suggestion.ts";

const kernelKeys = ["align", "feature_size", "shared_feature_size", "debug"] as const;
const machineKeys = [
  "cpus",
  "nodes",
  "cache_line",
  "slice",
  "slice_extension",
  "target",
  "libc",
  "rseq_len",
  "unmap_on_exit",
] as const;
export const properties: readonly BuiltInProperty[] = [
  "private_access",
  "deadlock",
  "livelock",
  "segv",
  "unmapped",
  "uninitialised",
  "misaligned_atomic",
];

const CPUS_MAX = 64;

/** A constant in a range; undefined after a message. */
export function constantIn(
  reading: Reading,
  expression: Expression,
  what: string,
  lower: bigint,
  upper: bigint,
): bigint | undefined {
  const result = reading.parser.evaluate(expression);
  if (!result.isConstant) {
    if (!result.isReported)
      reading.report("T50", expression.span, `${what} must be a constant: ${result.reason}.`);
    return undefined;
  }
  if (lower <= result.value && result.value <= upper) return result.value;
  reading.report(
    "K30",
    expression.span,
    `${what} is ${result.value}; it must be between ${lower} and ${upper}.`,
  );
  return undefined;
}

/** Reports a second item of a kind that may stand once. */
export function checkSingle(reading: Reading, kind: Item["kind"]): void {
  const [first, ...more] = reading.items.filter((item) => item.kind === kind);
  for (const item of more)
    reading.report("K01", item.span, `A file has one ${kind} item at most.`, {
      notes: first === undefined ? [] : [{ message: "The first one is here.", span: first.span }],
    });
}

class Settings {
  readonly #reading: Reading;
  readonly #entries = new Map<string, SettingEntry>();

  constructor(
    reading: Reading,
    entries: readonly SettingEntry[],
    keys: readonly string[],
    what: string,
  ) {
    this.#reading = reading;
    for (const entry of entries) {
      if (keys.includes(entry.key.text)) this.#entries.set(entry.key.text, entry);
      else reportUnknown(reading, "K03", entry.key, keys, `The ${what} has no setting`);
    }
  }

  number(key: string, lower: bigint, upper: bigint): number | undefined {
    const setting = this.#entries.get(key)?.setting;
    if (setting === undefined) return undefined;
    if (setting.kind !== "expression") return this.#refuse(setting, `'${key}' is a number.`);
    const value = constantIn(this.#reading, setting.expression, `'${key}'`, lower, upper);
    return value === undefined ? undefined : Number(value);
  }

  boolean(key: string): boolean | undefined {
    const value = this.number(key, 0n, 1n);
    return value === undefined ? undefined : value === 1;
  }

  powerOfTwo(key: string, lower: bigint, upper: bigint): number | undefined {
    const value = this.number(key, lower, upper);
    if (value === undefined || (value & (value - 1)) === 0) return value;
    const setting = this.#entries.get(key)?.setting;
    if (setting !== undefined)
      this.#refuse(setting, `'${key}' must be a power of two, not ${value}.`);
    return undefined;
  }

  word(key: string, words: readonly string[]): string | undefined {
    const setting = this.#entries.get(key)?.setting;
    if (setting === undefined) return undefined;
    const isWord = setting.kind === "expression" && setting.expression.kind === "identifier";
    const word = isWord && setting.expression.kind === "identifier" ? setting.expression.name : "";
    if (words.includes(word)) return word;
    return this.#refuse(setting, `'${key}' is one of ${words.join(", ")}.`);
  }

  numbers(key: string, count: number, lower: bigint, upper: bigint): readonly number[] | undefined {
    const setting = this.#entries.get(key)?.setting;
    if (setting === undefined) return undefined;
    if (setting.kind !== "list")
      return this.#refuse(setting, `'${key}' is a list: { 0, 0, 1, 1 }.`);
    const values = setting.expressions.map((expression) =>
      constantIn(this.#reading, expression, `An entry of '${key}'`, lower, upper),
    );
    if (values.length !== count)
      return this.#refuse(setting, `'${key}' has ${values.length} entries for ${count} CPUs.`);
    return values.map((value) => Number(value ?? 0n));
  }

  #refuse(setting: Setting, message: string): undefined {
    this.#reading.report("K04", setting.span, message);
    return undefined;
  }
}

/** A name that is none of the known ones, with the nearest as fix. */
export function reportUnknown(
  reading: Reading,
  code: "K03" | "K25" | "K26" | "K28" | "K29",
  name: Name,
  known: readonly string[],
  introduction: string,
): void {
  const suggestion = nearest(name.text, known);
  const hint = suggestion === undefined ? "" : ` Did you mean '${suggestion}'?`;
  reading.report(
    code,
    name.span,
    `${introduction} '${name.text}'.${hint} There are ${known.join(", ")}.`,
    suggestion === undefined
      ? undefined
      : {
          fixes: [
            {
              title: `Change to '${suggestion}'`,
              edits: [{ span: name.span, newText: suggestion }],
              safe: false,
            },
          ],
        },
  );
}

export function machineParameters(reading: Reading): MachineParameters {
  const item = reading.items.find((one) => one.kind === "machine");
  const settings = new Settings(reading, item?.entries ?? [], machineKeys, "machine");
  const own = settings.number("cpus", 1n, BigInt(CPUS_MAX)) ?? 2;
  const cpus = cpusOverride(reading) ?? own;
  const libc = settings.word("libc", ["glibc", "none"]) === "none" ? "none" : "glibc";
  const nodes =
    reading.input.overrides.cpus === undefined
      ? settings.numbers("nodes", cpus, 0n, 63n)
      : undefined;
  return {
    cpus,
    nodes: nodes ?? Array.from({ length: cpus }, () => 0),
    cacheLineBytes: settings.powerOfTwo("cache_line", 8n, 4096n) ?? 64,
    slice: settings.number("slice", 1n, 1_000_000n) ?? 64,
    sliceExtension: settings.number("slice_extension", 0n, 1_000_000n) ?? 4,
    target: reading.target.name,
    pointerSize: reading.target.pointer.size === 4 ? 4 : 8,
    bigEndian: reading.target.isBigEndian,
    signature: signatureOf(reading.target),
    libc,
    rseqLength: settings.number("rseq_len", 0n, 0x100000n) ?? defaultLength(reading.profile),
    unmapOnExit: settings.boolean("unmap_on_exit") ?? false,
  };
}

/** The number of CPUs that the launch replaces the file's by; undefined after a message. */
function cpusOverride(reading: Reading): number | undefined {
  const { cpus } = reading.input.overrides;
  if (cpus === undefined || (Number.isInteger(cpus) && 1 <= cpus && cpus <= CPUS_MAX)) return cpus;
  reading.report(
    "K30",
    { path: reading.input.path, start: 0, end: 0 },
    `The launch configuration's cpus is ${cpus}; it must be a whole number from 1 to ${CPUS_MAX}.`,
  );
  return undefined;
}

function defaultLength(profile: Profile): number {
  return profile.libcLength;
}

/** The kernel's checks use the item's values; else offsetof(end) of the file's own struct; else the profile's. */
export function kernelParameters(reading: Reading, ownEnd: number | undefined): KernelParameters {
  const item = reading.items.find((one) => one.kind === "kernel");
  // `--kernel` replaces the whole item.
  const entries = reading.input.overrides.kernel === undefined ? (item?.entries ?? []) : [];
  const settings = new Settings(reading, entries, kernelKeys, "kernel");
  const { profile } = reading;
  return {
    profile: reading.profileName,
    behaviour: profile.behaviour,
    featureSize: settings.number("feature_size", 1n, 0x100000n) ?? ownEnd ?? profile.featureSize,
    align: settings.powerOfTwo("align", 1n, 65536n) ?? profile.align,
    sharedFeatureSize:
      settings.number("shared_feature_size", 0n, 0x100000n) ?? profile.sharedFeatureSize,
    debug: settings.boolean("debug") ?? false,
    taskSize: taskSizeOf(reading.target.pointer.size),
  };
}

/** x86-64: TASK_SIZE_MAX with 4-level page tables; a 32-bit program under a 64-bit kernel has 4 GiB less a page. */
function taskSizeOf(pointerSize: number): number {
  return pointerSize === 8 ? 0x7ffffffff000 : 0xfffff000;
}

/** Says which kernel is used where the file names none. */
export function noteMissingKernel(reading: Reading): void {
  if (reading.isKernelNamed) return;
  const found = findProfile(reading.profileName);
  reading.report(
    "K06",
    { path: reading.input.path, start: 0, end: 0 },
    `No kernel is named; ${found?.profile.name ?? reading.profileName} is used, the newest released profile.`,
    {
      fixes: [
        {
          title: `Name it: kernel "${reading.profileName}";`,
          edits: [
            {
              span: { path: reading.input.path, start: 0, end: 0 },
              newText: `kernel "${reading.profileName}";\n`,
            },
          ],
          safe: false,
        },
      ],
    },
  );
}

export function checksOf(reading: Reading): Program["checks"] {
  const checks: Record<BuiltInProperty, "on" | "off" | "adversarial"> = {
    private_access: "on",
    deadlock: "on",
    livelock: "on",
    segv: "on",
    unmapped: "on",
    uninitialised: "on",
    misaligned_atomic: "on",
  };
  const items = reading.items.filter((item): item is CheckItem => item.kind === "check");
  for (const { property, value } of items.flatMap((item) => item.entries)) {
    const known = properties.find((name) => name === property.text);
    if (known === undefined)
      reportUnknown(reading, "K28", property, properties, "There is no property");
    else if (value.text === "on" || value.text === "off") checks[known] = value.text;
    else if (value.text === "adversarial" && known === "livelock") checks[known] = "adversarial";
    else
      reading.report(
        "K04",
        value.span,
        `'${known}' is on or off${known === "livelock" ? " or adversarial" : ""}.`,
      );
  }
  return checks;
}
