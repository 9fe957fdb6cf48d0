// The targets, in the order in which help and `--target all` name them.
import type { Target } from "../target.ts";
import { aarch64 } from "./aarch64.ts";
import { arm } from "./arm.ts";
import { i386 } from "./i386.ts";
import { loongarch64 } from "./loongarch64.ts";
import { m68k } from "./m68k.ts";
import { mips } from "./mips.ts";
import { mips64 } from "./mips64.ts";
import { ppc64 } from "./ppc64.ts";
import { ppc64le } from "./ppc64le.ts";
import { riscv32 } from "./riscv32.ts";
import { riscv64 } from "./riscv64.ts";
import { s390x } from "./s390x.ts";
import { x86_64 } from "./x86-64.ts";

export const targets: readonly Target[] = [
  x86_64,
  i386,
  aarch64,
  arm,
  riscv64,
  ppc64,
  ppc64le,
  s390x,
  riscv32,
  mips,
  mips64,
  loongarch64,
  m68k,
];

export const defaultTarget: Target = x86_64;

/** The target that `--target` names; undefined if there is none of the name. */
export function targetNamed(name: string): Target | undefined {
  return targets.find((target) => target.name === name);
}
