// The closed list of rules that judge text, in the order of rules.md. Rules that are decided elsewhere (a comparison, a
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
import { splitLength } from "./P04-split-length.ts";
import { sharedPartFixed } from "./P05-shared-part-fixed.ts";
import { sharedAreaAlignment } from "./P06-shared-area-alignment.ts";
import { areasApart } from "./P07-areas-apart.ts";
import { sharedFlagWithoutArea } from "./P08-shared-flag-without-area.ts";
import { schedStateLine } from "./P11-sched-state-line.ts";
import { latePointer } from "./P12-late-pointer.ts";
import { plainSharedAccess } from "./P15-plain-shared-access.ts";
import { objectSize } from "./A01-object-size.ts";
import { acceptedLength } from "./R01-accepted-length.ts";
import { minimumLength } from "./R02-minimum-length.ts";
import { areaAlignment } from "./R03-area-alignment.ts";
import { registrationFlags } from "./R04-registration-flags.ts";
import { unregistrationFlags } from "./R05-unregistration-flags.ts";
import { sameRegistration } from "./R06-same-registration.ts";
import { processSignature } from "./R07-process-signature.ts";
import { libcSizeAsLength } from "./R08-libc-size-as-length.ts";
import { sizeOfAnotherStruct } from "./R09-size-of-another-struct.ts";
import { sliceFlagWithoutEffect } from "./R14-slice-flag-without-effect.ts";
import { fieldFlagsAsArgument } from "./R15-field-flags-as-argument.ts";
import { descriptorVersion } from "./D01-descriptor-version.ts";
import { descriptorFlags } from "./D02-descriptor-flags.ts";
import { addressesBelowLimit } from "./D03-addresses-below-limit.ts";
import { sectionWraps } from "./D04-section-wraps.ts";
import { emptySection } from "./D05-empty-section.ts";
import { abortOutside } from "./D06-abort-outside.ts";
import { abortSignature } from "./D07-abort-signature.ts";
import { descriptorAlignment } from "./D08-descriptor-alignment.ts";
import { descriptorLifetime } from "./D09-descriptor-lifetime.ts";
import { abortAddress } from "./D12-abort-address.ts";
import { idCompared } from "./C03-id-compared.ts";
import { commitIsLast } from "./C04-commit-is-last.ts";
import { noSystemCall } from "./C06-no-system-call.ts";
import { noCallOrReturn } from "./C07-no-call-or-return.ts";
import { noNestedSection } from "./C08-no-nested-section.ts";
import { membarrierRegistered } from "./C16-membarrier-registered.ts";
import { storeToKernelField } from "./U01-store-to-kernel-field.ts";
import { storeToFlags } from "./U07-store-to-flags.ts";
import { sliceRequestOnly } from "./X01-slice-request-only.ts";
import { sliceYieldNumber } from "./X03-slice-yield-number.ts";

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
  splitLength,
  sharedPartFixed,
  sharedAreaAlignment,
  areasApart,
  sharedFlagWithoutArea,
  schedStateLine,
  latePointer,
  plainSharedAccess,
  objectSize,
  acceptedLength,
  minimumLength,
  areaAlignment,
  registrationFlags,
  unregistrationFlags,
  sameRegistration,
  processSignature,
  libcSizeAsLength,
  sizeOfAnotherStruct,
  sliceFlagWithoutEffect,
  fieldFlagsAsArgument,
  descriptorVersion,
  descriptorFlags,
  addressesBelowLimit,
  sectionWraps,
  emptySection,
  abortOutside,
  abortSignature,
  descriptorAlignment,
  descriptorLifetime,
  abortAddress,
  idCompared,
  commitIsLast,
  noSystemCall,
  noCallOrReturn,
  noNestedSection,
  membarrierRegistered,
  storeToKernelField,
  storeToFlags,
  sliceRequestOnly,
  sliceYieldNumber,
];
