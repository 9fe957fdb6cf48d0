// What a program says beside its instructions: sections of both forms, static data, the memory map, threads, areas, the file's own
// struct rseq.
import { describe, expect, test } from "vitest";
import { createRun } from "../../../server/engine/run/machine-run.ts";
import type { Program } from "../../../server/engine/program/program.ts";
import { compileSchedules } from "../../../server/engine/scenario/compile-schedule.ts";
import { compileText, findingsOf, programOf } from "../../support/compile-text.ts";

function bytesAt(program: Program, address: number, size: number): number[] {
  const segment = program.segments.find(
    (one) => one.address <= address && address < one.address + one.size,
  );
  if (segment === undefined) throw new Error(`Nothing is mapped at ${address}.`);
  const offset = address - segment.address;
  return Array.from({ length: size }, (_, index) => segment.bytes[offset + index] ?? 0);
}

function wordAt(program: Program, address: number, size: number): number {
  const bytes = bytesAt(program, address, size);
  if (!program.machine.bigEndian) bytes.reverse();
  return bytes.reduce((value, byte) => value * 256 + byte, 0);
}

function addressOf(program: Program, name: string): number {
  const symbol = program.symbols.find((one) => one.name === name);
  if (symbol === undefined) throw new Error(`There is no symbol '${name}'.`);
  return symbol.address;
}

function codeAddress(program: Program, instruction: number | undefined): number {
  return program.textAddress + 4 * (instruction ?? 0);
}

const SHORT = `
percpu u64 hits;
void add(u32 cpu) {
retry:
  critical (cpu) abort retry { commit hits[cpu] = 1; }
}
thread t { add(0); }`;

const RAW = `
u64 hits;
void push(u32 cpu) {
  static struct rseq_cs push_cs = {
    .version = 0, .flags = 0,
    .start_ip = (u64)&&start,
    .post_commit_offset = (u64)&&done - (u64)&&start,
    .abort_ip = (u64)&&aborted,
  };
retry:
  rseq->rseq_cs = (u64)&push_cs;
start:
  if (rseq->cpu_id != cpu) goto fail;
  hits = hits + 1;
done:
  return;
aborted: __attribute__((rseq_signature(0x53053053)))
  goto retry;
fail: ;
}
thread t { push(0); }`;

describe("critical sections", () => {
  test.each(["x86_64-linux", "i386-linux", "s390x-linux", "mips-linux"])(
    "the descriptor of a short section is read-only, 32-aligned, and says where it starts, ends and aborts (%s)",
    (target) => {
      const program = programOf(SHORT, { target });
      const [section] = program.sections;
      const address = addressOf(program, "add_cs");
      expect(address % 32).toBe(0);
      expect(section).toMatchObject({
        name: "add",
        descriptorAddress: address,
        abortLabel: "retry",
      });
      expect(wordAt(program, address, 8)).toBe(0);
      expect(wordAt(program, address + 8, 8)).toBe(codeAddress(program, section!.start));
      expect(wordAt(program, address + 16, 8)).toBe(4 * (section!.end - section!.start));
      expect(wordAt(program, address + 24, 8)).toBe(codeAddress(program, section!.abort));
      expect(program.segments.find(({ kind }) => kind === "read-only")?.protection).toBe("read");
      expect(program.instructions[section!.abort! - 1]).toMatchObject({
        kind: "data",
        value: program.machine.signature,
      });
      expect(program.instructions[section!.commit!]).toMatchObject({ kind: "store", commit: true });
      expect(section!.commit).toBe(section!.end - 1);
    },
  );

  test("a static descriptor with addresses of labels is a section of the raw form", () => {
    const program = programOf(RAW);
    const [section] = program.sections;
    const labels = new Map(program.functions[0]!.labels.map((one) => [one.name, one.instruction]));
    expect(section).toMatchObject({
      name: "push",
      start: labels.get("start"),
      end: labels.get("done"),
      abort: labels.get("aborted"),
      abortLabel: "aborted",
      commit: undefined,
    });
    expect(program.instructions[labels.get("aborted")! - 1]).toMatchObject({
      kind: "data",
      value: 0x53053053,
    });
  });

  test("a label has no bytes of its own unless it asks for a signature", () => {
    const program = programOf("void f(void) { a: ; b: ; } thread t { f(); }");
    const [a, b] = program.functions[0]!.labels;
    expect(a!.instruction).toBe(b!.instruction);
  });
});

