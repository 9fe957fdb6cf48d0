// Functions as rules see them: bodies of C files and of scenarios, with constants evaluated and expressions typed. Reading is tolerant:
// what is not understood has no value and no type, and rules stay silent about it.
import type {
  CallExpression,
  Declaration,
  Declarator,
  Expression,
  FunctionDefinition,
  Initializer,
  MemberExpression,
} from "../c/ast.ts";
import { evaluateConstant } from "../c/constant.ts";
import { memberOf, typeOfExpression } from "../c/expression-type.ts";
import type { Parser } from "../c/parser.ts";
import { TypeTable } from "../c/type-table.ts";
import { type CType, type RecordType, resolve } from "../c/types.ts";
import type { CUnit } from "../c/unit.ts";
import type { Profile } from "../abi/profile.ts";
import { initializerExpressions, walkExpression } from "../scenario/expression-walk.ts";
import type { ScenarioTree } from "../scenario/item.ts";
import { parseBody } from "../scenario/statement-parser.ts";
import { type Block, type Statement, walkStatements } from "../scenario/statement.ts";
import type { Span } from "../text/source.ts";
import { type ConfiguredRoles, type Role, roleOf } from "./role.ts";

export interface CodeBody {
  readonly name: string;
  readonly block: Block;
}

/** A declared object with what its declaration says. */
export interface DeclaredObject {
  readonly declaration: Declaration;
  readonly declarator: Declarator;
  /** Declared inside a function. */
  readonly isLocal: boolean;
}

/** A field of an rseq struct that an expression names. */
export interface AreaField {
  readonly role: Role;
  /** `cpu_id`, `granted`. */
  readonly name: string;
  readonly span: Span;
}

/** Collects the bodies of a C file while it is read; what the C reader says about them is not reported. */
export class BodyCollector {
  readonly bodies: CodeBody[] = [];
  readonly #path: string;
  readonly #text: string;

  constructor(path: string, text: string) {
    this.#path = path;
    this.#text = text;
  }

  /** For `ParserHooks.functionBody`. */
  readonly functionBody = (parser: Parser, definition: FunctionDefinition): void => {
    const start = parser.mark();
    parser.skipBalanced();
    if (definition.nameSpan.path !== this.#path) return;
    const end = parser.mark();
    parser.rewind(start);
    const block = parseBody({
      parser,
      report: () => undefined,
      textOf: (span) => this.#text.slice(span.start, span.end),
      addBroken: () => undefined,
    });
    this.bodies.push({ name: definition.name, block });
    // Whatever the reader made of it, the function ends where its braces do.
    parser.rewind(end);
  };
}

/**
 * For `ParserHooks.externalItem` of C++ files: steps into `namespace a::b {`, so that the structs in it are read. Its closing brace
 * is then one too many, which nobody is told.
 */
export function enterNamespace(parser: Parser): boolean {
  // A macro may stand in front, as in `SECTION_BEGIN namespace a {`.
  const at = parser.isWord("namespace") ? 0 : parser.isWord("namespace", 1) ? 1 : -1;
  if (at < 0) return false;
  let ahead = at + 1;
  while (/^(?:\w+|::)$/.test(parser.text(ahead))) ahead++;
  if (parser.text(ahead) !== "{") return false;
  for (; 0 <= ahead; ahead--) parser.next();
  return true;
}

/** The bodies of a scenario's functions and threads. */
export function bodiesOf(tree: ScenarioTree): readonly CodeBody[] {
  return tree.items.flatMap((item) =>
    item.kind === "function" || item.kind === "thread"
      ? [{ name: item.name.text, block: item.body }]
      : [],
  );
}

export class Code {
  readonly unit: CUnit;
  readonly bodies: readonly CodeBody[];
  readonly isScenario: boolean;
  readonly objects: readonly DeclaredObject[];
  readonly #types: TypeTable;
  readonly #roles: ConfiguredRoles;
  readonly #constants: ReadonlyMap<string, bigint>;

