// Integer arithmetic as C does it on the target: promotions, the usual conversions, wrapping, and the value of
// constant expressions with exact types. Values are bigints in the range of their type.
import type { Span } from "../text/source.ts";
import type { CType } from "./types.ts";

/** The value of a constant expression. Pointers and floats that only pass through are not constants here. */
export interface Constant {
  readonly isConstant: true;
  readonly value: bigint;
  /** The type that C gives the expression: an integer, enum or pointer type. */
  readonly type: CType;
}

/** Why an expression has no value here: one clause that completes "… is not a constant: ". */
export interface NotConstant {
  readonly isConstant: false;
  readonly reason: string;
  readonly span: Span;
  /** The cause has been reported already (an error node, an error type). */
  readonly isReported: boolean;
}

export type ConstantResult = Constant | NotConstant;
