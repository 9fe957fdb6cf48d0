// The scopes of a stack frame: what the function sees, what the thread's own areas hold, what it may see of the others, what
// the section would do here, and what only the kernel knows. Scopes are lists of rows, made when asked for.
import type { FrameView, ThreadView } from "../machine/view.ts";
import type { Program, Variable } from "../program/program.ts";
import type { RecordType, TypeId } from "../program/type-table.ts";
import { kernelRows, machineRows } from "./kernel-scope.ts";
import type { Position } from "./kernel-scope.ts";
import { memberWords } from "./meaning.ts";
import { currentInstruction } from "./stack.ts";
import { sectionRows } from "./section-scope.ts";
import type { FlatMember, Format, Inspection, Page, ValuePlace, Row } from "./value.ts";
import { flatMembers, memberPlace, slice, textRow, typeOf, valueRow } from "./value.ts";

export interface Scope {
  readonly name: string;
  readonly kind:
    | "locals"
    | "private"
    | "shared"
    | "others"
    | "section"
    | "percpu"
    | "globals"
    | "kernel"
    | "machine";
  /** True where an editor should ask only when the user opens it. */
  readonly expensive: boolean;
  readonly rows: (page: Page, format: Format) => readonly Row[];
}

/** A frame of a thread; `frame` counts from 0, the innermost. Undefined: the thread has ended and has none. */
export interface FramePlace {
  readonly thread: number;
  readonly frame: number | undefined;
}

/** The scopes of a frame in the order in which they are shown. */
export function frameScopes(
  inspection: Inspection,
  place: FramePlace,
  position: Position,
): readonly Scope[] {
  const { program, state } = inspection;
  const thread = state.thread(place.thread);
  const scopes: (Scope | undefined)[] = [
    place.frame === undefined ? undefined : localsScope(inspection, place.thread, place.frame),
    privateScope(inspection, thread),
    sharedScope(inspection, thread),
    othersScope(inspection, thread),
    makeScope("Critical section", "section", () => sectionRows(inspection, thread)),
    percpuScope(inspection, thread),
    makeScope("Globals", "globals", (format) => globalRows(inspection, thread, format)),
    makeScope("Kernel", "kernel", () => kernelRows(inspection, thread)),
    makeScope("Machine", "machine", () => machineRows(program, thread, position)),
  ];
  return scopes.filter((scope) => scope !== undefined);
}

/** The scopes of the pseudo-thread `kernel`: no thread's view, but all of the machine's. */
export function kernelScopes(inspection: Inspection, position: Position): readonly Scope[] {
  return [
    makeScope("Kernel", "kernel", () => kernelRows(inspection, undefined)),
    makeScope("Machine", "machine", () => machineRows(inspection.program, undefined, position)),
  ];
}

function makeScope(
  name: string,
  kind: Scope["kind"],
  rows: (format: Format) => readonly Row[],
): Scope {
  return {
    name,
    kind,
    expensive: kind === "kernel",
    rows: (page, format) => slice(rows(format), page),
  };
}

function localsScope(
  inspection: Inspection,
  thread: number,
  frameIndex: number,
): Scope | undefined {
  const frames = inspection.state.frames(thread);
  const frame = frames[frameIndex];
  if (frame === undefined) return undefined;
  return makeScope("Locals", "locals", (format) =>
    visibleVariables(inspection.program, frames, frameIndex).map((variable) =>
      variableRow(inspection, variable, { thread, frame: frameIndex, view: frame }, format),
    ),
  );
}

/** Parameters, then locals whose scope holds the frame's instruction; an inner one hides an outer of the same name. */
function visibleVariables(
  program: Program,
  frames: readonly FrameView[],
  frameIndex: number,
): readonly Variable[] {
  const frame = frames[frameIndex];
  const owner = frame === undefined ? undefined : program.functions[frame.function];
  if (owner === undefined) return [];
  const at = sourceInstruction(program, frames, frameIndex);
  const inScope = owner.locals.filter(
    ({ scope }) => scope === undefined || (at !== undefined && scope.start <= at && at < scope.end),
  );
  const all = [...owner.parameters, ...inScope];
  return all.filter(
    (variable, index) => all.findLastIndex(({ name }) => name === variable.name) === index,
  );
}

/** The instruction whose place in the source decides what is in scope in a frame. */
export function sourceInstruction(
  program: Program,
  frames: readonly FrameView[],
  frameIndex: number,
): number | undefined {
  const instruction = currentInstruction(frames, frameIndex);
  if (instruction === undefined) return undefined;
  // The stub at abort_ip stands outside of every block; it belongs to the label that it jumps to.
  const code = program.instructions[instruction];
  const isAbort = program.sections.some(({ abort }) => abort === instruction);
  return isAbort && code?.kind === "jump" ? code.target : instruction;
}

