// Calls that register or unregister an area, in C and in scenarios: `sys_rseq(…)`, `sys_rseq_shared(…)`, `syscall(__NR_rseq, …)`.
import type { CallExpression, Expression } from "../c/ast.ts";
import { rseqCallNumber } from "../abi/system-call-number.ts";
import { calleeName, type Code, type CodeBody } from "./code.ts";

export interface RegistrationCall {
  readonly call: CallExpression;
  readonly address: Expression;
  readonly length: Expression;
  readonly flags: Expression;
  readonly signature: Expression;
  /** The fifth argument, where there is one. */
  readonly shared: Expression | undefined;
  /** RSEQ_FLAG_UNREGISTER is set; undefined where the flags have no value. */
  readonly isUnregistration: boolean | undefined;
  readonly flagsValue: bigint | undefined;
  readonly lengthValue: bigint | undefined;
}

/** The calls of a body in the order of the text. */
export function registrationCalls(code: Code, body: CodeBody): readonly RegistrationCall[] {
  const found: RegistrationCall[] = [];
  code.eachExpression(body, (expression) => {
    const one = expression.kind === "call" ? registrationCall(code, expression) : undefined;
    if (one !== undefined) found.push(one);
  });
  return found;
}

function registrationCall(code: Code, call: CallExpression): RegistrationCall | undefined {
  const passed = argumentsOf(code, call);
  const [address, length, flags, signature, shared] = passed ?? [];
  if (
    address === undefined ||
    length === undefined ||
    flags === undefined ||
    signature === undefined
  )
    return undefined;
  const flagsValue = code.valueOf(flags);
  const lengthValue = code.valueOf(length);
  // `sys_rseq(NULL, 0, 0, 0)` asks whether there is such a call.
  if (lengthValue === 0n && code.valueOf(address) === 0n) return undefined;
  return {
    call,
    address,
    length,
    flags,
    signature,
    shared,
    flagsValue,
    lengthValue,
    isUnregistration: flagsValue === undefined ? undefined : (flagsValue & 1n) !== 0n,
  };
}

function argumentsOf(code: Code, call: CallExpression): readonly Expression[] | undefined {
  const name = calleeName(call);
  if (name === "sys_rseq" || name === "sys_rseq_shared") return call.arguments;
  if (name !== "syscall") return undefined;
  const [number, ...rest] = call.arguments;
  const isRseq =
    (number?.kind === "identifier" && /^(?:__NR|SYS)_rseq$/.test(number.name)) ||
    code.valueOf(number) === BigInt(rseqCallNumber(code.unit.target));
  return isRseq ? rest : undefined;
}
