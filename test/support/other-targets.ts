// Targets that rules compare with, in the few numbers that layouts of fixed-width structs depend on, for as long as the engine's own
// list does not have them: the helper asks the engine first.
import type { Target } from "../../server/engine/abi/target.ts";
import { defaultTarget } from "../../server/engine/abi/targets/index.ts";

const word32: Target = {
  ...defaultTarget,
  name: "arm-linux",
  long: { size: 4, align: 4 },
  pointer: { size: 4, align: 4 },
  sizeType: "unsigned int",
  pointerDifferenceType: "int",
  int128: undefined,
  macros: [
    ["__BYTE_ORDER__", "1234"],
    ["__arm__", "1"],
    ["__ILP32__", "1"],
  ],
};

export const otherTargets: readonly Target[] = [
  word32,
  { ...word32, name: "i386-linux", memberAlignMax: 4 },
  { ...word32, name: "mips-linux", isBigEndian: true, macros: [["__mips__", "1"]] },
  { ...defaultTarget, name: "ppc64-linux", isBigEndian: true, macros: [["__LP64__", "1"]] },
];
