// An assertion states what our own code guarantees; it never judges input.

/** Throws if `condition` is false: a bug of ours, caught once per request, command or run. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(`Internal error: ${message}`);
}
