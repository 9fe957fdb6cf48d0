// The names that a scenario has without declaring them: `rseq`, `self` and their like, services and intrinsics, threads. They are
// symbols in the C parser's file scope, so that a user's declaration hides them; here is what each symbol stands for.
import type {
  CallExpression,
  CSymbol,
  Expression,
  FunctionSymbol,
  IdentifierExpression,
  MemberExpression,
  ObjectSymbol,
} from "../c/ast.ts";
import type { Parser } from "../c/parser.ts";
import type { CType } from "../c/types.ts";
import type { SpecialName } from "../program/instruction.ts";
import type { Span } from "../text/source.ts";
import type { Intrinsic, Service } from "./builtins.ts";
import { intrinsics, services, serviceType } from "./builtins.ts";
import type { Name } from "./item.ts";

const BUILTIN_SPAN: Span = { path: "<scenario>", start: 0, end: 0 };

/** The members of a thread that anybody may look at (language.md section 9). */
export type ObservedName =
  | "rseq"
  | "rseq_shared"
  | "cpu"
  | "running"
  | "tid"
  | "aborts"
  | "commits";
export const observedNames: readonly ObservedName[] = [
  "rseq",
  "rseq_shared",
  "cpu",
  "running",
  "tid",
  "aborts",
  "commits",
];

/** `T.member` with T still a name and an index. */
export interface ThreadMember {
  readonly thread: CSymbol;
  readonly threadSpan: Span;
  readonly index: Expression | undefined;
  readonly member:
    | { readonly kind: "observed"; readonly name: ObservedName }
    | { readonly kind: "section"; readonly section: string; readonly span: Span }
    | { readonly kind: "local"; readonly function: string; readonly name: string }
    | { readonly kind: "unknown"; readonly name: string };
  readonly memberSpan: Span;
  readonly type: CType;
}

export class Names {
  readonly #parser: Parser;
  readonly specials: Map<CSymbol, SpecialName> = new Map();
  readonly services: Map<CSymbol, Service> = new Map();
  readonly threads: Map<CSymbol, Name> = new Map();
  readonly #intrinsics = new Map<CSymbol, Intrinsic>();
  /** Type of a name that is the descriptor of a short critical section; compilation fills it in. */
  descriptorType: (name: string) => CType | undefined = () => undefined;
  /** Type of a local of a function, by both names; compilation fills it in before invariants are looked at. */
  localType: (functionName: string, localName: string) => CType | undefined = () => undefined;

  /** Declares everything in the parser's current scope. */
  constructor(parser: Parser) {
    this.#parser = parser;
    for (const name of ["rseq", "rseq_shared", "self", "tid"] as const) {
      const symbol = this.#declareSpecial(name);
      this.specials.set(symbol, name);
    }
    for (const service of services) {
      const parameters = service.parameters.map((type) => serviceType(parser.types, type));
      const result = serviceType(parser.types, service.result);
      this.services.set(this.#declareFunction(service.name, parameters, result), service);
    }
    for (const intrinsic of intrinsics) {
      const symbol = this.#declareFunction(intrinsic.name, [], parser.types.error);
      this.#intrinsics.set(symbol, intrinsic);
    }
  }

  /** Declares a thread's name; what it can be followed by is `threadMember`'s. */
  declareThread(name: Name): void {
    const symbol = this.#objectSymbol(name.text, () => this.#parser.types.error, name.span);
    this.threads.set(symbol, name);
    this.#parser.declare(symbol);
  }

  intrinsicOf(callee: IdentifierExpression): Intrinsic | undefined {
    return callee.symbol === undefined ? undefined : this.#intrinsics.get(callee.symbol);
  }

  /** What a member expression or `T.in(NAME)` says about a thread; undefined if its base is no thread. */
  threadMember(expression: MemberExpression | CallExpression): ThreadMember | undefined {
    if (expression.kind === "call") return this.#inSection(expression);
    if (expression.isArrow) return undefined;
    const base = expression.base.kind === "index" ? expression.base.base : expression.base;
    const thread = base.kind === "identifier" ? this.#threadOf(base) : undefined;
    if (thread === undefined) return undefined;
    const { member, type } = this.#memberNamed(expression.name);
    return {
      thread,
      threadSpan: expression.base.span,
      index: expression.base.kind === "index" ? expression.base.index : undefined,
      member,
      memberSpan: expression.nameSpan,
      type,
    };
  }

  /** A thread may be declared behind the invariant that looks at it. */
  #threadOf({ name, symbol }: IdentifierExpression): CSymbol | undefined {
    if (symbol !== undefined) return this.threads.has(symbol) ? symbol : undefined;
    const later = this.#parser.lookup(name);
    return later !== undefined && this.threads.has(later) ? later : undefined;
  }