function variableRow(
  inspection: Inspection,
  variable: Variable,
  frame: { readonly thread: number; readonly frame: number; readonly view: FrameView },
  format: Format,
): Row {
  return valueRow(
    inspection,
    {
      name: variable.name,
      place: variablePlace(inspection.program, variable, frame),
      type: variable.type,
      expression: variable.name,
    },
    format,
  );
}

function variablePlace(
  program: Program,
  variable: Variable,
  frame: { readonly thread: number; readonly frame: number; readonly view: FrameView } | undefined,
): ValuePlace {
  const { storage } = variable;
  switch (storage.kind) {
    case "register":
      return {
        kind: "register",
        thread: frame?.thread ?? 0,
        frame: frame?.frame ?? 0,
        slot: storage.slot,
        as: storage.as,
      };
    case "frame":
      return { kind: "memory", address: (frame?.view.frameAddress ?? 0) + storage.offset };
    case "static":
      return { kind: "memory", address: storage.address };
    case "tls":
      return { kind: "memory", address: tlsAddress(program, frame?.thread) + storage.offset };
  }
}

function tlsAddress(program: Program, thread: number | undefined): number {
  return (thread === undefined ? undefined : program.threads[thread]?.tlsAddress) ?? 0;
}

/** Part of an area: where it starts, its members, and how an expression reaches them. */
interface Area {
  readonly title: string;
  readonly address: number;
  readonly members: readonly FlatMember[];
  readonly prefix: string;
}

function privateScope(inspection: Inspection, thread: ThreadView): Scope {
  const area = privateArea(inspection.program, thread, "rseq->");
  return areaScope(inspection, "private", area, "rseq", "no area is registered");
}

function sharedScope(inspection: Inspection, thread: ThreadView): Scope | undefined {
  const area = sharedArea(inspection.program, thread, "");
  if (area === undefined) return undefined;
  return areaScope(inspection, "shared", area, "rseq_shared", "no shared area is registered");
}

function areaScope(
  inspection: Inspection,
  kind: "private" | "shared",
  area: Area,
  name: string,
  absent: string,
): Scope {
  return makeScope(area.title, kind, (format) =>
    area.address === 0 ? [textRow(name, `null (${absent})`)] : areaRows(inspection, area, format),
  );
}

function areaRows(inspection: Inspection, area: Area, format: Format): readonly Row[] {
  return area.members.map((member) => {
    const { size, name } = typeOf(inspection.program, member.type);
    const words = memberWords(inspection, area.address + member.offset, size);
    const row = valueRow(
      inspection,
      {
        name: member.name,
        place: memberPlace(area.address, member),
        type: member.type,
        expression: `${area.prefix}${member.name}`,
        ...(words === undefined ? {} : { typeName: `${name} · ${words}` }),
      },
      format,
    );
    const owner = inspection.state.owner(area.address + member.offset);
    return owner === undefined ? row : { ...row, class: owner.class };
  });
}

/** The private bytes of struct rseq: all of it, except what a split keeps for the shared part. */
function privateArea(program: Program, thread: ThreadView, prefix: string): Area {
  const { rseq, shared } = program;
  const members = recordMembers(program, rseq.type).filter((member) =>
    shared?.placement === "split"
      ? member.offset < shared.offset
      : !isSharedByte(program, member.offset),
  );
  return {
    title: `Private — ${nameOf(program, rseq.type)}`,
    address: thread.rseqAddress,
    members,
    prefix,
  };
}

/** The shared part, the area of its own, or the fields of struct rseq that others may read; undefined if there are none. */
function sharedArea(program: Program, thread: ThreadView, owner: string): Area | undefined {
  const { rseq, shared } = program;
  if (shared !== undefined) {
    const base = thread.rseqAddress === 0 ? 0 : thread.rseqAddress + shared.offset;
    return {
      title: `Shared — ${nameOf(program, shared.type)}`,
      address: shared.placement === "split" ? base : thread.sharedAddress,
      members: recordMembers(program, shared.type),
      prefix: `${owner}rseq_shared->`,
    };
  }
  const members = recordMembers(program, rseq.type).filter(({ offset }) =>
    isSharedByte(program, offset),
  );
  if (members.length === 0) return undefined;
  return {
    title: `Shared — fields of ${nameOf(program, rseq.type)}`,
    address: thread.rseqAddress,
    members,
    prefix: `${owner}rseq->`,
  };
}

function isSharedByte(program: Program, offset: number): boolean {
  return program.rseq.classes[offset] === 1;
}

