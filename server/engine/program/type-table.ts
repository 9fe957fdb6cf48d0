// Types flattened for whoever looks at memory without knowing C: the machine's reports, the debugger's scopes.
// A type is an index into `Program.types`; recursion goes through indices, so the table is plain data.

export type TypeId = number;

/** Integer-like types: value range by `size` and `signed`; enumerators name values where there are any. */
export interface ScalarType {
  readonly kind: "integer" | "bool" | "enum" | "pointer";
  /** C spelling, `u32`, `struct rseq *`. */
  readonly name: string;
  readonly size: number;
  readonly align: number;
  readonly signed: boolean;
  /** Pointee of a pointer; undefined for void and functions. */
  readonly target?: TypeId;
  readonly enumerators?: readonly { readonly name: string; readonly value: bigint }[];
}

export interface ArrayType {
  readonly kind: "array";
  readonly name: string;
  readonly size: number;
  readonly align: number;
  readonly element: TypeId;
  readonly count: number;
  /** Distance of two elements; more than the element's size for percpu variables. */
  readonly stride: number;
}

export interface RecordMember {
  /** undefined for an anonymous struct or union. */
  readonly name: string | undefined;
  readonly type: TypeId;
  readonly offset: number;
  /** Bit-fields: bits from the least significant bit of the `size` bytes at `offset`, and their number. */
  readonly bitShift?: number;
  readonly bitSize?: number;
}

export interface RecordType {
  readonly kind: "struct" | "union";
  readonly name: string;
  readonly size: number;
  readonly align: number;
  readonly members: readonly RecordMember[];
}

export type ProgramType = ScalarType | ArrayType | RecordType;
