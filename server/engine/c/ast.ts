// The syntax tree of C as far as the tools understand it: expressions, initialisers, declarations. Plain data with spans
// that point to the place the user wrote: a token that a macro's body gave has the span of the macro's use, an
// argument's token its own. Names are resolved while reading (C declares before use), so identifiers carry their symbol.
import type { Span } from "../text/source.ts";
import type { CType, EnumConstant, FunctionType, TypedefType } from "./types.ts";

/** One attribute of `__attribute__((…))`, `[[…]]`, `_Alignas(…)` or `__declspec(…)`. Unknown ones are kept. */
export interface Attribute {
  /** Without decorating underscores and prefix: `aligned` for `__aligned__` and for `gnu::aligned`; `alignas` for `_Alignas`. */
  readonly name: string;
  /** The arguments' tokens, spelled, separated as written: `["256"]`, `["v"]`. */
  readonly argumentTexts: readonly string[];
  /** The first argument's value where it is an integer constant expression (or `_Alignas(type)`). */
  readonly value: bigint | undefined;
  readonly span: Span;
}

/** What an ordinary identifier names. */
export type CSymbol = ObjectSymbol | FunctionSymbol | TypedefSymbol | ConstantSymbol;

/** A variable or parameter. One object per declared entity: identity is the entity's. */
export interface ObjectSymbol {
  readonly kind: "object";
  readonly name: string;
  readonly type: CType;
  readonly isParameter: boolean;
  readonly storage: Storage;
  readonly isThreadLocal: boolean;
  /** True at file scope. */
  readonly isGlobal: boolean;
  readonly nameSpan: Span;
}

export interface FunctionSymbol {
  readonly kind: "function";
  readonly name: string;
  readonly type: FunctionType;
  readonly storage: Storage;
  readonly nameSpan: Span;
  readonly isDefined: boolean;
}

export interface TypedefSymbol {
  readonly kind: "typedef";
  readonly name: string;
  readonly type: TypedefType;
  readonly nameSpan: Span;
}

export interface ConstantSymbol {
  readonly kind: "constant";
  readonly name: string;
  readonly constant: EnumConstant;
  readonly nameSpan: Span;
}

export type Storage = "none" | "extern" | "static" | "register" | "auto" | "typedef";

// ---- Expressions ----

export type Expression =
  | IdentifierExpression
  | IntegerExpression
  | FloatExpression
  | StringExpression
  | UnaryExpression
  | PostfixExpression
  | BinaryExpression
  | AssignmentExpression
  | ConditionalExpression
  | CallExpression
  | IndexExpression
  | MemberExpression
  | CastExpression
  | SizeofExpression
  | OffsetofExpression
  | CompoundLiteral
  | LabelAddressExpression
  | CommaExpression
  | GenericExpression
  | TypesCompatibleExpression
  | ErrorExpression;

export interface IdentifierExpression {
  readonly kind: "identifier";
  readonly name: string;
  /** Undefined for a name that is not declared here; whoever needs it says so. */
  readonly symbol: CSymbol | undefined;
  readonly span: Span;
}

/** An integer or character constant, with the type that C gives it. */
export interface IntegerExpression {
  readonly kind: "integer";
  readonly value: bigint;
  readonly type: CType;
  /** As written (`0x20u`, `'a'`). */
  readonly text: string;
  readonly span: Span;
}

export interface FloatExpression {
  readonly kind: "float";
  readonly value: number;
  readonly type: CType;
  readonly text: string;
  readonly span: Span;
}

/** Adjacent literals are one expression. `units` are the elements without the terminating zero. */
export interface StringExpression {
  readonly kind: "string";
  readonly units: readonly number[];
  /** An array type with the terminating zero counted. */
  readonly type: CType;
  readonly span: Span;
}

export type UnaryOperator =
  | "+"
  | "-"
  | "~"
  | "!"
  | "*"
  | "&"
  | "++"
  | "--"
  | "__real__"
  | "__imag__"
  | "__extension__";

export interface UnaryExpression {
  readonly kind: "unary";
  readonly operator: UnaryOperator;
  readonly operand: Expression;
  readonly span: Span;
}

export interface PostfixExpression {
  readonly kind: "postfix";
  readonly operator: "++" | "--";
  readonly operand: Expression;
  readonly span: Span;
}

export type BinaryOperator =
  | "*"
  | "/"
  | "%"
  | "+"
  | "-"
  | "<<"
  | ">>"
  | "<"
  | ">"
  | "<="
  | ">="
  | "=="
  | "!="
  | "&"
  | "^"
  | "|"
  | "&&"
  | "||";

export interface BinaryExpression {
  readonly kind: "binary";
  readonly operator: BinaryOperator;
  readonly left: Expression;
  readonly right: Expression;
  readonly operatorSpan: Span;
  readonly span: Span;
}

export interface AssignmentExpression {
  readonly kind: "assignment";
  /** Undefined for `=`, else the operator before `=`. */
  readonly operator: BinaryOperator | undefined;
  readonly left: Expression;
  readonly right: Expression;
  readonly operatorSpan: Span;
  readonly span: Span;
}

export interface ConditionalExpression {
  readonly kind: "conditional";
  readonly condition: Expression;
  /** Undefined in GNU C's `a ?: b`. */
  readonly whenTrue: Expression | undefined;
  readonly whenFalse: Expression;
  readonly span: Span;
}

