// membarrier: which commands are answered how, and whom MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ reaches (oracle rules M1 to M4).
import type { Machine } from "./machine.ts";
import { N_MEMBARRIER } from "./notes.ts";
import { EINVAL, EPERM } from "./registration.ts";
import { interrupt, raiseSchedSwitch, recordEvent, runningThread } from "./scheduling.ts";
import {
  EVENT_SCHED_SWITCH,
  MASK_PREEMPT,
  P_LIVE,
  P_MEMBARRIER,
  T_EVENT,
  T_EXIT,
  T_NOTIFY,
  T_REGISTERED,
} from "./words.ts";

const QUERY = 0;
const GET_REGISTRATIONS = 512;
const RSEQ = 128;
const FLAG_CPU = 1;
/** Command that needs a registration → the command that registers; GLOBAL_EXPEDITED needs none of its caller. */
const NEEDS: ReadonlyMap<number, number> = new Map([
  [8, 16],
  [32, 64],
  [RSEQ, 256],
]);
const REGISTER = 4 | 16 | 64 | 256;
const ALL = 0x1ff | GET_REGISTRATIONS;

/** The system call; the caller's own section is hit only if its CPU is named. */
export function membarrier(
  m: Machine,
  thread: number,
  command: number,
  flags: number,
  cpu: number,
): number {
  const supported = m.behaviour.membarrierRseq ? ALL : 0x7f;
  const isCpuFlag = command === RSEQ && flags === FLAG_CPU;
  if (flags !== 0 && !isCpuFlag) return -EINVAL;
  if (command === QUERY) return supported;
  if ((command & supported) === 0 || (command & (command - 1)) !== 0) return -EINVAL;
  const registered = m.words[P_MEMBARRIER]!;
  if (command === GET_REGISTRATIONS) return registered;
  if ((command & REGISTER) !== 0) {
    m.put(P_MEMBARRIER, registered | command);
    return 0;
  }
  const needed = NEEDS.get(command) ?? 0;
  if ((registered & needed) !== needed) return -EPERM;
  if (command === RSEQ && m.words[P_LIVE]! > 1) {
    const target = isCpuFlag ? cpu : -1;
    restartSections(m, target, target < 0 ? thread : -1);
  }
  return 0;
}

/** Interrupts the CPU, or all (-1) but the one of thread `except`: the sections that run there are looked at before user space goes on. */
export function restartSections(m: Machine, cpu: number, except: number): void {
  m.note(N_MEMBARRIER, -1, cpu);
  if (!m.behaviour.membarrierRseq) return;
  for (let index = 0; index < m.cpuCount; index++) {
    const thread = runningThread(m, index);
    if (thread < 0 || thread === except || (cpu >= 0 && cpu !== index)) continue;
    const at = m.thread(thread);
    if (m.words[at + T_REGISTERED] === 0) continue;
    interrupt(m, at);
    recordEvent(m, at, MASK_PREEMPT);
    raiseSchedSwitch(m, at);
    const due = m.words[at + T_NOTIFY] === 1 || (m.words[at + T_EVENT]! & EVENT_SCHED_SWITCH) !== 0;
    if (due) m.put(at + T_EXIT, 1);
  }
}
