// Reads the data of named objects out of a compiled ELF object file, of any width and byte order: how a test asks a compiler for
// numbers and bit patterns without linking or running anything.

/** Bytes of each data symbol. */
export function readDataSymbols(file: Buffer): ReadonlyMap<string, Buffer> {
  const elf = new ElfReader(file);
  const sections = elf.sections();
  const symbols = new Map<string, Buffer>();
  for (const table of sections.filter(({ type }) => type === 2)) {
    const names = sections[table.link]!;
    for (let at = table.offset; at < table.offset + table.size; at += elf.is64 ? 24 : 16) {
      const symbol = elf.symbol(at);
      const section = sections[symbol.section];
      if (section === undefined || symbol.size === 0) continue;
      const name = elf.text(names.offset + symbol.name);
      const start = section.offset + symbol.value;
      // A section of type 8 (.bss) has no bytes in the file: they are zero.
      symbols.set(
        name,
        section.type === 8 ? Buffer.alloc(symbol.size) : file.subarray(start, start + symbol.size),
      );
    }
  }
  return symbols;
}

interface Section {
  readonly type: number;
  readonly offset: number;
  readonly size: number;
  readonly link: number;
}

class ElfReader {
  readonly #file: Buffer;
  readonly is64: boolean;
  readonly isBig: boolean;

  constructor(file: Buffer) {
    this.#file = file;
    this.is64 = file[4] === 2;
    this.isBig = file[5] === 2;
  }

  sections(): readonly Section[] {
    const at = this.#word(this.is64 ? 0x28 : 0x20);
    const size = this.#half(this.is64 ? 0x3a : 0x2e);
    const count = this.#half(this.is64 ? 0x3c : 0x30);
    return Array.from({ length: count }, (_, index) => this.#section(at + index * size));
  }

  #section(at: number): Section {
    const type = this.#int(at + 4);
    if (this.is64) {
      return {
        type,
        offset: this.#word(at + 24),
        size: this.#word(at + 32),
        link: this.#int(at + 40),
      };
    }
    return { type, offset: this.#int(at + 16), size: this.#int(at + 20), link: this.#int(at + 24) };
  }

  symbol(at: number): { name: number; value: number; size: number; section: number } {
    const name = this.#int(at);
    if (this.is64) {
      return {
        name,
        section: this.#half(at + 6),
        value: this.#word(at + 8),
        size: this.#word(at + 16),
      };
    }
    return {
      name,
      value: this.#int(at + 4),
      size: this.#int(at + 8),
      section: this.#half(at + 14),
    };
  }

  text(at: number): string {
    return this.#file.toString("latin1", at, this.#file.indexOf(0, at));
  }

  #half(at: number): number {
    return this.isBig ? this.#file.readUInt16BE(at) : this.#file.readUInt16LE(at);
  }

  #int(at: number): number {
    return this.isBig ? this.#file.readUInt32BE(at) : this.#file.readUInt32LE(at);
  }

  #word(at: number): number {
    if (!this.is64) return this.#int(at);
    return Number(this.isBig ? this.#file.readBigUInt64BE(at) : this.#file.readBigUInt64LE(at));
  }
}
