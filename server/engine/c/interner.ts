// Numbers for identifiers, so that the rest compares integers. Looked up by hash straight from the text: a name becomes a
// string once.

/** Characters of a header between two identifiers that were not there before. */
const identifierDistanceUsual = 48;

export class Interner {
  readonly names: string[] = [];
  #hashes = new Int32Array(4096);
  // Open addressing; a slot holds a number + 1, 0 is free.
  #slots = new Int32Array(16384);
  #mask = 16383;

  /** The number of the identifier `text[start, end)`, whose `hashOf` is `hash`. */
  intern(text: string, start: number, end: number, hash: number): number {
    let slot = hash & this.#mask;
    for (;;) {
      const found = this.#slots[slot]! - 1;
      if (found < 0) return this.#insert(text.slice(start, end), hash, slot);
      if (this.#hashes[found] === hash && equals(this.names[found]!, text, start, end))
        return found;
      slot = (slot + 1) & this.#mask;
    }
  }

  /** Makes room for the identifiers of a text. */
  reserve(textLength: number): void {
    const wanted = this.names.length + Math.ceil(textLength / identifierDistanceUsual);
    let length = this.#slots.length;
    while (length < wanted * 2) length *= 2;
    if (this.#slots.length < length) this.#rehash(length);
  }

  idOf(name: string): number {
    let hash = 0;
    for (let index = 0; index < name.length; index++)
      hash = (Math.imul(hash, 31) + name.charCodeAt(index)) | 0;
    return this.intern(name, 0, name.length, mix(hash));
  }

  #insert(name: string, hash: number, slot: number): number {
    const id = this.names.push(name) - 1;
    if (id === this.#hashes.length) this.#hashes = grown(this.#hashes);
    this.#hashes[id] = hash;
    this.#slots[slot] = id + 1;
    if (this.names.length * 2 > this.#slots.length) this.#rehash(this.#slots.length * 4);
    return id;
  }

  #rehash(length: number): void {
    this.#slots = new Int32Array(length);
    this.#mask = this.#slots.length - 1;
    for (let id = 0; id < this.names.length; id++) {
      let slot = this.#hashes[id]! & this.#mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & this.#mask;
      this.#slots[slot] = id + 1;
    }
  }
}

/** Spreads the running value of `hash × 31 + unit` over the low bits. */
export function mix(hash: number): number {
  const spread = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return spread ^ (spread >>> 13);
}

export function grown(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  return resized(array, array.length * 2);
}

export function resized(array: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(length);
  larger.set(array);
  return larger;
}

function equals(name: string, text: string, start: number, end: number): boolean {
  if (name.length !== end - start) return false;
  for (let index = 0; index < name.length; index++) {
    if (name.charCodeAt(index) !== text.charCodeAt(start + index)) return false;
  }
  return true;
}
