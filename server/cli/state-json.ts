// The state of a run as the command line's JSON shows it: threads with their fields, globals flattened to their leaves.
// Every key is written out here, because scripts rely on them.
import type { Program, ProgramType, Run, Span, TypeId } from "../engine/index.ts";

export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [key: string]: Json };

/** A scalar inside an object: `hits[1].value` and where it stands. */
export interface Leaf {
  readonly name: string;
  readonly address: number;
  readonly size: 1 | 2 | 4 | 8;
  readonly signed: boolean;
  readonly bitShift: number | undefined;
  readonly bitSize: number | undefined;
}

/** Where a span is, in the terms of the JSON. */
export type LineOf = (span: Span) => number | undefined;

/** Integers over 2^53 are decimal strings, so that no reader rounds them. */
export function jsonInteger(value: bigint): number | string {
  const isExact = value <= EXACT_MAX && value >= -EXACT_MAX;
  return isExact ? Number(value) : value.toString();
}

const EXACT_MAX = 2n ** 53n;

/** The scalars of an object of the type at `address`, in memory order of declaration. */
function leavesOf(program: Program, type: TypeId, name: string, address: number): Leaf[] {
  const leaves: Leaf[] = [];
  collect(program, type, name, address, leaves);
  return leaves;
}

function collect(program: Program, id: TypeId, name: string, address: number, out: Leaf[]): void {
  const type = typeOf(program, id);
  if (type.kind === "array") {
    for (let index = 0; index < type.count; index++) {
      collect(program, type.element, `${name}[${index}]`, address + index * type.stride, out);
    }
  } else if (type.kind === "struct" || type.kind === "union") {
    for (const member of type.members) {
      const path = member.name === undefined ? name : joinPath(name, member.name);
      if (member.bitSize === undefined) {
        collect(program, member.type, path, address + member.offset, out);
      } else {
        pushScalar(program, member.type, path, address + member.offset, out, {
          shift: member.bitShift ?? 0,
          size: member.bitSize,
        });
      }
    }
  } else pushScalar(program, id, name, address, out, undefined);
}

function pushScalar(
  program: Program,
  id: TypeId,
  name: string,
  address: number,
  out: Leaf[],
  bits: { readonly shift: number; readonly size: number } | undefined,
): void {
  const type = typeOf(program, id);
  if (type.size !== 1 && type.size !== 2 && type.size !== 4 && type.size !== 8) return;
  out.push({
    name,
    address,
    size: type.size,
    signed: "signed" in type && type.signed,
    bitShift: bits?.shift,
    bitSize: bits?.size,
  });
}

function joinPath(base: string, member: string): string {
  return base === "" ? member : `${base}.${member}`;
}

function typeOf(program: Program, id: TypeId): ProgramType {
  const type = program.types[id];
  if (type === undefined) throw new Error(`type ${id} is not in the table`);
  return type;
}

function leafValue(run: Run, leaf: Leaf): Json {
  const value = leafInteger(run, leaf);
  return value === undefined ? null : jsonInteger(value);
}

/** The present value of a scalar; undefined where it is not mapped. */
export function leafInteger(run: Run, leaf: Leaf): bigint | undefined {
  const word = run.state.readWord(leaf.address, leaf.size);
  if (word === undefined) return undefined;
  const bits = leaf.bitSize ?? leaf.size * 8;
  const value = word >> BigInt(leaf.bitShift ?? 0);
  return leaf.signed ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value);
}

function fieldsAt(run: Run, type: TypeId, address: number): Json {
  const leaves = leavesOf(run.program, type, "", address);
  return Object.fromEntries(leaves.map((leaf) => [leaf.name, leafValue(run, leaf)]));
}

/** More scalars than these are not listed: a variable that would bring them over the bound is left out as a whole. */
export const LEAVES_MAX = 131_072;

interface ListedGlobals {
  readonly leaves: readonly Leaf[];
  /** Variables with too many scalars. */
  readonly leftOut: readonly string[];
}

/** The leaves of all variables that the file declares; a static local whose name another has too is `FUNCTION::name`. */
export function listGlobals(program: Program): ListedGlobals {
  const declared = program.globals.filter((variable) => variable.userDeclared);
  const leaves: Leaf[] = [];
  const leftOut: string[] = [];
  for (const { name, type, storage } of declared) {
    if (storage.kind !== "static") continue;
    const isShared = declared.filter((other) => other.name === name).length > 1;
    const owner = isShared ? functionOfStatic(program, name, storage.address) : undefined;
    const path = owner === undefined ? name : `${owner}::${name}`;
    if (leaves.length + leafCount(program, type) > LEAVES_MAX) leftOut.push(path);
    else collect(program, type, path, storage.address, leaves);
  }
  return { leaves, leftOut };
}

function leafCount(program: Program, id: TypeId): number {
  const type = typeOf(program, id);
  if (type.kind === "array") return type.count * leafCount(program, type.element);
  if (type.kind !== "struct" && type.kind !== "union") return 1;
  return type.members.reduce((sum, member) => sum + leafCount(program, member.type), 0);
}

function functionOfStatic(program: Program, name: string, address: number): string | undefined {
  return program.functions.find(({ locals }) =>
    locals.some(
      (local) =>
        local.name === name && local.storage.kind === "static" && local.storage.address === address,
    ),
  )?.name;
}

/** The leaves of the areas that libc provides, under their threads' names. */
export function areaLeaves(program: Program): Leaf[] {
  return program.threads.flatMap(({ name, privateArea, sharedArea }) => [
    ...(privateArea === undefined
      ? []
      : leavesOf(program, program.rseq.type, "", privateArea.address).map((leaf) => ({
          ...leaf,
          name: `${name}.rseq->${leaf.name}`,
        }))),
    ...(program.shared === undefined || sharedArea === undefined
      ? []
      : leavesOf(program, program.shared.type, "", sharedArea.address).map((leaf) => ({
          ...leaf,
          name: `${name}.rseq_shared->${leaf.name}`,
        }))),
  ]);
}

export function globalsJson(run: Run): Json {
  const { leaves } = listGlobals(run.program);
  return Object.fromEntries(leaves.map((leaf) => [leaf.name, leafValue(run, leaf)]));
}

/** `globalsLeftOut` where the bound on scalars left variables out; nothing else. */
export function leftOutJson(run: Run): { readonly globalsLeftOut?: Json } {
  const { leftOut } = listGlobals(run.program);
  return leftOut.length === 0 ? {} : { globalsLeftOut: { names: leftOut, most: LEAVES_MAX } };
}

export function threadsJson(run: Run, lineOf: LineOf): Json {
  const { program } = run;
  return run.state.threads().map((thread): Json => {
    const instruction =
      thread.instruction === undefined ? undefined : program.instructions[thread.instruction];
    const functionIndex = instruction?.function;
    const span = instruction?.span;
    const ended = thread.state === "exited" || thread.state === "killed";
    const { rseqAddress, sharedAddress } = thread;
    return {
      name: thread.name,
      state: thread.state,
      cpu: thread.cpu,
      signal: thread.signal ?? null,
      aborts: thread.aborts,
      commits: thread.commits,
      at:
        ended || functionIndex === undefined
          ? null
          : {
              function: program.functions[functionIndex]?.name ?? null,
              line: span === undefined ? null : (lineOf(span) ?? null),
            },
      rseq: rseqAddress === 0 ? null : fieldsAt(run, program.rseq.type, rseqAddress),
      shared:
        program.shared === undefined || sharedAddress === 0
          ? null
          : fieldsAt(run, program.shared.type, sharedAddress),
    };
  });
}
