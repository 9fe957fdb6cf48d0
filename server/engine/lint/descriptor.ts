// Objects of a descriptor type with an initialiser whose members are visible.
import type { Expression } from "../c/ast.ts";
import { type RecordType, resolve } from "../c/types.ts";
import { type Code, type DeclaredObject, memberValues } from "./code.ts";

export interface DescriptorObject {
  readonly object: DeclaredObject;
  readonly record: RecordType;
  /** Values by member; those that are not initialised are absent (and 0). */
  readonly values: ReadonlyMap<string, Expression>;
}

export function eachDescriptor(code: Code, visit: (descriptor: DescriptorObject) => void): void {
  for (const object of code.objects) {
    const record = resolve(object.declarator.type);
    if (record.kind !== "record" || code.roleOf(record) !== "descriptor") continue;
    const values = memberValues(record, object.declarator.initializer);
    if (values !== undefined) visit({ object, record, values });
  }
}
