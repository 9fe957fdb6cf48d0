// Checks messages against the protocol's own declarations: `debugProtocol.d.ts` of @vscode/debugprotocol, which is generated
// from the protocol's JSON schema and is as regular as that. It is read at test time, so that the truth is not ours.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

type Type =
  | { readonly kind: "any" }
  | { readonly kind: "primitive"; readonly name: string }
  | { readonly kind: "literal"; readonly value: string }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "array"; readonly element: Type }
  | { readonly kind: "union"; readonly members: readonly Type[] }
  | {
      readonly kind: "object";
      readonly members: readonly Member[];
      readonly others: Type | undefined;
    };

interface Member {
  readonly name: string;
  readonly isOptional: boolean;
  readonly type: Type;
}
interface Interface {
  readonly parent: string | undefined;
  readonly body: Type & { readonly kind: "object" };
}

const packageFile = createRequire(import.meta.url).resolve("@vscode/debugprotocol/package.json");
const declarations = readFileSync(
  path.join(path.dirname(packageFile), "lib/debugProtocol.d.ts"),
  "utf8",
);

/** A reader of the declarations' small part of TypeScript. */
class Reader {
  readonly #tokens: readonly string[];
  #at = 0;
  readonly interfaces = new Map<string, Interface>();
  readonly aliases = new Map<string, Type>();

  constructor(text: string) {
    const bare = text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, " ");
    this.#tokens = bare.match(/'[^']*'|[\w$]+|[^\s\w]/g) ?? [];
    this.#skipTo("{");
    while (this.#peek() !== "}") this.#declaration();
  }