  #inSection(call: CallExpression): ThreadMember | undefined {
    if (call.callee.kind !== "member" || call.callee.name !== "in") return undefined;
    const found = this.threadMember(call.callee);
    const argument = call.arguments[0];
    if (found === undefined || argument?.kind !== "identifier") return undefined;
    const member = { kind: "section", section: argument.name, span: argument.span } as const;
    return { ...found, member, type: this.#parser.types.int };
  }

  #memberNamed(name: string): { member: ThreadMember["member"]; type: CType } {
    const types = this.#parser.types;
    const observed = observedNames.find((known) => known === name);
    if (observed !== undefined)
      return { member: { kind: "observed", name: observed }, type: this.#observedType(observed) };
    const [functionName, localName] = name.split("::");
    if (functionName === undefined || localName === undefined)
      return { member: { kind: "unknown", name }, type: types.error };
    return {
      member: { kind: "local", function: functionName, name: localName },
      type: this.localType(functionName, localName) ?? types.error,
    };
  }

  #observedType(name: ObservedName): CType {
    const types = this.#parser.types;
    if (name === "rseq" || name === "rseq_shared") return this.#areaPointer(name);
    if (name === "aborts" || name === "commits") return types.unsignedLongLong;
    return types.int;
  }

  /** `struct rseq *` of whatever struct of that tag is in force: the file's own once it is declared. */
  #areaPointer(tag: string): CType {
    const types = this.#parser.types;
    // RFC v2 of sched_state calls its shared struct rseq_sched_state.
    const shared = tag === "rseq_shared" ? this.#parser.lookupTag("rseq_sched_state") : undefined;
    return types.pointerTo(this.#parser.lookupTag(tag) ?? shared ?? types.void);
  }

  #declareSpecial(name: "rseq" | "rseq_shared" | "self" | "tid"): ObjectSymbol {
    const isArea = name === "rseq" || name === "rseq_shared";
    const type = (): CType => (isArea ? this.#areaPointer(name) : this.#parser.types.int);
    const symbol = this.#objectSymbol(name, type, BUILTIN_SPAN);
    this.#parser.declare(symbol);
    return symbol;
  }

  #objectSymbol(name: string, type: () => CType, nameSpan: Span): ObjectSymbol {
    return {
      kind: "object",
      name,
      // A getter, because the file may declare its own struct rseq later.
      get type() {
        return type();
      },
      isParameter: false,
      storage: "extern",
      isThreadLocal: false,
      isGlobal: true,
      nameSpan,
    };
  }

  #declareFunction(name: string, parameters: readonly CType[], result: CType): FunctionSymbol {
    const types = this.#parser.types;
    const named = parameters.map((type) => ({ name: undefined, type, nameSpan: BUILTIN_SPAN }));
    const symbol: FunctionSymbol = {
      kind: "function",
      name,
      type: types.functionOf(result, named, false),
      storage: "extern",
      nameSpan: BUILTIN_SPAN,
      isDefined: false,
    };
    this.#parser.declare(symbol);
    return symbol;
  }
}
