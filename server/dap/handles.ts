// Ids that are good until the next move: of frames and of rows that have children. They are never used twice in a session, so
// that an old id is an error and not somebody else's value.
import type { FramePlace, Row, Scope } from "../engine/index.ts";

export type VariableContainer =
  | { readonly kind: "scope"; readonly scope: Scope }
  | { readonly kind: "row"; readonly row: Row };

/** A frame as the client knows it: a function's, one of the kernel's last events, or what is left of an ended thread. */
export type FrameHandle =
  | { readonly kind: "thread"; readonly place: FramePlace }
  | { readonly kind: "kernel" };

export class Handles {
  #next = 1;
  readonly #frames = new Map<number, FrameHandle>();
  readonly #containers = new Map<number, VariableContainer>();

  addFrame(frame: FrameHandle): number {
    const id = this.#next++;
    this.#frames.set(id, frame);
    return id;
  }

  addContainer(container: VariableContainer): number {
    const id = this.#next++;
    this.#containers.set(id, container);
    return id;
  }

  frame(id: number): FrameHandle | undefined {
    return this.#frames.get(id);
  }

  container(id: number): VariableContainer | undefined {
    return this.#containers.get(id);
  }

  clear(): void {
    this.#frames.clear();
    this.#containers.clear();
  }
}
