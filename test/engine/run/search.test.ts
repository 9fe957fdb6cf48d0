import { expect, test } from "vitest";
import { runText } from "../../support/run-text.ts";

const COUNTER = `kernel "linux-6.18";
struct counter { u64 value; } __attribute__((aligned(64)));
percpu struct counter hits;
void increment(void)
{
    u32 cpu;
retry:
    cpu = rseq->cpu_id_start;
    critical (cpu) abort retry {
        u64 v = hits[cpu].value;
        commit hits[cpu].value = v + 1;
    }
}
thread worker[2] { u32 i; for (i = 0; i < 1000; i++) increment(); }
schedule storm = random(seed = 3);
`;

test("the last write to a field, and the last abort, are found from any position", () => {
  const run = runText(COUNTER);
  const address = run.state.thread(0).rseqAddress + run.program.rseq.cpuId!.offset;
  for (const before of [run.length, 9000, 5000, 60, 3]) {
    run.seek(before);
    const written = run.lastWrite(address, 4);
    const aborted = run.lastEvent("abort", 0);
    expect(run.position).toBe(before);
    const info = (step: number): ReturnType<typeof run.stepAt> => run.stepAt(step);
    if (written !== undefined) {
      expect(info(written)!.writes.map((write) => write.address)).toContain(address);
    }
    if (aborted !== undefined)
      expect(info(aborted)!.events.map((event) => event.kind)).toContain("abort");
    // Nothing in between.
    for (let step = Math.max(written ?? 0, before - 200) + 1; step <= before; step++) {
      expect(info(step)!.writes.some((write) => write.address === address)).toBe(false);
    }
  }
  expect(run.lastWrite(address, 4, 0)).toBe(undefined);
  expect(run.lastWrite(0x10, 4, run.length)).toBe(undefined);
});
