// The closed list of kernel profiles, oldest release first, then the proposals, and how a name finds one. Next year's kernel is
// one file and one line here.
import type { Profile } from "../profile.ts";
import { linux54 } from "./linux-5.4.ts";
import { linux519 } from "./linux-5.19.ts";
import { linux62 } from "./linux-6.2.ts";
import { linux614 } from "./linux-6.14.ts";
import { linux618 } from "./linux-6.18.ts";
import { linux619 } from "./linux-6.19.ts";
import { linux70 } from "./linux-7.0.ts";
import { linux71 } from "./linux-7.1.ts";
import { proposalSharedFlag } from "./proposal-shared-flag.ts";
import { proposalSplit } from "./proposal-split.ts";
import { schedStateV1 } from "./sched-state-v1.ts";
import { schedStateV2 } from "./sched-state-v2.ts";

export const PROFILES: readonly Profile[] = [
  linux54,
  linux519,
  linux62,
  linux614,
  linux618,
  linux619,
  linux70,
  linux71,
  schedStateV1,
  schedStateV2,
  proposalSplit,
  proposalSharedFlag,
];

/** What is used where nothing else says which kernel. */
export const NEWEST_RELEASED: Profile = linux71;

export interface FoundProfile {
  readonly profile: Profile;
  /** The name as the user gave it: `linux-6.15` is shown as such, though it behaves as `linux-6.18`. */
  readonly shownName: string;
}

/** The profile of a name of the list, of an alias, or of a release that one stands for (`linux-6.15`, `linux-6.1.146`). */
export function findProfile(name: string): FoundProfile | undefined {
  const named = PROFILES.find((one) => one.name === name || one.aliases.includes(name));
  const profile = named ?? profileOfRelease(name);
  return profile === undefined ? undefined : { profile, shownName: name };
}

function profileOfRelease(name: string): Profile | undefined {
  const version = /^linux-(\d+(?:\.\d+){1,2})$/.exec(name)?.[1];
  if (version === undefined) return undefined;
  const parts = partsOf(version);
  return PROFILES.find(
    ({ versions }) =>
      versions !== undefined &&
      compareVersions(partsOf(versions.first), parts) <= 0 &&
      compareVersions(parts.slice(0, partsOf(versions.last).length), partsOf(versions.last)) <= 0,
  );
}

function partsOf(version: string): number[] {
  return version.split(".").map(Number);
}

/** Negative, zero or positive; a missing part counts as 0. */
function compareVersions(left: readonly number[], right: readonly number[]): number {
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