  #peek(): string {
    return this.#tokens[this.#at] ?? "}";
  }

  #next(): string {
    return this.#tokens[this.#at++] ?? "";
  }

  #expect(token: string): void {
    const found = this.#next();
    if (found !== token)
      throw new Error(`The declarations have '${found}' where '${token}' is expected.`);
  }

  #accept(token: string): boolean {
    const isThere = this.#peek() === token;
    if (isThere) this.#at++;
    return isThere;
  }

  #skipTo(token: string): void {
    while (this.#next() !== token);
  }

  #declaration(): void {
    this.#accept("export");
    const word = this.#next();
    const name = this.#next();
    if (word === "type") {
      this.#expect("=");
      this.aliases.set(name, this.#type());
      this.#expect(";");
      return;
    }
    if (word !== "interface")
      throw new Error(`The declarations have '${word}', which is not read here.`);
    const parent = this.#accept("extends") ? this.#next() : undefined;
    this.interfaces.set(name, { parent, body: this.#object() });
  }

  #object(): Type & { readonly kind: "object" } {
    this.#expect("{");
    const members: Member[] = [];
    let others: Type | undefined;
    while (!this.#accept("}")) {
      if (this.#accept("[")) {
        this.#skipTo("]");
        this.#expect(":");
        others = this.#type();
      } else {
        const name = this.#next();
        const isOptional = this.#accept("?");
        this.#expect(":");
        members.push({ name, isOptional, type: this.#type() });
      }
      this.#accept(";");
    }
    return { kind: "object", members, others };
  }

  #type(): Type {
    const members = [this.#postfix()];
    while (this.#accept("|")) members.push(this.#postfix());
    const [first] = members;
    return members.length === 1 && first !== undefined ? first : { kind: "union", members };
  }

  #postfix(): Type {
    let type = this.#primary();
    while (this.#accept("[")) {
      this.#expect("]");
      type = { kind: "array", element: type };
    }
    return type;
  }

  #primary(): Type {
    if (this.#peek() === "{") return this.#object();
    if (this.#accept("(")) {
      const inner = this.#type();
      this.#expect(")");
      return inner;
    }
    const word = this.#next();
    if (word.startsWith("'")) return { kind: "literal", value: word.slice(1, -1) };
    if (word === "any") return { kind: "any" };
    if (["string", "number", "boolean", "null", "object"].includes(word))
      return { kind: "primitive", name: word };
    return { kind: "name", name: word };
  }
}

const reader = new Reader(declarations);

/** All that is wrong with a message; empty if the protocol allows it. `command` is a response's request. */
export function protocolErrors(message: unknown): readonly string[] {
  const record = message as Readonly<Record<string, unknown>>;
  const name = messageInterface(record);
  if (name === undefined) return [];
  const errors: string[] = [];
  checkInterface(name, record, name, errors);
  return errors;
}

/** How many messages the declarations have; a test asserts that they were read. */
export const interfaceCount: number = reader.interfaces.size;

function messageInterface(message: Readonly<Record<string, unknown>>): string | undefined {
  const capital = (word: unknown): string =>
    typeof word === "string" ? word.charAt(0).toUpperCase() + word.slice(1) : "";
  const own = ((): [string, string] => {
    if (message["type"] === "event") return [`${capital(message["event"])}Event`, "Event"];
    if (message["type"] === "request") return [`${capital(message["command"])}Request`, "Request"];
    if (message["success"] === false) return ["ErrorResponse", "Response"];
    return [`${capital(message["command"])}Response`, "Response"];
  })();
  return own.find((name) => reader.interfaces.has(name));
}

function membersOf(name: string): readonly Member[] {
  const found = reader.interfaces.get(name);
  if (found === undefined) return [];
  const inherited = found.parent === undefined ? [] : membersOf(found.parent);
  const own = found.body.members;
  return [...inherited.filter((each) => own.every((other) => other.name !== each.name)), ...own];
}

function othersOf(name: string): Type | undefined {
  const found = reader.interfaces.get(name);
  return found?.body.others ?? (found?.parent === undefined ? undefined : othersOf(found.parent));
}

/** "Additional attributes are implementation specific." */
const OPEN: ReadonlySet<string> = new Set(["LaunchRequestArguments", "AttachRequestArguments"]);

function checkInterface(name: string, value: unknown, at: string, errors: string[]): void {
  const others = OPEN.has(name) ? ({ kind: "any" } as const) : othersOf(name);
  checkMembers(membersOf(name), others, value, at, errors);
}

function checkMembers(
  members: readonly Member[],
  others: Type | undefined,
  value: unknown,
  at: string,
  errors: string[],
): void {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    errors.push(`${at} is no object`);
    return;
  }
  const record = value as Readonly<Record<string, unknown>>;
  for (const { name, isOptional, type } of members) {
    if (record[name] !== undefined) check(type, record[name], `${at}.${name}`, errors);
    else if (!isOptional) errors.push(`${at}.${name} is missing`);
  }
  for (const name of Object.keys(record)) {
    if (record[name] === undefined || members.some((each) => each.name === name)) continue;
    if (others === undefined) errors.push(`${at}.${name} is not in the protocol`);
    else check(others, record[name], `${at}.${name}`, errors);
  }
}

function check(type: Type, value: unknown, at: string, errors: string[]): void {
  switch (type.kind) {
    case "any":
      return;
    case "primitive":
      if (type.name === "null" ? value !== null : typeof value !== type.name)
        errors.push(`${at} is no ${type.name}`);
      return;
    case "literal":
      if (value !== type.value) errors.push(`${at} is not '${type.value}'`);
      return;
    case "name": {
      const alias = reader.aliases.get(type.name);
      if (alias === undefined) checkInterface(type.name, value, at, errors);
      else check(alias, value, at, errors);
      return;
    }
    case "array":
      if (!Array.isArray(value)) errors.push(`${at} is no list`);
      else
        for (const [index, each] of value.entries())
          check(type.element, each, `${at}[${index}]`, errors);
      return;
    case "union": {
      const fits = type.members.some((member) => {
        const inner: string[] = [];
        check(member, value, at, inner);
        return inner.length === 0;
      });
      if (!fits) errors.push(`${at} is none of the protocol's choices`);
      return;
    }
    case "object":
      checkMembers(type.members, type.others, value, at, errors);
  }
}
