// Who wrote a range of memory last, and when: the answer to "why is this value what it is?".
import type { Run } from "../run/run.ts";
import type { Access, StepInfo } from "../run/step-info.ts";

export interface LastWrite {
  readonly step: StepInfo;
  readonly access: Access;
}

/** Steps that are looked through at most. */
export const STEPS_SEARCHED_MAX = 500_000;

/**
 * The last write to any byte of the range at or before the present position; undefined if there was none among the steps
 * looked through. The run stands at the same position afterwards.
 */
export function lastWrite(run: Run, address: number, size: number): LastWrite | undefined {
  const present = run.position;
  let found: LastWrite | undefined;
  for (let count = 0; count < STEPS_SEARCHED_MAX && run.position > 0; count++) {
    const step = run.lastStep();
    const access = step?.writes.findLast(
      (each) => each.address < address + size && address < each.address + each.size,
    );
    if (step !== undefined && access !== undefined) {
      found = { step, access };
      break;
    }
    run.back();
  }
  run.seek(present);
  return found;
}
