// What a rule is: a value with a code, the words that explain it, and a check. The same words are the hover of a code, the page
// behind the link in the Problems view, `rseq-lab explain`, and the help text in SARIF.
import type { Profile } from "../abi/profile.ts";
import type { Target } from "../abi/target.ts";
import type { CUnit } from "../c/unit.ts";
import type { Fix, Note, Severity } from "../text/diagnostic.ts";
import type { Span } from "../text/source.ts";
import type { Layout } from "../layout/layout.ts";
import type { Code } from "./code.ts";
import type { StructSubject } from "./struct-subject.ts";

/** Where a rule is decided: each has one home. */
export type Home = "text" | "diff" | "binary" | "simulator" | "explain";

/** What `explain` prints about a rule. */
export interface RulePage {
  /** `L01`. */
  readonly code: string;
  /** `implicit-hole`. */
  readonly name: string;
  readonly severity: Severity;
  /** The rule in one sentence. */
  readonly rule: string;
  /** What happens otherwise. */
  readonly why: string;
  /** How to fix it. */
  readonly fix: string;
  /** Header, commit or mail that shows it. */
  readonly sources: readonly string[];
  readonly home: Home;
}

/** The kernel under which a file is judged. */
export interface Judge {
  readonly profile: Profile;
  /** The name to show, `linux-6.15`. */
  readonly kernel: string;
  /** The user named it; else it was chosen by the declaration. */
  readonly isNamed: boolean;
  readonly target: Target;
  /** The struct's fields are those of the profile, in name, offset and size. */
  isProfiles(subject: StructSubject): boolean;
  /** The layout that the same declaration has on another target; undefined where it cannot be read there. */
  layoutOn(subject: StructSubject, targetName: string): Layout | undefined;
}

export interface Extras {
  readonly severity?: Severity;
  readonly notes?: readonly Note[];
  readonly fixes?: readonly Fix[];
}

export type RuleReport = (span: Span, message: string, extras?: Extras) => void;

export interface Rule extends RulePage {
  /** Called for each struct with a role. */
  readonly checkStruct?: (subject: StructSubject, judge: Judge, report: RuleReport) => void;
  /** Called once with the file's functions and objects. */
  readonly checkCode?: (code: Code, judge: Judge, report: RuleReport) => void;
  /** Called once for the file. */
  readonly checkFile?: (unit: CUnit, judge: Judge, report: RuleReport) => void;
}
