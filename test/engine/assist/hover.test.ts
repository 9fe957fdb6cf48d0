// What a hover says: facts first, from the declaration that is there and the profile that judges it; and where it says nothing.
import { describe, expect, test } from "vitest";
import { factsIn, hoverIn } from "../../support/check-hover.ts";

const header = `struct rseq {
  __u32 cpu_id_start;
  __u32 cpu_id;
  __u64 rseq_cs;
  __u32 flags;
  __u32 node_id;
  __u32 mm_cid;
  char end[];
} __attribute__((aligned(32)));
`;

describe("in a header", () => {
  test("a field has its place, its owner, and since when it is there", () => {
    const facts = factsIn(hoverIn(header.replace("mm_cid", "$0mm_cid")));
    expect(facts).toEqual([
      "offset: 24",
      "size: 4",
      "alignment: 4",
      "class: private",
      "written by: kernel",
      "may be read by: the owner only (uapi header); the manual page tolerates relaxed atomic loads by others",
      "user stores: none after registration",
      "atomicity: 32-bit single copy, naturally aligned",
      "initial value: 0",
      "special values: `0` a valid id, and what unregistration leaves",
      "since: Linux 6.3",
    ]);
  });

  test("a reserved field of another struct is not the one of struct rseq", () => {
    const text = "struct rseq_shared {\n\t__u32 sched_state;\n\t__u32 $0__reserved;\n};";
    const hover = hoverIn(text);
    expect(factsIn(hover)).toEqual(["offset: 4", "size: 4", "alignment: 4", "class: reserved"]);
    expect(hover?.markdown).not.toContain("feature size");
    const gap = header.replace("__u64 rseq_cs", "__u32 $0__reserved; __u64 rseq_cs");
    expect(factsIn(hoverIn(gap, { kernel: "linux-7.1" }))).toEqual([
      "offset: 8",
      "size: 4",
      "alignment: 4",
      "class: reserved",
    ]);
  });

  test("a field's facts come from the struct that declares it", () => {
    const shared = hoverIn("struct rseq_shared { __u32 $0cpu_id; };", { kernel: "linux-6.18" });
    expect(shared?.markdown).toContain("No profile has a field of this name in such a struct.");
    const slice = hoverIn("struct rseq_slice_ctrl { __u8 $0request; __u8 granted; __u16 pad; };");
    expect(slice?.markdown).toContain("| since | Linux 7.0 |");
    const state = hoverIn("struct rseq_shared { __u32 $0sched_state; };");
    expect(state?.markdown).toContain("any thread of the process");
  });

  test("the facts are those of the kernel that judges", () => {
    const flags = header.replace("flags", "$0flags");
    expect(hoverIn(flags, { kernel: "linux-5.4" })?.markdown).toContain("NO_RESTART_ON_SIGNAL");
    expect(hoverIn(flags, { kernel: "linux-6.18" })?.markdown).toContain("fatal when a critical");
    expect(hoverIn(flags, { kernel: "linux-7.1" })?.markdown).toContain("SLICE_EXT_AVAILABLE");
    expect(hoverIn(flags, { kernel: "linux-6.15" })?.markdown).toContain("**linux-6.15**");
  });

  test("a field that the kernel does not have says so", () => {
    const text = header.replace("mm_cid;", "mm_cid;\n  __u32 $0sched_state;");
    const hover = hoverIn(text, { kernel: "linux-6.18" });
    expect(hover?.markdown).toContain("Not in linux-6.18: described as in sched-state-v1.");
    expect(factsIn(hover)).toContain("class: shared");
    expect(hoverIn(header.replace("mm_cid;", "mm_cid;\n  __u32 $0mine;"))?.markdown).toContain(
      "No profile has a field of this name",
    );
  });

  test("in a split the offset is told in the part too", () => {
    const hover = hoverIn(
      `struct rseq {
  struct rseq_local { __u32 cpu_id_start; } local __attribute__((aligned(256)));
  struct rseq_shared { __u32 $0sched_state; } shared __attribute__((aligned(256)));
} __attribute__((aligned(256)));`,
      { kernel: "proposal-split" },
    );
    expect(factsIn(hover)).toContain("offset: 256 (0 in the shared part)");
    expect(factsIn(hover)).toContain("class: shared");
  });

  test("a struct has its sizes and pahole's block", () => {
    const hover = hoverIn(header.replace("rseq {", "$0rseq {"));
    expect(factsIn(hover)).toEqual([
      "size: 32",
      "alignment: 32",
      "role: private area: loaded and stored by its thread, and by the kernel on its behalf",
      "offsetof(end): 28",
      "AT_RSEQ_FEATURE_SIZE: 28",
      "AT_RSEQ_ALIGN: 32",
    ]);
    expect(hover?.markdown).toMatch(/__u32\s+mm_cid;\s+\/\*\s+24\s+4 \*\//);
  });

  test("a constant has its value and the profiles that have it", () => {
    const hover = hoverIn("#define FLAGS $0RSEQ_FLAG_SLICE_EXT_DEFAULT_ON /* rseq */\n");
    expect(factsIn(hover)).toEqual([
      "value: 2 · `0x2`",
      "since: Linux 7.0",
      "profiles: linux-7.0, linux-7.1",
    ]);
  });

  test("a code in a suppression is explained", () => {
    const hover = hoverIn(`// rseq-lab: allow($0L13) measured\n${header}`);
    expect(hover?.markdown).toContain("# L13 minimum-alignment");
  });
});

describe("in a C file", () => {
  const settings = { path: "main.c" };

  test("an access through a pointer is described", () => {
    const text = "#include <linux/rseq.h>\nint f(struct rseq *r) { return r->$0cpu_id_start; }\n";
    expect(factsIn(hoverIn(text, settings))).toContain("written by: kernel");
  });

  test("glibc's symbols have their history", () => {
    const hover = hoverIn("extern unsigned n; int f(void) { return $0__rseq_size; }\n", settings);
    expect(hover?.markdown).toContain("max(__rseq_size, 32)");
  });

  test("what is not rseq's is left to C's own hover", () => {
    expect(hoverIn("struct job { int $0flags; } rseq_job;\n", settings)).toBeUndefined();
    expect(hoverIn("int f(struct job *j) { return j->$0flags; }\n", settings)).toBeUndefined();
    expect(hoverIn("int e = $0EINVAL; /* rseq */\n", settings)).toBeUndefined();
    expect(hoverIn('char *s = "$0cpu_id"; /* rseq */\n', settings)).toBeUndefined();
    expect(hoverIn("/* $0cpu_id of rseq */\n", settings)).toBeUndefined();
  });

  test("a setting widens it to every struct of the file", () => {
    const text = "struct job { int id; long $0size; };\n";
    expect(hoverIn(text, settings)).toBeUndefined();
    const hover = hoverIn(text, { ...settings, hoverInC: "always" });
    expect(factsIn(hover)).toEqual(["offset: 8", "size: 8", "alignment: 8"]);
  });

  test("the setting switches it off", () => {
    const text = "int f(struct rseq *r) { return r->$0cpu_id; }\n";
    expect(hoverIn(text, { ...settings, hoverInC: "off" })).toBeUndefined();
  });
});

describe("in a scenario", () => {
  const settings = { path: "a.rseq" };
  const scenario = (body: string): string =>
    `kernel "linux-6.18";\nu64 hits;\nthread worker { ${body} }\n`;

  test("a field of the area, from the profile's struct", () => {
    const hover = hoverIn(scenario("u32 c = rseq->$0cpu_id; hits = c;"), settings);
    expect(factsIn(hover)).toContain("offset: 4");
  });

  test("a kernel service has its errno table", () => {
    const hover = hoverIn(scenario("$0sys_rseq(rseq, 32, 0, RSEQ_SIG);"), settings);
    expect(factsIn(hover).some((fact) => fact.startsWith("`EBUSY`"))).toBe(true);
  });

  test.each(["critical", "commit", "percpu", "thread", "rseq_shared", "nanosleep", "self"])(
    "%s is explained",
    (word) => {
      expect(hoverIn(`$0${word} `, settings)?.markdown).toContain(word);
    },
  );

  test("errno names have their numbers", () => {
    expect(hoverIn(scenario("assert(-$0EBUSY < 0);"), settings)?.markdown).toContain("= 16");
  });

  test("the kernel's name lists the decisions of the model", () => {
    const hover = hoverIn('kernel "proposal-$0shared-flag";\n', settings);
    expect(hover?.markdown).toContain("Decision of the model: RSEQ_FLAG_SHARED is 1 << 2");
  });
});
