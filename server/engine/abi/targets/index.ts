// The targets, in the order in which help and `--target all` name them.
import type { Target } from "../target.ts";
import { x86_64 } from "./x86-64.ts";

export const targets: readonly Target[] = [x86_64];

export const defaultTarget: Target = x86_64;

/** The target that `--target` names; undefined if there is none of the name. */
export function targetNamed(name: string): Target | undefined {
  return targets.find((target) => target.name === name);
}
