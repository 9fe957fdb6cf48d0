// `rseq-lab layout FILE…`: the computed layouts, as pahole prints them or as JSON.
import { layoutsOfFile, printLayout, roleOf } from "../../engine/index.ts";
import type { ConfiguredRoles, CUnit, Field, Layout, Role } from "../../engine/index.ts";
import { nodeHost } from "../../host/node.ts";
import type { Command, ExitCode, Invocation, Output } from "../command.ts";
import {
  DEFINE_OPTION,
  INCLUDE_OPTION,
  KERNEL_OPTION,
  stringValues,
  TARGET_OPTION,
  UsageError,
  wordValue,
} from "../command.ts";
import { kernelOption, readCFile, targetOption } from "../c-file.ts";
import type { Json } from "../state-json.ts";
import { formatDiagnostic } from "../terminal.ts";
import { linesOf } from "../lines.ts";

export const layout: Command = {
  name: "layout",
  operands: "FILE…",
  description:
    "Prints the layout of every struct, union and typedef'd untagged aggregate that the files declare.\n" +
    "Exit status: 0, or 2 if a file cannot be read or a struct is not declared.",
  options: {
    struct: {
      type: "string",
      multiple: true,
      value: "NAME",
      help: "only this one: a tag, `struct TAG`, `union TAG` or a typedef's name",
    },
    all: { type: "boolean", help: "those of included files too" },
    kernel: KERNEL_OPTION,
    target: TARGET_OPTION,
    include: INCLUDE_OPTION,
    define: DEFINE_OPTION,
    format: { type: "string", value: "text|json", help: "form of the output" },
  },
  run: printLayouts,
};

const NO_ROLES: ConfiguredRoles = new Map();

/** `part` is a role of our own (a struct inside the private area); scripts know five. */
function roleName(role: Role): Exclude<Role, "part"> {
  return role === "part" ? "other" : role;
}

interface FileLayouts {
  readonly unit: CUnit;
  readonly layouts: readonly Layout[];
}

async function printLayouts(invocation: Invocation): Promise<ExitCode> {
  const { values, positionals, output } = invocation;
  if (positionals.length === 0) {
    throw new UsageError("layout needs a file. Try `rseq-lab layout --help`.");
  }
  const format = wordValue(values, "format", ["text", "json"]);
  const target = targetOption(values);
  kernelOption(values);
  const files: FileLayouts[] = [];
  for (const path of positionals) {
    const unit = await readCFile(nodeHost, path, target, values);
    files.push({ unit, layouts: layoutsOfFile(unit, path, { all: values["all"] === true }) });
  }
  const wanted = stringValues(values, "struct");
  const selected = files.map(({ unit, layouts }) => ({ unit, layouts: select(layouts, wanted) }));
  checkFound(wanted, selected);
  if (format === "json")
    await output.write(`${JSON.stringify(documentJson(target.name, selected))}\n`);
  else {
    for (const { unit, layouts } of selected) {
      await writeLayouts(layouts, output);
      for (const each of errorsOf(unit)) {
        output.complain(formatDiagnostic(each, (path) => unit.textOf(path), false));
      }
    }
  }
  return 0;
}

/** A kernel header has 10,000 structs: many make one write, and not all of them one text. */
async function writeLayouts(layouts: readonly Layout[], output: Output): Promise<void> {
  const unitsAtOnce = 1 << 16;
  let text = "";
  for (const each of layouts) {
    text += `${printLayout(each, { cacheLine: 64 })}\n`;
    if (text.length < unitsAtOnce) continue;
    await output.write(text);
    text = "";
  }
  if (text !== "") await output.write(text);
}

function errorsOf(unit: CUnit): CUnit["diagnostics"] {
  return unit.diagnostics.filter((each) => each.severity === "error");
}

function isNamed(each: Layout, name: string): boolean {
  return each.name === name || each.name === `struct ${name}` || each.name === `union ${name}`;
}

function select(layouts: readonly Layout[], wanted: readonly string[]): readonly Layout[] {
  if (wanted.length === 0) return layouts;
  return layouts.filter((each) => wanted.some((name) => isNamed(each, name)));
}

function checkFound(wanted: readonly string[], files: readonly FileLayouts[]): void {
  for (const name of wanted) {
    if (!files.some(({ layouts }) => layouts.some((each) => isNamed(each, name)))) {
      throw new UsageError(
        `no struct or union '${name}' is declared; --all looks into included files too.`,
      );
    }
  }
}

function documentJson(target: string, files: readonly FileLayouts[]): Json {
  return {
    version: 1,
    target,
    structs: files.flatMap(({ unit, layouts }) => layouts.map((each) => layoutJson(unit, each))),
    errors: files.flatMap(({ unit }) =>
      errorsOf(unit).map((each) => {
        const at = linesOf(unit.textOf(each.span.path) ?? "").at(each.span.start);
        return {
          code: each.code,
          message: each.message,
          file: each.span.path,
          line: at.line,
          column: at.column,
        };
      }),
    ),
  };
}

function layoutJson(unit: CUnit, each: Layout): Json {
  const text = unit.textOf(each.nameSpan.path) ?? "";
  return {
    name: each.name,
    file: each.nameSpan.path,
    line: linesOf(text).at(each.nameSpan.start).line,
    size: each.size,
    align: each.align,
    role: roleName(roleOf(each.record, unit, NO_ROLES)),
    fields: each.fields.filter((field) => field.name !== undefined).map(fieldJson),
    holes: each.holes.map(({ offset, size }) => ({ offset, size })),
    padding: each.padding,
  };
}

function fieldJson(field: Field): Json {
  return {
    path: field.path,
    type: field.typeText,
    offset: field.offset,
    size: field.size,
    align: field.align,
    ...(field.bitOffset === undefined || field.bitSize === undefined
      ? {}
      : { bitOffset: field.bitOffset, bitSize: field.bitSize }),
  };
}
