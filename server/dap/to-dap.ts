// Engine values to protocol types. Nothing here decides; absent optional members are left out, as the protocol wants.
import type { DebugProtocol } from "@vscode/debugprotocol";
import type { Row, Scope } from "../engine/index.ts";
import type { Handles } from "./handles.ts";

/** What the client said that it can show. */
export interface ClientAbilities {
  readonly variableType: boolean;
  readonly variablePaging: boolean;
  readonly memoryReferences: boolean;
  readonly memoryEvents: boolean;
  readonly invalidatedEvents: boolean;
}

export function toDapVariable(
  row: Row,
  handles: Handles,
  abilities: ClientAbilities,
): DebugProtocol.Variable {
  return {
    name: row.name,
    value: row.text,
    ...(row.typeName !== undefined && abilities.variableType ? { type: row.typeName } : {}),
    ...(row.expression === undefined ? {} : { evaluateName: row.expression }),
    ...toReference(row, handles, abilities),
    ...toHint(row),
  };
}

function toHint(row: Row): Pick<DebugProtocol.Variable, "presentationHint"> {
  if (row.place === undefined && row.children === undefined) {
    return { presentationHint: { attributes: ["readOnly"] } };
  }
  if (row.class === undefined) return {};
  return { presentationHint: { visibility: row.class === "private" ? "private" : "public" } };
}

interface Reference {
  variablesReference: number;
  namedVariables?: number;
  indexedVariables?: number;
  memoryReference?: string;
}

/** The members that a variable and the result of an evaluation share. */
export function toReference(row: Row, handles: Handles, abilities: ClientAbilities): Reference {
  const reference: Reference = {
    variablesReference: row.children === undefined ? 0 : handles.addContainer({ kind: "row", row }),
  };
  if (abilities.variablePaging && row.indexedCount > 0) {
    reference.indexedVariables = row.indexedCount;
    reference.namedVariables = row.namedCount;
  }
  if (row.address !== undefined && abilities.memoryReferences) {
    reference.memoryReference = `0x${row.address.toString(16)}`;
  }
  return reference;
}

export function toDapScope(scope: Scope, handles: Handles): DebugProtocol.Scope {
  return {
    name: scope.name,
    variablesReference: handles.addContainer({ kind: "scope", scope }),
    expensive: scope.expensive,
    ...(scope.kind === "locals" ? { presentationHint: "locals" } : {}),
  };
}

/** `increment.rseq has 1 error: line 12, 'cpuid' is not declared; did you mean 'cpu_id'?` */
export function launchErrorText(
  fileName: string,
  errors: readonly { readonly message: string; readonly line: number }[],
): string {
  const [first] = errors;
  if (first === undefined) return `${fileName} cannot be run.`;
  const count = `${errors.length} ${errors.length === 1 ? "error" : "errors"}`;
  // The sentence goes on: a capital that starts one is no name.
  const message = first.message.replace(/^[A-Z](?=[a-z]* )/, (letter) => letter.toLowerCase());
  return `${fileName} has ${count}: line ${first.line}, ${message}`;
}
