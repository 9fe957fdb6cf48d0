// The scopes "Kernel" and "Machine": what user space cannot see, and where in the run the machine stands.
import type { Registration, ThreadView } from "../machine/view.ts";
import type { Program } from "../program/program.ts";
import { addressName } from "./symbol.ts";
import type { Inspection, Row } from "./value.ts";
import { groupRow, hexText, textRow } from "./value.ts";

/** Where the run stands. */
export interface Position {
  readonly step: number;
  readonly length: number;
  readonly schedule: string;
}

/** The kernel's side of `thread`, and the run queues; without a thread the queues of all. */
export function kernelRows(inspection: Inspection, thread: ThreadView | undefined): readonly Row[] {
  return [
    ...(thread === undefined ? [] : threadRows(inspection, thread)),
    queueRow(inspection),
    cidRow(inspection),
  ];
}

function threadRows(inspection: Inspection, thread: ThreadView): readonly Row[] {
  return [
    textRow(
      "state",
      thread.blockedOn === undefined ? thread.state : `${thread.state} (${thread.blockedOn})`,
    ),
    textRow("pending", pendingText(inspection.program, thread)),
    registrationRow(inspection, thread.registration),
    textRow("mm_cid held", thread.mmCid === undefined ? "none yet" : `${thread.mmCid}`),
    ...sliceRows(inspection.program, thread),
    textRow("aborts", `${thread.aborts}`),
    textRow("commits", `${thread.commits}`),
  ];
}

function pendingText(program: Program, thread: ThreadView): string {
  const handlers = thread.pendingSignals.map((handler) => program.functions[handler]?.name ?? "?");
  const parts = [
    ...(thread.exitPending ? ["exit to user"] : []),
    ...(thread.notify ? ["rseq work"] : []),
    ...thread.mask,
    ...(thread.userInterrupt ? ["user interrupt"] : []),
    ...(thread.idsChanged ? ["ids changed"] : []),
    ...(thread.schedSwitch ? ["switched"] : []),
    ...handlers.map((name) => `signal ${name}`),
  ];
  return parts.length === 0 ? "nothing" : parts.join(", ");
}

function registrationRow(inspection: Inspection, registration: Registration | undefined): Row {
  if (registration === undefined) return textRow("registration", "none");
  const { address, length, signature, mode, shared } = registration;
  const rows = [
    { ...textRow("address", addressText(inspection, address)), address },
    textRow("length", `${length}`),
    textRow("signature", hexText(signature)),
    textRow("mode", mode),
    ...(shared === undefined
      ? []
      : [{ ...textRow("shared", addressText(inspection, shared)), address: shared }]),
  ];
  const text = `${hexText(address)}, ${length} bytes, signature ${hexText(signature)}`;
  return groupRow("registration", text, rows.length, () => rows);
}

function addressText(inspection: Inspection, address: number): string {
  const name = addressName(inspection, address);
  return name === undefined ? hexText(address) : `${hexText(address)} → ${name}`;
}

function sliceRows(program: Program, thread: ThreadView): readonly Row[] {
  if (!program.kernel.behaviour.sliceExtension) return [];
  const { enabled, granted, remaining } = thread.slice;
  if (!enabled) return [textRow("slice extension", "off")];
  return [
    textRow(
      "slice extension",
      granted ? `granted, ${remaining} instructions left` : "on, not granted",
    ),
  ];
}

function queueRow({ program, state }: Inspection): Row {
  const rows = state.cpus().map(({ index, node, running, queue }) => {
    const name = (thread: number): string => program.threads[thread]?.name ?? "?";
    const now = running === undefined ? "idle" : `runs ${name(running)}`;
    const waiting = queue.length === 0 ? "nobody waits" : `then ${queue.map(name).join(", ")}`;
    return textRow(`CPU ${index}`, `${now}; ${waiting}`, `node ${node}`);
  });
  const busy = state.cpus().filter(({ running }) => running !== undefined).length;
  return groupRow("run queues", `${busy} of ${rows.length} CPUs busy`, rows.length, () => rows);
}

function cidRow({ program, state }: Inspection): Row {
  const rows = state
    .mmCids()
    .map(({ mmCid, thread }) => textRow(`${mmCid}`, program.threads[thread]?.name ?? "?"));
  const text =
    rows.length === 0 ? "none in use" : rows.map((row) => `${row.name}: ${row.text}`).join(", ");
  return groupRow("mm_cid map", text, rows.length, () => rows);
}

/** CPU, node, time and schedule. */
export function machineRows(
  program: Program,
  thread: ThreadView | undefined,
  position: Position,
): readonly Row[] {
  const node = thread === undefined ? undefined : program.machine.nodes[thread.cpu];
  return [
    ...(thread === undefined ? [] : [textRow("cpu", `${thread.cpu}`)]),
    ...(node === undefined ? [] : [textRow("node", `${node}`)]),
    textRow(
      "step",
      position.step === position.length
        ? `${position.step}`
        : `${position.step} of ${position.length}`,
    ),
    textRow("schedule", position.schedule),
    textRow("kernel", program.kernel.profile),
    textRow("target", program.machine.target),
  ];
}
