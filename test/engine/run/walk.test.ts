// Stepping back is exact: over 1,000 random walks the whole machine is compared byte for byte, forward and back, after seeks and forks.
import { expect, test } from "vitest";
import { stateBytes } from "../../../server/engine/machine/checkpoint.ts";
import { createRun } from "../../../server/engine/run/machine-run.ts";
import type { MachineRun } from "../../../server/engine/run/machine-run.ts";
import { drawPcg32, seedPcg32 } from "../../../server/engine/support/pcg32.ts";
import { assemble } from "../../support/assemble.ts";

const WALKS = 1000;

const INCREMENT = `
retry:
  load4 r0, [rseq+0]
  store8 [rseq+8], increment
start:
  load4 r1, [rseq+4]
  bne r0, r1, aborted
  load8 r2, [hits+r0*8]
  add r2, r2, 1
  store8 [hits+r0*8], r2
end:
  ret r2
  sig 0x53053053
aborted:
  jmp retry`;

const WORKER = `
  mov r3, 0
again:
  call increment, r4
  store2 [frame+4], r4
  load2 r5, [frame+4]
  rmw8 r6, add, [total], 1
  r7 = sched_yield()
  r7 = futex_wake(total, 1)
  bne r3, 2, more
  r8 = nanosleep()
  r8 = mmap(8192, 4096)
  store4 [r8+4096], 7
  r9 = munmap(r8, 8192)
more:
  add r3, r3, 1
  blt r3, 4, again
  ret`;

const program = (profile: string): ReturnType<typeof assemble> =>
  assemble({
    profile,
    cpus: 2,
    slice: 7,
    frameBytes: 16,
    threads: [0, 1, 2].map((index) => ({
      name: `worker[${index}]`,
      code: WORKER,
      handlers: [{ function: "on_signal", count: 3 }],
    })),
    functions: { increment: INCREMENT, on_signal: "rmw8 r0, add, [signals], 1\nret" },
    memory: { hits: 16, total: 8, signals: 8 },
    sections: { increment: ["increment", "start", "end", "aborted"] },
  });

/** A number in [0, bound), the same on every machine. */
type Draw = (bound: number) => number;

function drawFrom(seed: number): Draw {
  const generator = { words: new Int32Array(2), index: 0 };
  seedPcg32(generator, BigInt(seed));
  return (bound) => drawPcg32(generator, bound);
}

/** Some steps by the policy, some by hand. */
function wander(run: MachineRun, draw: Draw, steps: number): void {
  for (let step = 0; step < steps; step++) {
    if (draw(4) > 0) {
      if (run.forward().kind !== "step") return;
      continue;
    }
    const choices = run.enabled();
    if (choices.length > 0) run.take(choices[draw(choices.length)]!.event);
  }
}

function sameState(run: MachineRun, state: Uint8Array): boolean {
  return Buffer.compare(stateBytes(run.machine), state) === 0;
}

const programs = [
  "linux-6.18",
  "proposal-shared-flag",
  "proposal-split",
  "linux-6.19",
  "linux-7.1",
].map(program);

test.each([
  ["round robin", { kind: "round-robin" }],
  ["random", { kind: "random" }],
] as const)("back undoes exactly what forward did: %s", (_, schedule) => {
  for (let walk = 0; walk < WALKS / 2; walk++) {
    const draw = drawFrom(walk);
    const run = createRun(programs[walk % programs.length]!, {
      schedule,
      seed: BigInt(walk),
      checks: { deadlock: "off", livelock: "off" },
    });
    wander(run, draw, draw(300));
    const here = run.position;
    const state = stateBytes(run.machine);
    wander(run, draw, 1 + draw(60));
    const there = run.position;
    const end = stateBytes(run.machine);
    while (run.position > here) run.back();
    expect(sameState(run, state), `walk ${walk}: back to ${here}`).toBe(true);
    run.seek(draw(there + 1));
    run.seek(there);
    expect(sameState(run, end), `walk ${walk}: seek to ${there}`).toBe(true);
    run.seek(here);
    expect(sameState(run, state), `walk ${walk}: seek to ${here}`).toBe(true);
    // A fork and back: the past before it is untouched.
    wander(run, drawFrom(walk + WALKS), 20);
    run.seek(here);
    expect(sameState(run, state), `walk ${walk}: fork at ${here}`).toBe(true);
  }
});

test("a run far longer than the undo window goes back to any position", () => {
  const long = assemble({
    threads: [0, 1].map((index) => ({
      name: `w[${index}]`,
      code: "again:\ncall increment\nrmw8 r1, add, [total], 1\njmp again",
    })),
    functions: { increment: INCREMENT },
    memory: { hits: 16, total: 8 },
    sections: { increment: ["increment", "start", "end", "aborted"] },
  });
  const run = createRun(long, { schedule: { kind: "random" }, maxSteps: 200_000 });
  const kept = new Map<number, Uint8Array>();
  for (const position of [0, 1, 5000, 4097, 66_000, 150_001]) {
    run.seek(run.length);
    run.advance(Math.max(0, position - run.position));
    run.seek(position);
    kept.set(position, stateBytes(run.machine));
  }
  run.seek(run.length);
  expect(run.advance(1_000_000).kind).toBe("bound");
  for (const [position, state] of kept) {
    run.seek(position);
    expect(sameState(run, state), `position ${position}`).toBe(true);
    if (position === 0) continue;
    run.seek(Math.min(position + 3, run.length));
    while (run.position > position) run.back();
    expect(sameState(run, state), `back to ${position}`).toBe(true);
  }
  expect(run.historyBytes() / run.length).toBeLessThan(21);
});