function recordMembers(program: Program, type: TypeId): readonly FlatMember[] {
  const record = typeOf(program, type);
  // A member without bytes, such as the `end` that measures the feature size, has no value to show.
  return isRecord(record)
    ? flatMembers(program, record).filter((member) => typeOf(program, member.type).size > 0)
    : [];
}

function isRecord(type: { readonly kind: string }): type is RecordType {
  return type.kind === "struct" || type.kind === "union";
}

function nameOf(program: Program, type: TypeId): string {
  return typeOf(program, type).name;
}

/** A field of one of a thread's areas, for views that put threads side by side. */
export interface AreaField {
  readonly class: "private" | "shared";
  readonly row: Row;
}

/** The fields of both areas of a thread; the same names in the same order for every thread of a program. */
export function areaFields(
  inspection: Inspection,
  threadIndex: number,
  format: Format,
): readonly AreaField[] {
  const thread = inspection.state.thread(threadIndex);
  const own = privateArea(inspection.program, thread, `${thread.name}.rseq->`);
  const shared = sharedArea(inspection.program, thread, `${thread.name}.`);
  const fields = (area: Area, kind: AreaField["class"]): readonly AreaField[] =>
    area.members.map((member, index) => ({
      class: kind,
      row:
        area.address === 0
          ? textRow(member.name, "—")
          : (areaRows(inspection, area, format)[index] ?? textRow(member.name, "—")),
    }));
  return [...fields(own, "private"), ...(shared === undefined ? [] : fields(shared, "shared"))];
}

function othersScope(inspection: Inspection, thread: ThreadView): Scope | undefined {
  const { program, state } = inspection;
  const others = state.threads().filter(({ index }) => index !== thread.index);
  if (others.length === 0 || sharedArea(program, thread, "") === undefined) return undefined;
  return makeScope("Other threads' shared areas", "others", (format) =>
    others.map((other) => {
      const area = sharedArea(program, other, `${other.name}.`);
      if (area === undefined || area.address === 0)
        return textRow(other.name, "null (no shared area)");
      const rows = areaRows(inspection, area, format);
      return {
        ...textRow(other.name, `{${rows.map(({ name, text }) => `${name} = ${text}`).join(", ")}}`),
        address: area.address,
        namedCount: rows.length,
        children: (page, inner) => slice(areaRows(inspection, area, inner), page),
      };
    }),
  );
}

function percpuScope(inspection: Inspection, thread: ThreadView): Scope | undefined {
  const variables = inspection.program.globals.filter(({ percpu }) => percpu);
  if (variables.length === 0) return undefined;
  return makeScope("Per-CPU data", "percpu", (format) =>
    variables.map((variable) => {
      const row = variableRow(inspection, variable, NO_FRAME, format);
      return { ...row, children: markCpu(row, thread.cpu) };
    }),
  );
}

/** Statics and `__thread` variables need no frame. */
const NO_FRAME = {
  thread: 0,
  frame: 0,
  view: { function: 0, kind: "call", pc: 0, instruction: undefined, frameAddress: 0, base: 0 },
} as const;

/** The element of the thread's own CPU says so. */
function markCpu(row: Row, cpu: number): Row["children"] {
  const { children } = row;
  if (children === undefined) return undefined;
  return (page, format) =>
    children(page, format).map((element) =>
      element.name === `[${cpu}]` ? { ...element, text: `${element.text} ← this CPU` } : element,
    );
}

function globalRows(inspection: Inspection, thread: ThreadView, format: Format): readonly Row[] {
  const { globals, threadVariables } = inspection.program;
  const shown = globals.filter(({ percpu, userDeclared }) => !percpu && userDeclared);
  const frame = { ...NO_FRAME, thread: thread.index };
  return [...shown, ...threadVariables].map((variable) =>
    variableRow(inspection, variable, frame, format),
  );
}

/** `(cpu = 1, n = 3)` for the stack view of clients that want parameters shown. */
export function parameterText(
  inspection: Inspection,
  thread: number,
  frameIndex: number,
  format: Format & { readonly names: boolean; readonly values: boolean },
): string {
  const view = inspection.state.frames(thread)[frameIndex];
  const owner = view === undefined ? undefined : inspection.program.functions[view.function];
  if (view === undefined || owner === undefined) return "";
  const parts = owner.parameters.map((variable) => {
    const row = variableRow(inspection, variable, { thread, frame: frameIndex, view }, format);
    if (format.names && format.values) return `${row.name} = ${row.text}`;
    return format.names ? row.name : row.text;
  });
  return `(${parts.join(", ")})`;
}