export interface CallExpression {
  readonly kind: "call";
  readonly callee: Expression;
  readonly arguments: readonly Expression[];
  readonly span: Span;
}

export interface IndexExpression {
  readonly kind: "index";
  readonly base: Expression;
  readonly index: Expression;
  readonly span: Span;
}

export interface MemberExpression {
  readonly kind: "member";
  readonly base: Expression;
  readonly name: string;
  /** `->` instead of `.`. */
  readonly isArrow: boolean;
  readonly nameSpan: Span;
  readonly span: Span;
}

export interface CastExpression {
  readonly kind: "cast";
  readonly type: CType;
  readonly operand: Expression;
  readonly span: Span;
}

/** `sizeof`, `_Alignof`/`alignof`/`__alignof__` of a type or an expression. */
export interface SizeofExpression {
  readonly kind: "sizeof";
  readonly operator: "sizeof" | "alignof" | "countof";
  /** GNU's `__alignof__`: of variables, which i386 aligns more than members. */
  readonly isOfVariable: boolean;
  /** Exactly one of the two is set. */
  readonly type: CType | undefined;
  readonly operand: Expression | undefined;
  readonly span: Span;
}

/** `offsetof(type, designator)` and `__builtin_offsetof`. */
export interface OffsetofExpression {
  readonly kind: "offsetof";
  readonly type: CType;
  readonly designators: readonly Designator[];
  readonly span: Span;
}

export interface CompoundLiteral {
  readonly kind: "compound";
  readonly type: CType;
  readonly initializer: InitializerList;
  readonly span: Span;
}

/** GNU C's `&&label`. */
export interface LabelAddressExpression {
  readonly kind: "labelAddress";
  readonly label: string;
  readonly labelSpan: Span;
  readonly span: Span;
}

export interface CommaExpression {
  readonly kind: "comma";
  readonly left: Expression;
  readonly right: Expression;
  readonly span: Span;
}

/** `_Generic`; `chosen` is the association that the controlling type selects, undefined if none does. */
export interface GenericExpression {
  readonly kind: "generic";
  readonly controlling: Expression;
  readonly chosen: Expression | undefined;
  readonly span: Span;
}

/** `__builtin_types_compatible_p(a, b)`. */
export interface TypesCompatibleExpression {
  readonly kind: "typesCompatible";
  readonly left: CType;
  readonly right: CType;
  readonly span: Span;
}

/** Something that could not be read (already reported), or a construct nobody evaluates, such as `({ … })`. */
export interface ErrorExpression {
  readonly kind: "error";
  /** False where the text is right but not understood (a statement expression): no message was given. */
  readonly isReported: boolean;
  readonly span: Span;
}

// ---- Initialisers ----

export type Initializer = Expression | InitializerList;

export interface InitializerList {
  readonly kind: "list";
  readonly items: readonly InitializerItem[];
  readonly span: Span;
}

export interface InitializerItem {
  readonly designators: readonly Designator[];
  readonly value: Initializer;
}

export type Designator = MemberDesignator | IndexDesignator;

export interface MemberDesignator {
  readonly kind: "member";
  readonly name: string;
  readonly span: Span;
}

export interface IndexDesignator {
  readonly kind: "index";
  readonly index: Expression;
  /** The upper end of GNU C's `[a ... b]`. */
  readonly last: Expression | undefined;
  readonly span: Span;
}

// ---- Declarations ----

export interface Declarator {
  /** Undefined in an abstract declarator. */
  readonly name: string | undefined;
  readonly nameSpan: Span;
  readonly type: CType;
  /** The entity that the declarator declared in its scope; undefined for abstract ones. */
  readonly symbol: CSymbol | undefined;
  readonly initializer: Initializer | undefined;
  /** Those of the declarator; the specifiers' stand in the declaration. */
  readonly attributes: readonly Attribute[];
  readonly span: Span;
}

/** A declaration with zero (`struct s { … };`) or more declarators. */
export interface Declaration {
  readonly kind: "declaration";
  readonly storage: Storage;
  readonly isInline: boolean;
  readonly isThreadLocal: boolean;
  /** The type that the specifiers name, before any declarator. */
  readonly type: CType;
  readonly declarators: readonly Declarator[];
  readonly attributes: readonly Attribute[];
  /** Without the final `;`. */
  readonly span: Span;
}

export interface FunctionDefinition {
  readonly kind: "function";
  readonly name: string;
  readonly nameSpan: Span;
  readonly type: FunctionType;
  readonly symbol: FunctionSymbol;
  /** The parameters' symbols in order, for the scope of the body. */
  readonly parameters: readonly ObjectSymbol[];
  readonly storage: Storage;
  readonly isInline: boolean;
  readonly attributes: readonly Attribute[];
  /** From `{` to `}`, both included. */
  readonly bodySpan: Span;
  /** From the first specifier to `}`. */
  readonly span: Span;
}

/** `_Static_assert`; a failed one has been reported. */
export interface StaticAssertion {
  readonly kind: "staticAssertion";
  readonly condition: Expression;
  readonly span: Span;
}

export type ExternalDeclaration = Declaration | FunctionDefinition | StaticAssertion;

/** A comment with its delimiters. */
export interface Comment {
  readonly text: string;
  readonly span: Span;
}
