// Why the kernel killed a thread, in words with the value that was wrong.
import type { Machine } from "../machine/machine.ts";
import {
  DEATH_ABORT_ADDRESS,
  DEATH_ABORT_INSIDE,
  DEATH_ACCESS,
  DEATH_CLEAR,
  DEATH_CS_DESCRIPTOR,
  DEATH_CS_POINTER,
  DEATH_CS_READ,
  DEATH_DIVISION,
  DEATH_END,
  DEATH_FLAGS,
  DEATH_HANDLER_RETURN,
  DEATH_IDS,
  DEATH_ILLEGAL,
  DEATH_JUMP,
  DEATH_PRCTL,
  DEATH_SCHED_STATE,
  DEATH_SCRIBBLE,
  DEATH_SIGNATURE,
  DEATH_SIGNATURE_READ,
  DEATH_SLICE,
  DEATH_STACK,
  DEATH_START,
  DEATH_SYSTEM_CALL,
  DEATH_UNREGISTER,
  DEATH_VERSION,
  DEATH_WRAP,
} from "../machine/notes.ts";
import { hexadecimal, placeName } from "./names.ts";

const TEXTS: ReadonlyMap<number, string> = new Map([
  [DEATH_CS_READ, "the kernel could not read rseq_cs"],
  [DEATH_CS_POINTER, "rseq_cs points outside of user space"],
  [DEATH_CS_DESCRIPTOR, "the descriptor that rseq_cs names cannot be read"],
  [DEATH_START, "start_ip of its descriptor is outside of user space"],
  [DEATH_END, "start_ip + post_commit_offset of its descriptor is outside of user space"],
  [DEATH_ABORT_ADDRESS, "abort_ip of its descriptor is outside of user space"],
  [DEATH_VERSION, "the version of its descriptor is not 0"],
  [DEATH_WRAP, "start_ip + post_commit_offset of its descriptor wraps around"],
  [DEATH_ABORT_INSIDE, "abort_ip lies inside of the section"],
  [DEATH_SIGNATURE_READ, "the 4 bytes before abort_ip cannot be read"],
  [DEATH_SIGNATURE, "the 4 bytes before abort_ip are not the registered signature"],
  [DEATH_FLAGS, "flags of the descriptor or of the area are not 0 while inside of the section"],
  [DEATH_CLEAR, "the kernel could not store rseq_cs"],
  [DEATH_IDS, "the kernel could not store the ids"],
  [DEATH_SCHED_STATE, "the kernel could not store sched_state"],
  [DEATH_SCRIBBLE, "user space changed an id field that only the kernel may write"],
  [DEATH_DIVISION, "a division by zero, or one whose result does not fit"],
  [DEATH_STACK, "the stack limit of 64 KiB is exceeded"],
  [DEATH_HANDLER_RETURN, "its SIGSEGV handler returned, and the cause was still there"],
  [DEATH_SLICE, "the kernel could not store slice_ctrl"],
  [DEATH_UNREGISTER, "the area could not be written while it was unregistered"],
  [
    DEATH_SYSTEM_CALL,
    "it made a system call inside of its section, which rseq debugging does not allow",
  ],
  [DEATH_PRCTL, "flags of its area were changed or cannot be accessed"],
]);

/** A clause without a subject's name, for "was killed by SIGSEGV: …". */
export function deathText(m: Machine, reason: number, detail: number): string {
  const place = placeName(m, detail) ?? hexadecimal(detail);
  if (reason === DEATH_ACCESS) return `an access to ${place} is not allowed`;
  if (reason === DEATH_JUMP) return `no instruction starts at ${hexadecimal(detail)}`;
  if (reason === DEATH_ILLEGAL)
    return `it ran into the bytes at ${hexadecimal(detail)}, which are no code`;
  return TEXTS.get(reason) ?? "it made an access that is not allowed";
}

const ERRNO: ReadonlyMap<number, string> = new Map([
  [1, "EPERM"],
  [14, "EFAULT"],
  [16, "EBUSY"],
  [22, "EINVAL"],
]);

export function errnoName(errno: number): string {
  return ERRNO.get(errno) ?? `errno ${errno}`;
}