describe("data", () => {
  const DATA = `
struct pair { u8 a; u32 b; };
struct { struct pair pairs[2]; u16 tail; } object = { { { 1, 2 }, { .b = 3 } }, .tail = 0x1234 };
u32 table[] = { [2] = 7, 8 };
char text[] = "hi";
const char *name = "hi";
u8 (*handler)(u8);
struct { u32 low : 3, high : 5; } bits = { 5, 17 };
u8 f(u8 v) { static u32 calls = 9; return v + calls; }
u8 (*pointer)(u8) = f;
u32 *inside = &table[1];
bool yes = 7;
__thread u32 mine = 5;
percpu u32 each = 6;
thread t { f(1); }`;

  test.each(["x86_64-linux", "ppc64-linux", "i386-linux"])(
    "initialisers become bytes (%s)",
    (target) => {
      const program = programOf(DATA, { target });
      const at = (name: string, offset: number, size: number): number =>
        wordAt(program, addressOf(program, name) + offset, size);
      const pointer = program.machine.pointerSize;
      expect([
        at("object", 0, 1),
        at("object", 4, 4),
        at("object", 8, 1),
        at("object", 12, 4),
      ]).toEqual([1, 2, 0, 3]);
      expect(at("object", 16, 2)).toBe(0x1234);
      expect([0, 4, 8, 12].map((offset) => at("table", offset, 4))).toEqual([0, 0, 7, 8]);
      expect(bytesAt(program, addressOf(program, "text"), 3)).toEqual([0x68, 0x69, 0]);
      expect(bytesAt(program, at("name", 0, pointer), 3)).toEqual([0x68, 0x69, 0]);
      expect(at("bits", 0, 4)).toBe(
        program.machine.bigEndian ? ((5 << 29) | (17 << 24)) >>> 0 : 5 | (17 << 3),
      );
      expect(at("pointer", 0, pointer)).toBe(codeAddress(program, program.functions[0]!.start));
      expect(at("inside", 0, pointer)).toBe(addressOf(program, "table") + 4);
      expect([at("calls", 0, 4), at("yes", 0, 1), at("handler", 0, pointer)]).toEqual([9, 1, 0]);
    },
  );

  test("an initialiser of a percpu variable applies to each CPU, a stride apart, before an unmapped page", () => {
    const program = programOf(DATA, { cpus: 4 });
    const each = program.globals.find(({ name }) => name === "each")!;
    const type = program.types[each.type];
    expect(type).toMatchObject({ kind: "array", count: 4, stride: 64, size: 256 });
    const address = addressOf(program, "each");
    expect([0, 64, 128, 192].map((offset) => wordAt(program, address + offset, 4))).toEqual([
      6, 6, 6, 6,
    ]);
    const segment = program.segments.find(({ kind }) => kind === "percpu")!;
    expect(address + 256).toBe(segment.address + segment.size);
    expect((segment.address + segment.size) % 4096).toBe(0);
  });

  test("a __thread variable has its first value in every thread", () => {
    const program = programOf(`${DATA}\nthread more[2] { mine++; }`);
    const blocks = program.segments.filter(({ kind }) => kind === "tls");
    expect(blocks.map(({ thread }) => thread)).toEqual([0, 1, 2]);
    for (const { address } of blocks) expect(wordAt(program, address, 4)).toBe(5);
  });
});

