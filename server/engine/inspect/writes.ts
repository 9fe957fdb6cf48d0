// Who wrote a range of memory, and when: the answer to "why is this value what it is?", and the list of all its values.
import type { Run } from "../run/run.ts";
import type { Access, StepInfo } from "../run/step-info.ts";

export interface Write {
  readonly step: StepInfo;
  readonly access: Access;
}

/** Steps that are looked through at most. */
const STEPS_SEARCHED_MAX = 500_000;

/**
 * The writes to any byte of the range at or before the present position, the latest first, at most `count`, among the steps
 * looked through. The run stands at the same position afterwards.
 */
export function writesTo(run: Run, address: number, size: number, count: number): readonly Write[] {
  const present = run.position;
  const writes: Write[] = [];
  for (let steps = 0; steps < STEPS_SEARCHED_MAX && run.position > 0; steps++) {
    if (writes.length >= count) break;
    const step = run.lastStep();
    const access = step?.writes.findLast(
      (each) => each.address < address + size && address < each.address + each.size,
    );
    if (step !== undefined && access !== undefined) writes.push({ step, access });
    run.back();
  }
  run.seek(present);
  return writes;
}
