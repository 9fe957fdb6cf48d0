// What a kernel profile is: the facts of one ABI era as data. One file a profile under profiles/, one closed list in
// profiles/index.ts; nothing else in the engine knows a kernel version. Facts: the kernel's uapi headers and kernel/rseq.c.

/** Who touches a byte: the registering thread alone, any thread of the process, or nobody (padding, reserved). */
export type FieldClass = "private" | "shared" | "reserved";

/** One field of a struct that user space and the kernel share. */
export interface ProfileField {
  /** Dotted path as in C, `slice_ctrl.request`; in a split the part's tag is not part of it. */
  readonly name: string;
  readonly offset: number;
  readonly size: number;
  /** C spelling of the type, `__u32`. */
  readonly type: string;
  readonly class: FieldClass;
  /** Who stores to it, in words: "kernel", "owner", "owner; kernel clears". */
  readonly writer: string;
  /** Who may load it, in words. */
  readonly readers: string;
  /** True if only the kernel may store to it after registration. */
  readonly kernelOnly: boolean;
  /** True if the headers or the manual page let other threads load it with relaxed atomics. */
  readonly readableByOthers: boolean;
  readonly atomicity: string;
  readonly initialValue: string;
  readonly specialValues: readonly { readonly value: string; readonly meaning: string }[];
  /** First release, "4.18"; "never merged" for proposals. */
  readonly since: string;
  readonly description: string;
}

/** A struct of the profile: `rseq`, `rseq_cs`, `rseq_shared`, `rseq_sched_state`. */
export interface ProfileStruct {
  readonly tag: string;
  readonly size: number;
  readonly align: number;
  /** offsetof(end) where the struct ends with `char end[]`. */
  readonly endOffset: number | undefined;
  readonly fields: readonly ProfileField[];
  /** The declaration as the profile's header has it, in C; the source of built-in headers. */
  readonly declaration: string;
}

/** How the kernel of this era acts; the simulator reads this and nothing else about the era. */
export interface KernelBehaviour {
  /** Accepted rseq_len: exactly 32; 32 and more; 32 or at least the feature size; 32 or at least 256 + shared feature size. */
  readonly registrationLength: "exactly-32" | "at-least-32" | "32-or-feature-size" | "32-or-split";
  /** Required alignment of the area for a length other than 32 (32 for a length of 32). */
  readonly extendedAlign: number;
  /** Flag bits that registration accepts. */
  readonly registrationFlags: number;
  readonly unregisterExtraFlags: "ignored" | "EINVAL";
  readonly rseqCsAtRegistration: "kept" | "cleared";
  /** The kernel stores into the area inside the call (6.19+) or only on the way back to user space. */
  readonly idsAtRegistration: "exit-to-user" | "inside-call";
  readonly flagsAtRegistration: "kept" | "overwritten";
  readonly sliceControlAtRegistration: "none" | "zeroed" | "zeroed-v2";
  readonly cpuIdStartAfterUnregister: 0 | 0xffffffff;
  /** A length over 32 opts into the optimised mode (7.1 V2). */
  readonly extendedIsOptimised: boolean;
  /** The rseq event is raised when the thread is switched out (to 6.18) or in (6.19+). */
  readonly eventAt: "switch-out" | "switch-in";
  readonly order: "section-then-ids" | "ids-then-section";
  /** ids are stored at each piece of rseq work, only when they changed, or by mode (legacy always, optimised on change). */
  readonly idStores: "always" | "on-change" | "by-mode";
  /** User stores to id fields: repaired, kept until the ids change, or by mode (legacy repaired, optimised fatal). */
  readonly scribbledIds: "repaired" | "kept" | "by-mode";
  /** Descriptor is validated although the instruction pointer is outside (to 6.18). */
  readonly validatesOutside: boolean;
  /** version, wrap-around, and abort inside the section are checked without debugging. */
  readonly validatesStructure: boolean;
  /** flags words of the area and the descriptor when inside. */
  readonly sectionFlags: "inhibit" | "fatal" | "ignored";
  /** An event recorded outside of a section survives until one is evaluated inside (oracle rule S2). */
  readonly eventMaskSurvives: boolean;
  /** rseq work on return from a system call looks at the section. */
  readonly sectionAfterSystemCall: boolean;
  /** Task work on return (last reference of a file dropped) does rseq work by itself. */
  readonly taskWorkNotifies: boolean;
  readonly signalFromSystemCallEvaluates: "yes" | "no" | "legacy";
  readonly membarrierRseq: boolean;
  readonly mmCid: boolean;
  readonly sliceExtension: boolean;
  /** Where the kernel publishes ON_CPU: nowhere, in struct rseq, by a pointer, in the shared part, in the area of the fifth argument. */
  readonly schedState: "none" | "field" | "pointer" | "split" | "shared-flag";
}

export interface ProfileConstant {
  readonly name: string;
  readonly value: bigint;
  /** First release, "4.18"; "never merged" for proposals. */
  readonly since: string;
  readonly description: string;
}

/** Releases `first` … `last` of the kernel; "6.18" covers its stable releases 6.18.y too. */
export interface VersionRange {
  readonly first: string;
  readonly last: string;
}

export interface Profile {
  /** `linux-6.18`, `proposal-split`. */
  readonly name: string;
  /** Other names that are no version, `shared-flag`; a lookup by one keeps that name for display. */
  readonly aliases: readonly string[];
  /** Releases that the profile stands for; undefined for proposals. `linux-6.15` … are accepted as names. */
  readonly versions: VersionRange | undefined;
  readonly title: string;
  readonly kind: "released" | "proposal";
  /** AT_RSEQ_FEATURE_SIZE; undefined before 6.3. */
  readonly featureSize: number | undefined;
  /** AT_RSEQ_ALIGN; undefined before 6.3. */
  readonly align: number | undefined;
  readonly sharedFeatureSize: number | undefined;
  /** Length that libc registers. */
  readonly libcLength: number;
  readonly structs: readonly ProfileStruct[];
  readonly constants: readonly ProfileConstant[];
  readonly behaviour: KernelBehaviour;
  /** Decisions of the model where the sources are silent, shown to the user as such. */
  readonly decisions: readonly string[];
  /** Where the facts come from: file, version, commit. */
  readonly sources: readonly string[];
}