  constructor(
    unit: CUnit,
    bodies: readonly CodeBody[],
    isScenario: boolean,
    profile: Profile,
    roles: ConfiguredRoles,
  ) {
    this.unit = unit;
    this.bodies = bodies;
    this.isScenario = isScenario;
    this.#types = new TypeTable(unit.target);
    this.#roles = roles;
    this.#constants = new Map(profile.constants.map(({ name, value }) => [name, value]));
    this.objects = this.#findObjects();
  }

  /** The value of a constant expression; names of the profile's constants need no header. */
  valueOf(expression: Expression | undefined): bigint | undefined {
    if (expression === undefined) return undefined;
    const result = evaluateConstant(expression, {
      types: this.#types,
      constantNamed: (name) => {
        const value = this.#constants.get(name);
        return value === undefined
          ? undefined
          : { isConstant: true, value, type: this.#types.longLong };
      },
    });
    return result.isConstant ? result.value : undefined;
  }

  typeOf(expression: Expression): CType | undefined {
    return typeOfExpression(expression, this.#types);
  }

  /** The struct that an expression is, or points to. */
  recordOf(expression: Expression): RecordType | undefined {
    const type = this.typeOf(expression);
    return type === undefined ? undefined : recordBehind(type);
  }

  roleOf(record: RecordType): Role {
    return roleOf(record, this.unit, this.#roles);
  }

  /** The field of an rseq struct that a member expression names; undefined for other structs. */
  areaField(expression: Expression): AreaField | undefined {
    const member = withoutParentheses(expression);
    if (member.kind !== "member") return undefined;
    const record = this.recordOf(member.base);
    if (record === undefined || memberOf(record, member.name) === undefined) return undefined;
    const role = this.roleOf(record);
    if (role === "other") return undefined;
    return { role, name: member.name, span: member.nameSpan };
  }

  /** Every expression of a body in the order of the text, with the statement that it stands in. */
  eachExpression(
    body: CodeBody,
    visit: (expression: Expression, statement: Statement) => void,
  ): void {
    walkStatements(body.block, (statement) => {
      for (const top of expressionsOf(statement))
        walkExpression(top, (expression) => visit(expression, statement));
    });
  }

  /** Stores of a body: `x = e`, `x += e`, `x++`, `WRITE_ONCE(x, e)`, `__atomic_store_n(&x, e, order)`. */
  eachStore(
    body: CodeBody,
    visit: (target: Expression, value: Expression | undefined, span: Span) => void,
  ): void {
    this.eachExpression(body, (expression) => {
      if (expression.kind === "assignment") {
        const value = expression.operator === undefined ? expression.right : undefined;
        visit(expression.left, value, expression.span);
      } else if (expression.kind === "postfix" || isStep(expression))
        visit(expression.operand, undefined, expression.span);
      else if (expression.kind === "call") this.#atomicStore(expression, visit);
    });
    walkStatements(body.block, (statement) => {
      if (statement.kind === "commit") visit(statement.target, statement.value, statement.span);
    });
  }

  /** The object that `&x`, or an array `x`, names. */
  objectBehind(expression: Expression): DeclaredObject | undefined {
    let inner = withoutParentheses(expression);
    while (inner.kind === "cast") inner = withoutParentheses(inner.operand);
    if (inner.kind === "unary" && inner.operator === "&") inner = withoutParentheses(inner.operand);
    if (inner.kind !== "identifier" || inner.symbol?.kind !== "object") return undefined;
    const { symbol } = inner;
    return this.objects.find(({ declarator }) => declarator.symbol === symbol);
  }

  #atomicStore(
    call: CallExpression,
    visit: (target: Expression, value: Expression | undefined, span: Span) => void,
  ): void {
    const name = calleeName(call);
    const [first, second] = call.arguments;
    if (first === undefined) return;
    if (name === "WRITE_ONCE") visit(first, second, call.span);
    else if (name !== undefined && /^__atomic_(?:store|exchange|fetch_\w+)(?:_n)?$/.test(name)) {
      const target = withoutParentheses(first);
      if (target.kind === "unary" && target.operator === "&")
        visit(target.operand, name === "__atomic_store_n" ? second : undefined, call.span);
    }
  }

  #findObjects(): readonly DeclaredObject[] {
    const found: DeclaredObject[] = [];
    const add = (declaration: Declaration, isLocal: boolean): void => {
      for (const declarator of declaration.declarators)
        found.push({ declaration, declarator, isLocal });
    };
    for (const one of this.unit.declarations)
      if (one.kind === "declaration" && one.span.path === this.unit.path) add(one, false);
    for (const body of this.bodies)
      walkStatements(body.block, (statement) => {
        if (statement.kind === "declaration" && statement.declaration.kind === "declaration")
          add(statement.declaration, true);
      });
    return found;
  }
}

/** The name that a call's callee is written as. */
export function calleeName(call: CallExpression): string | undefined {
  const callee = withoutParentheses(call.callee);
  return callee.kind === "identifier" ? callee.name : undefined;
}

/** `+x` and casts stay; the tree has no node for parentheses, but `__extension__` is none of ours either. */
export function withoutParentheses(expression: Expression): Expression {
  let current = expression;
  while (current.kind === "unary" && current.operator === "__extension__")
    current = current.operand;
  return current;
}

/** Values of a struct's initialiser by member: designated, or by position. Undefined for another initialiser. */
export function memberValues(
  record: RecordType,
  initializer: Initializer | undefined,
): ReadonlyMap<string, Expression> | undefined {
  if (initializer?.kind !== "list") return undefined;
  const values = new Map<string, Expression>();
  let position = 0;
  for (const { designators, value } of initializer.items) {
    const first = designators[0];
    if (first !== undefined && first.kind !== "member") return undefined;
    if (first !== undefined) {
      const at = record.members.findIndex((member) => member.name === first.name);
      if (at < 0) return undefined;
      position = at;
    }
    const member = record.members[position++];
    if (member?.name === undefined) return undefined;
    if (value.kind !== "list" && designators.length <= 1) values.set(member.name, value);
  }
  return values;
}

export function recordBehind(type: CType): RecordType | undefined {
  let current = resolve(type);
  if (current.kind === "pointer") current = resolve(current.target);
  while (current.kind === "array") current = resolve(current.element);
  return current.kind === "record" ? current : undefined;
}

/** The member expression's base chain as names, innermost first: `rseq->slice_ctrl.granted` → granted, slice_ctrl. */
export function memberChain(expression: Expression): readonly string[] {
  const names: string[] = [];
  let current = withoutParentheses(expression);
  while (current.kind === "member") {
    names.push(current.name);
    current = withoutParentheses((current satisfies MemberExpression).base);
  }
  return names;
}

function isStep(
  expression: Expression,
): expression is Extract<Expression, { readonly kind: "unary" }> {
  return (
    expression.kind === "unary" && (expression.operator === "++" || expression.operator === "--")
  );
}

/** The expressions that stand directly in a statement, in the order of the text. */
export function expressionsOf(statement: Statement): readonly Expression[] {
  switch (statement.kind) {
    case "expression":
      return [statement.expression];
    case "declaration":
      return statement.declaration.kind === "declaration"
        ? statement.declaration.declarators.flatMap(({ initializer }) =>
            initializer === undefined ? [] : initializerExpressions(initializer),
          )
        : [];
    case "if":
    case "while":
    case "do":
    case "assert":
      return [statement.condition];
    case "for":
      return [statement.condition, statement.step].filter((one) => one !== undefined);
    case "switch":
      return [statement.value];
    case "return":
      return statement.value === undefined ? [] : [statement.value];
    case "critical":
      return [statement.operand];
    case "commit":
      return [statement.target, statement.value];
    case "case":
    case "default":
    case "label":
    case "goto":
    case "break":
    case "continue":
    case "empty":
    case "block":
      return [];
  }
}
