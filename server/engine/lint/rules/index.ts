// The closed list of rules that judge text, in the order of their codes. Rules that are decided elsewhere (a comparison, a
// binary, a run) have their pages in pages.ts.
import type { Rule } from "../rule.ts";
import { implicitHole } from "./L01-implicit-hole.ts";
import { tailPadding } from "./L02-tail-padding.ts";
import { abiDependentType } from "./L03-abi-dependent-type.ts";
import { misalignedField } from "./L04-misaligned-field.ts";
import { differsBetweenAbis } from "./L05-differs-between-abis.ts";
import { movedField } from "./L06-moved-field.ts";
import { endMarkerRule } from "./L08-end-marker.ts";
import { ambiguousFeatureSize } from "./L09-ambiguous-feature-size.ts";
import { featureSize } from "./L10-feature-size.ts";
import { declaredAlignment } from "./L12-declared-alignment.ts";
import { minimumAlignment } from "./L13-minimum-alignment.ts";
import { oneCacheLine } from "./L14-one-cache-line.ts";
import { descriptorLayout } from "./L16-descriptor-layout.ts";
import { bitField } from "./L17-bit-field.ts";
import { unionSizes } from "./L18-union-sizes.ts";
import { byteOrder } from "./L19-byte-order.ts";
import { staleComment } from "./L20-stale-comment.ts";
import { flagBits } from "./L22-flag-bits.ts";
import { paddingAt28 } from "./L23-padding-at-28.ts";
import { falseSharing } from "./P01-false-sharing.ts";
import { splitParts } from "./P02-split-parts.ts";
import { splitAlignment } from "./P03-split-alignment.ts";
import { sharedPartFixed } from "./P05-shared-part-fixed.ts";
import { schedStateLine } from "./P11-sched-state-line.ts";

export const RULES: readonly Rule[] = [
  implicitHole,
  tailPadding,
  abiDependentType,
  misalignedField,
  differsBetweenAbis,
  movedField,
  endMarkerRule,
  ambiguousFeatureSize,
  featureSize,
  declaredAlignment,
  minimumAlignment,
  oneCacheLine,
  descriptorLayout,
  bitField,
  unionSizes,
  byteOrder,
  staleComment,
  flagBits,
  paddingAt28,
  falseSharing,
  splitParts,
  splitAlignment,
  sharedPartFixed,
  schedStateLine,
];
