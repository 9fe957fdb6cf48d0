import { expect, test } from "vitest";
import { interfaceCount, protocolErrors } from "./protocol-types.ts";

test("the protocol's declarations are read as a whole", () => {
  expect(interfaceCount).toBeGreaterThan(150);
});

test("a good message has no errors", () => {
  const message = {
    seq: 1,
    type: "event",
    event: "stopped",
    body: { reason: "step", threadId: 1 },
  };
  expect(protocolErrors(message)).toEqual([]);
});

test("a missing member, a wrong type and a member that the protocol does not know are found", () => {
  const response = {
    seq: 1,
    type: "response",
    request_seq: 1,
    success: true,
    command: "variables",
  };
  const variable = { name: 1, variablesReference: 0, colour: "red" };
  expect(protocolErrors({ ...response, body: { variables: [variable] } })).toEqual([
    "VariablesResponse.body.variables[0].name is no string",
    "VariablesResponse.body.variables[0].value is missing",
    "VariablesResponse.body.variables[0].colour is not in the protocol",
  ]);
});

test("a request is checked by its command", () => {
  expect(protocolErrors({ seq: 1, type: "request", command: "next", arguments: {} })).toEqual([
    "NextRequest.arguments.threadId is missing",
  ]);
});
