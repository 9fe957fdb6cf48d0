// Writes from outside: `set` items of a schedule and what a debugger's user changes. No check of owner, protection or alignment is made;
// later steps of the kernel see the value.
import { noteArmed } from "../machine/armed.ts";
import { markWritten, registersOf, setRegister } from "../machine/frame.ts";
import { conversionCode } from "../machine/code.ts";
import type { Machine, OutsideWrite } from "../machine/machine.ts";
import { markWrittenBytes, storeByte } from "../machine/memory.ts";
import { A_OUTSIDE, A_WRITE } from "../machine/notes.ts";
import { evaluateRoutine } from "../machine/routine.ts";
import { F_FUNCTION, F_PREVIOUS, T_FRAME } from "../machine/words.ts";
import type { ScheduleItem } from "../program/program.ts";
import { highHalf, highOf, lowHalf, lowOf, toBigInt } from "../support/word64.ts";
import { peekByte } from "../machine/armed.ts";

type SetItem = ScheduleItem & { readonly kind: "set" };

/** The write of a `set` item; its expressions are evaluated when the step is taken. A failing one writes nothing. */
export function outsideWrite(item: SetItem): OutsideWrite {
  return (m) => {
    const value = evaluateRoutine(m, item.value, -1, 0);
    if (!value.ok) return;
    if ("slot" in item.address) {
      const { thread, function: fn, slot, as } = item.address;
      const frame = innermost(m, thread, fn);
      if (frame !== 0) writeRegister(m, frame, slot, conversionCode(as), value.value);
      return;
    }
    const address = evaluateRoutine(m, item.address, -1, 0);
    if (!address.ok) return;
    const place = Number(address.value);
    writeBytes(m, place, toBytes(m, place, item, value.value));
  };
}

function innermost(m: Machine, thread: number, fn: number): number {
  let frame = m.words[m.thread(thread) + T_FRAME]!;
  while (frame !== 0 && m.words[frame + F_FUNCTION] !== fn) frame = m.words[frame + F_PREVIOUS]!;
  return frame;
}

function writeRegister(m: Machine, frame: number, slot: number, as: number, value: bigint): void {
  setRegister(m, registersOf(m, frame), frame, slot * 2, as, lowHalf(value), highHalf(value));
  if (m.code.functions[m.words[frame + F_FUNCTION]!]!.writtenWords > 0) markWritten(m, frame, slot);
}

/** A register of a frame (its header's word index), all 64 bits. */
export function outsideRegister(frame: number, slot: number, value: bigint): OutsideWrite {
  return (m) => writeRegister(m, frame, slot, 0, value);
}

export function outsideBytes(address: number, bytes: Uint8Array): OutsideWrite {
  const copy = bytes.slice();
  return (m) => writeBytes(m, address, copy);
}

/** Bytes in the target's order; a bit-field keeps its neighbours. */
function toBytes(m: Machine, address: number, item: SetItem, value: bigint): Uint8Array {
  const { size, bitShift, bitSize } = item;
  const big = m.program.machine.bigEndian;
  let word = value;
  if (bitShift !== undefined && bitSize !== undefined) {
    const mask = ((1n << BigInt(bitSize)) - 1n) << BigInt(bitShift);
    word = (oldValue(m, address, size) & ~mask) | ((value << BigInt(bitShift)) & mask);
  }
  return Uint8Array.from({ length: size }, (_, index) => {
    const place = big ? size - 1 - index : index;
    return Number((word >> BigInt(8 * place)) & 0xffn);
  });
}

function oldValue(m: Machine, address: number, size: number): bigint {
  let value = 0n;
  for (let index = 0; index < size; index++) {
    const at = m.program.machine.bigEndian ? index : size - 1 - index;
    value = (value << 8n) | BigInt(peekByte(m, address + at) ?? 0);
  }
  return value;
}

function writeBytes(m: Machine, address: number, bytes: Uint8Array): void {
  bytes.forEach((byte, index) => {
    const place = address + index;
    if (peekByte(m, place) === undefined) return;
    storeByte(m, lowOf(place), highOf(place), byte);
    markWrittenBytes(m, lowOf(place), highOf(place), 1);
  });
  noteArmed(m, lowOf(address), highOf(address), bytes.length);
  for (let from = 0; from < bytes.length; from += 8) {
    const size = Math.min(8, bytes.length - from);
    const value = size === 8 || size <= 4 ? oldValue(m, address + from, size) : toBigInt(0, 0);
    const place = address + from;
    m.access(
      lowOf(place),
      highOf(place),
      size,
      lowHalf(value),
      highHalf(value),
      A_WRITE | A_OUTSIDE,
    );
  }
}