describe("the memory map", () => {
  test("no two segments share a page, and all lie below the addresses of mmap", () => {
    const program = programOf(`${SHORT}\nu64 big[1000];\nthread many[20] { big[self] = 1; }`, {
      kernel: "proposal-shared-flag",
    });
    const ranges = program.segments
      .map(({ address, size }) => [address, Math.ceil((address + size) / 4096) * 4096] as const)
      .toSorted((left, right) => left[0] - right[0]);
    for (const [index, [start]] of ranges.entries()) {
      expect(start % 4096).toBe(0);
      if (index > 0) expect(ranges[index - 1]![1]).toBeLessThanOrEqual(start);
    }
    expect(ranges[0]![0]).toBe(0x400000);
    expect(ranges.at(-1)![1]).toBeLessThanOrEqual(0x40000000);
  });

  test("a stack has 64 KiB and an unmapped page behind it", () => {
    const program = programOf("thread t[3] { }");
    const stacks = program.segments.filter(({ kind }) => kind === "stack");
    expect(stacks.map(({ size }) => size)).toEqual([65536, 65536, 65536]);
    for (const { address, size } of stacks)
      expect(program.segments.some((one) => one.address === address + size)).toBe(false);
  });
});

describe("threads", () => {
  test("thread i starts on CPU i modulo their number, or on the next one it may run on", () => {
    const program = programOf(`machine { cpus = 3; }
thread a[2] { } thread b on 0 { } thread c affinity { 0, 1 } { } thread d affinity { 2 } { }`);
    expect(program.threads.map(({ name, cpu, affinity }) => [name, cpu, affinity])).toEqual([
      ["a[0]", 0, 7n],
      ["a[1]", 1, 7n],
      ["b", 0, 7n],
      ["c", 0, 3n],
      ["d", 2, 4n],
    ]);
  });

  test("a signal clause says which handlers may strike, and how often", () => {
    const program = programOf(`void h(void) { } void g(void) { } thread t signal h, g * 2 { }`);
    expect(program.threads[0]!.handlers).toEqual([
      { function: 0, count: 1 },
      { function: 1, count: 2 },
    ]);
  });

  test.each([
    ["linux-6.18", 32, undefined],
    ["linux-7.1", 64, undefined],
    ["proposal-split", 512, undefined],
    ["proposal-shared-flag", 256, 256],
  ])("libc's areas under %s", (kernel, size, sharedSize) => {
    const { privateArea, sharedArea } = programOf("thread t { }", { kernel }).threads[0]!;
    expect([privateArea?.size, sharedArea?.size]).toEqual([size, sharedSize]);
    expect((privateArea?.address ?? 1) % 256).toBe(0);
  });

  test("without a libc that registers there are no areas", () => {
    const { privateArea } = programOf("machine { libc = none; } thread t { }").threads[0]!;
    expect(privateArea).toBeUndefined();
  });
});

describe("the file's own structs", () => {
  const HEADER = `#ifndef _UAPI_LINUX_RSEQ_H
#define _UAPI_LINUX_RSEQ_H
#include <linux/types.h>
enum rseq_flags { RSEQ_FLAG_UNREGISTER = (1 << 0) };
struct rseq_cs { __u32 version; __u32 flags; __u64 start_ip; __u64 post_commit_offset; __u64 abort_ip; }
  __attribute__((aligned(32)));
struct rseq {
  __u32 cpu_id_start; __u32 cpu_id; union { __u64 ptr64; } rseq_cs; __u32 flags; __u32 node_id; __u32 mm_cid;
  __u32 extra; __u64 mine; char end[];
} __attribute__((aligned(64)));
#endif
`;
  const USE = '#include "my.h"\n#include <linux/rseq.h>\nthread t { rseq->mine = rseq->extra; }';

  test("a header that the user ships replaces the profile's, whatever else is included", () => {
    const program = programOf(`kernel "linux-6.18";\n${USE}`, { files: { "my.h": HEADER } });
    expect(program.rseq).toMatchObject({
      size: 64,
      align: 64,
      rseqCs: { offset: 8, size: 8 },
      mmCid: { offset: 24, size: 4 },
    });
    expect(program.kernel.featureSize).toBe(40);
    expect(program.threads[0]!.privateArea?.size).toBe(64);
  });

  test("fields of a split struct are found in their parts, whose bytes give the class", () => {
    const program = programOf(`kernel "proposal-split";
struct rseq {
  struct rseq_local { __u32 cpu_id_start, cpu_id; __u64 rseq_cs; __u32 flags; } __attribute__((aligned(256))) local;
  struct rseq_shared { __u32 sched_state; __u32 __reserved; } __attribute__((aligned(256))) shared;
} __attribute__((aligned(256)));
thread t { rseq->local.flags = rseq_shared->sched_state; }`);
    expect(program.rseq).toMatchObject({ cpuId: { offset: 4, size: 4 }, nodeId: undefined });
    expect(program.shared).toMatchObject({
      placement: "split",
      offset: 256,
      schedState: { offset: 0, size: 4 },
    });
    expect([...program.rseq.classes.subarray(254, 258)]).toEqual([0, 0, 1, 1]);
  });

  test("a field of another size than the kernel writes is an error, a missing one is not written", () => {
    expect(
      findingsOf("struct rseq { __u32 cpu_id_start; __u16 cpu_id; __u64 rseq_cs; }; thread t { }"),
    ).toEqual(["K07 'cpu_id'"]);
    const program = programOf(
      "struct rseq { __u32 cpu_id_start; __u32 cpu_id; __u64 rseq_cs; }; thread t { }",
    );
    expect([program.rseq.flags, program.rseq.mmCid]).toEqual([undefined, undefined]);
  });

  test("an include that is not there is asked for", () => {
    const compiled = compileText('#include "nowhere.h"\nthread t { }');
    expect(compiled.wanted.map(({ name, paths }) => [name, paths])).toEqual([
      ["nowhere.h", ["nowhere.h"]],
    ]);
  });
});

