// What the debug console offers while a line is typed: commands, names that are visible where the frame stands, members.
import type { DebugProtocol } from "@vscode/debugprotocol";
import { flatMembers, frameScopes, typeOf } from "../engine/index.ts";
import type { Row } from "../engine/index.ts";
import type { Arguments } from "./arguments.ts";
import { CONSOLE_WORDS } from "./console.ts";
import { evaluateText } from "./expression.ts";
import { inspectionOf, optionalFrame } from "./inspect.ts";
import type { InspectContext } from "./inspect.ts";

type Item = DebugProtocol.CompletionItem;

const OBSERVED = ["rseq", "rseq_shared", "cpu", "running", "tid", "aborts", "commits", "in"];

export function completions(
  context: InspectContext,
  args: Arguments,
): DebugProtocol.CompletionsResponse["body"] {
  const lines = args.string("text").split("\n");
  const lineIndex =
    args.optionalInteger("line") === undefined
      ? 0
      : context.coordinates.fromClientLine(args.integer("line")) - 1;
  const column = context.coordinates.fromClientColumn(args.integer("column"));
  const before = (lines[lineIndex] ?? "").slice(0, Math.max(0, column - 1));
  const word = /\w*$/.exec(before)?.[0] ?? "";
  const prefix = before.slice(0, before.length - word.length);
  const items = candidates(context, args, prefix).filter(({ label }) => label.startsWith(word));
  const start = context.coordinates.toClientColumn(prefix.length + 1);
  return { targets: items.map((item) => ({ ...item, start, length: word.length })) };
}

function candidates(context: InspectContext, args: Arguments, prefix: string): readonly Item[] {
  const member = /([\w[\].>()*-]+?)(\.|->)$/.exec(prefix);
  if (member?.[1] !== undefined) return memberItems(context, args, member[1], member[2] === "->");
  const names = visibleNames(context, args);
  const threads = context.scenario.program.threads.map(({ name }): Item => ({
    label: name,
    type: "class",
  }));
  if (prefix.trim() === "") {
    const words = CONSOLE_WORDS.map((label): Item => ({ label, type: "keyword" }));
    return [...words, ...names, ...threads];
  }
  return [...threads, ...names];
}

function memberItems(
  context: InspectContext,
  args: Arguments,
  expression: string,
  isPointer: boolean,
): readonly Item[] {
  const { program } = context.scenario;
  if (!isPointer && program.threads.some(({ name }) => name === expression)) {
    return OBSERVED.map((label): Item => ({ label, type: "property" }));
  }
  const frame = optionalFrame(context, args);
  const result = evaluateText(
    context.scenario,
    isPointer ? `*(${expression})` : expression,
    frame,
    { hex: false },
  );
  const type =
    result.ok && result.row.type !== undefined ? typeOf(program, result.row.type) : undefined;
  if (type === undefined || (type.kind !== "struct" && type.kind !== "union")) return [];
  return flatMembers(program, type).map((each): Item => ({
    label: each.name,
    type: "field",
    detail: typeOf(program, each.type).name,
  }));
}

function visibleNames(context: InspectContext, args: Arguments): readonly Item[] {
  const { run } = context.scenario;
  const frame = optionalFrame(context, args);
  const position = { step: run.position, length: run.length, schedule: run.scheduleName };
  const scopes = frameScopes(inspectionOf(context), frame, position);
  const rows = scopes
    .filter(({ kind }) => kind === "locals" || kind === "globals" || kind === "percpu")
    .flatMap((scope): readonly Row[] =>
      scope.rows({ kind: "all", start: 0, count: undefined }, { hex: false }),
    );
  const specials = ["rseq", "rseq_shared", "self", "tid"];
  return [
    ...rows.map(({ name, typeName }): Item => ({
      label: name,
      type: "variable",
      ...(typeName === undefined ? {} : { detail: typeName }),
    })),
    ...specials.map((label): Item => ({ label, type: "variable" })),
  ];
}
