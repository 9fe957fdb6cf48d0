// Data with fixed places: globals, static locals, percpu variables, strings, descriptors of short critical sections. Values
// that are addresses of text are filled in when the text is laid out.
import type { Linear } from "./link.ts";
import { settle } from "./link.ts";

interface Patch {
  readonly offset: number;
  readonly size: number;
  readonly value: Linear;
}

/** A growing block of bytes that becomes a segment. */
export class DataBlock {
  readonly #bigEndian: boolean;
  #bytes = new Uint8Array(256);
  readonly #patches: Patch[] = [];
  #size = 0;
  #align = 1;

  constructor(bigEndian: boolean) {
    this.#bigEndian = bigEndian;
  }

  get size(): number {
    return this.#size;
  }

  get align(): number {
    return this.#align;
  }

  /** Takes room; the offset in the block. */
  room(size: number, align: number): number {
    const offset = Math.ceil(this.#size / align) * align;
    this.#size = offset + size;
    this.#align = Math.max(this.#align, align);
    if (this.#size > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.#size, this.#bytes.length * 2));
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    return offset;
  }

  /** Puts a value in, now or when its addresses are known. */
  put(offset: number, size: number, value: Linear): void {
    if (value.links.length > 0) this.#patches.push({ offset, size, value });
    else this.#write(offset, size, value.constant);
  }

  /** Puts bits in without touching their neighbours: `mask` says which of the word's bits are `value`'s. */
  putBits(offset: number, size: number, value: bigint, mask: bigint): void {
    const old = this.read(offset, size);
    this.#write(offset, size, (old & ~mask) | (value & mask));
  }

  /** Fills in the late addresses. */
  settle(): Uint8Array {
    for (const { offset, size, value } of this.#patches) this.#write(offset, size, settle(value));
    return this.#bytes.subarray(0, this.#size);
  }

  read(offset: number, size: number): bigint {
    let value = 0n;
    for (let index = 0; index < size; index++) {
      const at = this.#bigEndian ? offset + index : offset + size - 1 - index;
      value = (value << 8n) | BigInt(this.#bytes[at] ?? 0);
    }
    return value;
  }

  #write(offset: number, size: number, value: bigint): void {
    let rest = BigInt.asUintN(size * 8, value);
    for (let index = 0; index < size; index++) {
      const at = this.#bigEndian ? offset + size - 1 - index : offset + index;
      this.#bytes[at] = Number(rest & 0xffn);
      rest >>= 8n;
    }
  }
}
