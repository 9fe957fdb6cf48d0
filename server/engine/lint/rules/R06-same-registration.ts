// R06: where a file registers an object once, its unregistration has the same length and signature. Judged where all are constants.
import { registrationCalls, type RegistrationCall } from "../registration.ts";
import type { Code } from "../code.ts";
import type { Rule } from "../rule.ts";

export const sameRegistration: Rule = {
  code: "R06",
  name: "same-registration",
  severity: "error",
  rule: "Unregistration passes the pointer, length and signature that were registered.",
  why: "Another pointer or length gives EINVAL, another signature EPERM; the area stays registered, and freeing it kills the thread.",
  fix: "Pass what was passed at registration.",
  sources: ["Linux kernel/rseq.c: sys_rseq", "CRIU pull request 2850"],
  home: "text",
  checkCode(code, _judge, report) {
    const calls = code.bodies.flatMap((body) => registrationCalls(code, body));
    const registrations = calls.filter((one) => one.isUnregistration === false);
    for (const call of calls) {
      if (call.isUnregistration !== true) continue;
      const same = registrations.filter((one) => isSameObject(code, one, call));
      const [registered] = same;
      if (registered === undefined || same.length > 1) continue;
      const notes = [{ message: "it is registered here", span: registered.call.span }];
      if (differs(registered.lengthValue, call.lengthValue))
        report(
          call.length.span,
          `The length is ${call.lengthValue ?? 0n}, but ${registered.lengthValue ?? 0n} was registered. The call fails with EINVAL and the area stays registered; pass the same length.`,
          { notes },
        );
      const signature = code.valueOf(call.signature);
      const before = code.valueOf(registered.signature);
      if (differs(before, signature))
        report(
          call.signature.span,
          `The signature is 0x${(signature ?? 0n).toString(16)}, but 0x${(before ?? 0n).toString(16)} was registered. The call fails with EPERM and the area stays registered; pass the same signature.`,
          { notes },
        );
    }
  },
};

function isSameObject(code: Code, left: RegistrationCall, right: RegistrationCall): boolean {
  const object = code.objectBehind(left.address);
  return object !== undefined && object === code.objectBehind(right.address);
}

function differs(left: bigint | undefined, right: bigint | undefined): boolean {
  return left !== undefined && right !== undefined && left !== right;
}
