// What a scenario may call without declaring it (language.md section 5): kernel services, each one system call, and
// intrinsics, which become loads, stores and atomics.
// Constants stand in the scenario's prelude (abi/headers.ts).
import type { TypeTable } from "../c/type-table.ts";
import type { CType } from "../c/types.ts";
import type { ServiceName } from "../program/instruction.ts";

/** The type of a service's parameter or result, by name; resolved for the target. */
type TypeName = "int" | "u32" | "u64" | "long" | "size" | "pointer" | "void";

export interface Service {
  readonly name: ServiceName;
  readonly result: TypeName;
  readonly parameters: readonly TypeName[];
  /** Shown by completion and hover. */
  readonly signature: string;
}

export const services: readonly Service[] = [
  service("sys_rseq", "int", ["pointer", "u32", "int", "u32"], "addr, len, flags, sig"),
  service(
    "sys_rseq_shared",
    "int",
    ["pointer", "u32", "int", "u32", "pointer"],
    "addr, len, flags, sig, shared",
  ),
  service("sched_yield", "int", [], ""),
  service("sched_setaffinity", "int", ["u64"], "mask"),
  service("getcpu", "int", [], ""),
  service("gettid", "int", [], ""),
  service("getpid", "int", [], ""),
  service("nanosleep", "int", [], ""),
  service("futex_wait", "int", ["pointer", "u32"], "addr, value"),
  service("futex_wake", "int", ["pointer", "int"], "addr, count"),
  service("membarrier", "int", ["int", "u32", "int"], "cmd, flags, cpu"),
  service("prctl", "int", ["int", "long", "long"], "op, a, b"),
  service("rseq_slice_yield", "int", [], ""),
  service("getauxval", "long", ["long"], "type"),
  service("mmap", "pointer", ["size", "size"], "size, align"),
  service("munmap", "int", ["pointer", "size"], "p, size"),
  service("mprotect", "int", ["pointer", "size", "int"], "p, size, prot"),
  service("sigaction", "int", ["int", "pointer"], "SIGSEGV, handler"),
  service("syscall_other", "int", ["int"], "what"),
  service("touch", "int", ["pointer"], "p"),
  service("exit", "void", [], ""),
];

function service(
  name: ServiceName,
  result: TypeName,
  parameters: readonly TypeName[],
  signature: string,
): Service {
  return { name, result, parameters, signature: `${name}(${signature})` };
}

export function serviceType(types: TypeTable, name: TypeName): CType {
  switch (name) {
    case "int":
      return types.int;
    case "u32":
      return types.unsignedInt;
    case "u64":
      return types.unsignedLongLong;
    case "long":
      return types.unsignedLong;
    case "size":
      return types.size;
    case "pointer":
      return types.pointerTo(types.void);
    case "void":
      return types.void;
  }
}

export type IntrinsicKind =
  | "read-once"
  | "write-once"
  | "atomic-load"
  | "atomic-store"
  | "atomic-exchange"
  | "atomic-compare-exchange"
  | "fetch-add"
  | "fetch-subtract"
  | "fetch-and"
  | "fetch-or"
  | "fetch-xor"
  | "barrier"
  | "no-operation";

export interface Intrinsic {
  readonly name: string;
  readonly kind: IntrinsicKind;
  /** The result: nothing, a truth value, the first argument's type, or what it points to. */
  readonly result: "void" | "bool" | "object" | "target";
  /** Numbers of arguments that are accepted; memory orders count. */
  readonly counts: readonly number[];
  readonly signature: string;
}

export const intrinsics: readonly Intrinsic[] = [
  intrinsic("READ_ONCE", "read-once", "object", [1], "x"),
  intrinsic("WRITE_ONCE", "write-once", "void", [2], "x, value"),
  intrinsic("__atomic_load_n", "atomic-load", "target", [2], "p, order"),
  intrinsic("__atomic_store_n", "atomic-store", "void", [3], "p, value, order"),
  intrinsic("__atomic_exchange_n", "atomic-exchange", "target", [3], "p, value, order"),
  intrinsic(
    "__atomic_compare_exchange_n",
    "atomic-compare-exchange",
    "bool",
    [6],
    "p, &expected, desired, weak, success, failure",
  ),
  intrinsic("__atomic_fetch_add", "fetch-add", "target", [3], "p, value, order"),
  intrinsic("__atomic_fetch_sub", "fetch-subtract", "target", [3], "p, value, order"),
  intrinsic("__atomic_fetch_and", "fetch-and", "target", [3], "p, value, order"),
  intrinsic("__atomic_fetch_or", "fetch-or", "target", [3], "p, value, order"),
  intrinsic("__atomic_fetch_xor", "fetch-xor", "target", [3], "p, value, order"),
  intrinsic("barrier", "barrier", "void", [0], ""),
  intrinsic("smp_mb", "no-operation", "void", [0], ""),
  intrinsic("cpu_relax", "no-operation", "void", [0], ""),
];

function intrinsic(
  name: string,
  kind: IntrinsicKind,
  result: Intrinsic["result"],
  counts: readonly number[],
  signature: string,
): Intrinsic {
  return { name, kind, result, counts, signature: `${name}(${signature})` };
}

/** Calls that real programs make and the model lacks, with what to write instead. */
export const notModelled: ReadonlyMap<string, string> = new Map([
  ["fork", "a scenario is one process; declare another thread"],
  ["vfork", "a scenario is one process; declare another thread"],
  ["clone", "threads exist from the start; declare another thread"],
  ["pthread_create", "threads exist from the start; declare another thread"],
  ["execve", "a scenario is one program"],
  ["exec", "a scenario is one program"],
  ["printf", "look at values in the debugger, or print them with a log point"],
  ["malloc", "use a global, or mmap(size, align)"],
  ["free", "use munmap(p, size)"],
]);