test("scenario words are ordinary names where a declaration of theirs is in scope", () => {
  const text = `int commit; int self = 3; int rseq;
void critical(int x) { commit = x; }
thread t {
  critical(4);
  int on = 1, affinity = 2, abort = 3, signal = 4, kernel = 5;
  commit = on + affinity + abort + signal + kernel + self + rseq;
}`;
  expect(findingsOf(text)).toEqual([]);
});

test("a schedule from elsewhere is compiled with the names of the scenario, and its mistakes are its own", () => {
  const compiled = compileText(SHORT);
  const good = compileSchedules(
    compiled,
    "other.rseq",
    "schedule s {\n  run t to add:commit;\n  migrate t to 1;\n}",
  );
  expect(good.diagnostics).toEqual([]);
  expect(good.schedules).toMatchObject([
    {
      name: "s",
      kind: "script",
      items: [
        { kind: "run", thread: 0, line: 2 },
        { kind: "migrate", cpu: 1, line: 3 },
      ],
    },
  ]);
  const bad = compileSchedules(compiled, "other.rseq", "schedule s { run u; }");
  expect(bad.schedules).toEqual([]);
  expect(bad.diagnostics.map(({ code, span }) => [code, span.path])).toEqual([
    ["K21", "other.rseq"],
  ]);
  expect(compiled.diagnostics.some(({ code }) => code === "K21")).toBe(false);
});

test("code and invariants may name the descriptor of a short section", () => {
  const program = programOf(`
u64 hit;
thread t { retry: critical (rseq->cpu_id_start) abort retry { commit hit = 1; }
  if (rseq->rseq_cs == (u64)&t_cs) hit = t_cs.post_commit_offset; }
invariant armed_or_not { t.rseq->rseq_cs == 0 || t.rseq->rseq_cs == (u64)&t_cs }`);
  expect(program.invariants).toHaveLength(1);
  expect(findingsOf("thread t { t_cs.flags = 1; }")).toEqual(["T53 't_cs'"]);
});

test("bit-fields and padding that were never written are no reads of uninitialised storage; a member is", () => {
  const body = (statements: string): string => `
struct pair { u8 a; u32 b; };
struct bits { u32 low : 3, high : 5; };
thread t { struct pair x, y; struct bits z; ${statements} }`;
  const verdictOf = (statements: string): string => {
    const run = createRun(programOf(body(statements)), { schedule: { kind: "round-robin" } });
    run.advance(1000);
    return run.verdict().violation?.kind ?? "pass";
  };
  expect(
    verdictOf("x.a = 1; x.b = 2; y = x; assert(y.b == 2); z.low = 3; assert(z.low == 3);"),
  ).toBe("pass");
  expect(verdictOf("x.a = 1; assert(x.b == 2);")).toBe("uninitialised");
});
