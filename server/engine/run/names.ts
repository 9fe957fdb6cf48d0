// Names for people: of addresses (`hits[0].value`, `worker[0].rseq->cpu_id`), sections, signals, numbers.
import { frameAddress } from "../machine/frame.ts";
import {
  F_FUNCTION,
  F_PREVIOUS,
  T_AREA_HI,
  T_AREA_LO,
  T_FRAME,
  T_LENGTH,
  T_REGISTERED,
} from "../machine/words.ts";
import type { Machine } from "../machine/machine.ts";
import { STACK_BYTES } from "../program/program.ts";
import type { Program } from "../program/program.ts";
import type { ProgramType, TypeId } from "../program/type-table.ts";
import { toNumber } from "../support/word64.ts";

export function signalName(signal: number): string {
  if (signal === 4) return "SIGILL";
  return signal === 8 ? "SIGFPE" : "SIGSEGV";
}

export function hexadecimal(value: number | bigint): string {
  return `0x${value.toString(16)}`;
}

/** 1000000 → 1,000,000. */
export function grouped(value: number): string {
  return String(value).replaceAll(/\B(?=(\d{3})+$)/g, ",");
}

export function plural(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** The best name of the byte at an address; undefined if nothing named stands there. */
export function placeName(m: Machine, address: number): string | undefined {
  return (
    areaName(m, address) ??
    variableName(m.program, address) ??
    stackName(m, address) ??
    symbolName(m.program, address)
  );
}

/** A field of a registered area, or of the area that libc provides. */
function areaName(m: Machine, address: number): string | undefined {
  for (let thread = 0; thread < m.threadCount; thread++) {
    const { name, privateArea, sharedArea } = m.program.threads[thread]!;
    const at = m.thread(thread);
    if (m.words[at + T_REGISTERED] === 1) {
      const offset = address - toNumber(m.words[at + T_AREA_LO]!, m.words[at + T_AREA_HI]!);
      if (offset >= 0 && offset < m.words[at + T_LENGTH]! >>> 0) {
        return `${name}.rseq->${memberPath(m.program, m.program.rseq.type, offset)}`;
      }
    }
    const offset = address - (privateArea?.address ?? Infinity);
    if (offset >= 0 && offset < privateArea!.size) {
      return `${name}.rseq->${memberPath(m.program, m.program.rseq.type, offset)}`;
    }
    const { shared } = m.program;
    const place = address - (sharedArea?.address ?? Infinity);
    if (shared !== undefined && place >= 0 && place < sharedArea!.size) {
      return `${name}.rseq_shared->${memberPath(m.program, shared.type, place)}`;
    }
  }
  return undefined;
}

function memberPath(program: Program, type: TypeId, offset: number): string {
  const path = typePath(program, type, offset);
  return path === "" ? `[${offset}]` : path.replace(/^\./, "");
}

function variableName(program: Program, address: number): string | undefined {
  for (const variable of program.globals) {
    if (variable.storage.kind !== "static") continue;
    const offset = address - variable.storage.address;
    const type = program.types[variable.type];
    if (type === undefined || offset < 0 || offset >= type.size) continue;
    return variable.name + typePath(program, variable.type, offset);
  }
  return undefined;
}

/** `[0].value` of an offset in a type; the path stops where no member covers it. */
export function typePath(program: Program, type: TypeId, offset: number): string {
  const found: ProgramType | undefined = program.types[type];
  if (found === undefined) return "";
  if (found.kind === "array") {
    const index = Math.floor(offset / found.stride);
    if (index >= found.count) return "";
    return `[${index}]${typePath(program, found.element, offset - index * found.stride)}`;
  }
  if (found.kind !== "struct" && found.kind !== "union") return "";
  for (const member of found.members) {
    const size = program.types[member.type]?.size ?? 0;
    if (offset < member.offset || offset >= member.offset + size) continue;
    const rest = typePath(program, member.type, offset - member.offset);
    return member.name === undefined ? rest : `.${member.name}${rest}`;
  }
  return "";
}

/** A memory local of a live frame, `x[1] of work`. */
function stackName(m: Machine, address: number): string | undefined {
  for (let thread = 0; thread < m.threadCount; thread++) {
    const stack = address - m.program.threads[thread]!.stackAddress;
    if (stack < 0 || stack >= STACK_BYTES) continue;
    for (let frame = m.words[m.thread(thread) + T_FRAME]!; frame !== 0;) {
      const offset = address - frameAddress(m, thread, frame);
      const name = localName(m.program, m.words[frame + F_FUNCTION]!, offset);
      if (name !== undefined) return name;
      frame = m.words[frame + F_PREVIOUS]!;
    }
  }
  return undefined;
}

function localName(program: Program, index: number, offset: number): string | undefined {
  const fn = program.functions[index];
  if (fn === undefined || offset < 0 || offset >= fn.frameSizeBytes) return undefined;
  for (const variable of [...fn.parameters, ...fn.locals]) {
    if (variable.storage.kind !== "frame") continue;
    const place = offset - variable.storage.offset;
    const size = program.types[variable.type]?.size ?? 0;
    if (place >= 0 && place < size) {
      return `${variable.name}${typePath(program, variable.type, place)}`;
    }
  }
  return undefined;
}

/** The variable in a register slot at an instruction. */
export function registerName(
  program: Program,
  instruction: number,
  slot: number,
): string | undefined {
  const owner = program.instructions[instruction]?.function;
  const fn = owner === undefined ? undefined : program.functions[owner];
  if (fn === undefined) return undefined;
  const named = [...fn.parameters, ...fn.locals].find(
    ({ storage, scope }) =>
      storage.kind === "register" &&
      storage.slot === slot &&
      (scope === undefined || (scope.start <= instruction && instruction <= scope.end)),
  );
  return named?.name;
}

function symbolName(program: Program, address: number): string | undefined {
  for (const symbol of program.symbols) {
    const offset = address - symbol.address;
    if (offset < 0 || offset >= Math.max(1, symbol.size)) continue;
    return offset === 0 ? symbol.name : `${symbol.name}+${offset}`;
  }
  return undefined;
}

/** `increment` of the descriptor at an address, or the address. */
export function sectionName(program: Program, descriptor: number): string {
  const section = program.sections.find((known) => known.descriptorAddress === descriptor);
  return section?.name ?? `the section of descriptor ${hexadecimal(descriptor)}`;
}

/** `worker:retry`, `increment:12` — where an instruction address stands. */
export function codeName(program: Program, address: number): string {
  const index = (address - program.textAddress) / 4;
  const instruction = Number.isInteger(index) ? program.instructions[index] : undefined;
  if (instruction?.function === undefined) return hexadecimal(address);
  const fn = program.functions[instruction.function]!;
  const label = fn.labels.find((known) => known.instruction === index);
  return label === undefined ? `${fn.name}+${4 * (index - fn.start)}` : label.name;
}
