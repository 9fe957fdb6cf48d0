// Names for addresses: what a pointer leads to, in the words of the source.
import { INSTRUCTION_BYTES } from "../program/program.ts";
import type { Program } from "../program/program.ts";
import { typePath } from "../run/names.ts";
import type { Inspection } from "./value.ts";

/** `hits+64`, `increment:retry`, `worker[0].rseq->cpu_id`; undefined where nothing is known. */
export function addressName(inspection: Inspection, address: number): string | undefined {
  return symbolName(inspection.program, address) ?? areaName(inspection, address);
}

/** The symbol that holds the address, with the distance from its start. */
export function symbolName(program: Program, address: number): string | undefined {
  const code = codeName(program, address);
  if (code !== undefined) return code;
  const { symbols } = program;
  let lower = 0;
  let upper = symbols.length;
  while (lower < upper) {
    const middle = (lower + upper) >> 1;
    if (symbols[middle]!.address <= address) lower = middle + 1;
    else upper = middle;
  }
  const symbol = symbols[lower - 1];
  if (symbol === undefined) return undefined;
  const distance = address - symbol.address;
  if (distance >= Math.max(symbol.size, 1)) return undefined;
  return withDistance(symbol.name, distance);
}

/** A label that stands exactly there, else the function and the distance from its entry. */
function codeName(program: Program, address: number): string | undefined {
  const distance = address - program.textAddress;
  if (distance < 0 || distance >= program.instructions.length * INSTRUCTION_BYTES) return undefined;
  const instruction = Math.floor(distance / INSTRUCTION_BYTES);
  const owner = program.instructions[instruction]?.function;
  if (owner === undefined) return undefined;
  const found = program.functions[owner];
  if (found === undefined) return undefined;
  const isStart = distance % INSTRUCTION_BYTES === 0;
  const label = isStart ? found.labels.find((each) => each.instruction === instruction) : undefined;
  if (label !== undefined) return `${found.name}:${label.name}`;
  return withDistance(found.name, distance - found.start * INSTRUCTION_BYTES);
}

/** A field of a thread's area: `worker[0].rseq->cpu_id`. */
function areaName(inspection: Inspection, address: number): string | undefined {
  const { program, state } = inspection;
  const owner = state.owner(address);
  if (owner === undefined) return undefined;
  const thread = program.threads[owner.thread]?.name ?? "?";
  const type = owner.area === "shared" ? program.shared?.type : program.rseq.type;
  const path =
    type === undefined || owner.offset === 0 ? "" : typePath(program, type, owner.offset);
  const name = `${thread}.${owner.area === "shared" ? "rseq_shared" : "rseq"}`;
  return path === "" ? withDistance(name, owner.offset) : `${name}->${path.replace(/^\./, "")}`;
}

function withDistance(name: string, distance: number): string {
  if (distance === 0) return name;
  return distance > 0 ? `${name}+${distance}` : `${name}${distance}`;
}
