// What a target's psABI says about sizes, alignments and bit-fields, as data. A new target is one file in targets/ and
// one line in targets/index.ts.

export interface SizeAlign {
  readonly size: number;
  readonly align: number;
}

export interface Target {
  /** `x86_64-linux`, as `--target` takes it. */
  readonly name: string;
  readonly isBigEndian: boolean;
  readonly isCharSigned: boolean;
  readonly short: SizeAlign;
  readonly int: SizeAlign;
  readonly long: SizeAlign;
  readonly longLong: SizeAlign;
  readonly pointer: SizeAlign;
  readonly float: SizeAlign;
  readonly double: SizeAlign;
  readonly longDouble: SizeAlign;
  /** `__float128`/`_Float128`; undefined where the compiler has none. */
  readonly float128: SizeAlign | undefined;
  /** `__int128`; undefined on 32-bit targets. */
  readonly int128: SizeAlign | undefined;
  /**
   * What `__alignof__` says of 8-byte scalars where that is more than their alignment (`_Alignof`) as members: i386 aligns variables of
   * them to 8.
   */
  readonly variableAlign: number | undefined;
  /** Bytes to which a vector is aligned at most; undefined: to its size. */
  readonly vectorAlignMax: number | undefined;
  /** What `__attribute__((aligned))` without a number means. */
  readonly alignMax: number;
  /** The integer type behind `size_t`, `ptrdiff_t` and `wchar_t`. */
  readonly sizeType: string;
  readonly pointerDifferenceType: string;
  readonly wideCharType: string;
  /**
   * Bit-fields: whether the declared type's size and alignment bound where the field may lie and raise the record's
   * alignment (gcc's PCC_BITFIELD_TYPE_MATTERS; false on m68k).
   */
  readonly bitFieldTypeMatters: boolean;
  /** Where it does not: bytes to which a bit-field of width 0 moves on (gcc's EMPTY_FIELD_BOUNDARY). */
  readonly emptyBitFieldAlign: number;
  /** Whether an unnamed bit-field raises the record's alignment too (arm, aarch64). */
  readonly unnamedBitFieldAligns: boolean;
  /** Lowest alignment of every struct and union, bytes (1 but on old arm ABIs). */
  readonly recordAlignMin: number;
  /** `_Atomic T` of a power-of-two size up to this many bytes is aligned to its size. */
  readonly atomicAlignMax: number;
  /** Enums take the smallest integer type that holds them. */
  readonly hasShortEnums: boolean;
  /** `__builtin_va_list`; an array where the psABI says so. */
  readonly vaList: SizeAlign & { readonly isArray: boolean };
  /** `_BitInt(N)` above the limb: bytes of a limb and its alignment. */
  readonly bitIntLimb: SizeAlign;
  /** Predefined macros on which layouts depend, in `-D` form, values included. */
  readonly macros: readonly (readonly [name: string, value: string])[];
}
