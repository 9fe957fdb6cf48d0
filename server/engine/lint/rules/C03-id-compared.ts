// C03: what a section indexes by an id is indexed by the id that the section compares, and an abort reads the id again.
import type { CSymbol, Expression, IdentifierExpression, IndexExpression } from "../../c/ast.ts";
import { walkExpression } from "../../scenario/expression-walk.ts";
import {
  type CriticalStatement,
  type Statement,
  walkStatements,
} from "../../scenario/statement.ts";
import { type Code, type CodeBody, expressionsOf } from "../code.ts";
import type { Rule, RuleReport } from "../rule.ts";
import { type LabelledSection, eachLabelledSection } from "../section-labels.ts";

const ID_FIELDS: readonly string[] = ["cpu_id_start", "cpu_id", "mm_cid"];
const COMPARED_FIELDS: readonly string[] = ["cpu_id", "mm_cid"];

/** Where the variables of a body get an id of the area, by variable. */
type IdLoads = ReadonlyMap<CSymbol, readonly number[]>;

export const idCompared: Rule = {
  code: "C03",
  name: "id-compared",
  severity: "error",
  rule: "The id that indexes data is compared with cpu_id (mm_cid) again inside the section, before any side effect, and read again after an abort.",
  why: "The thread may have migrated between the load of the id and the section: it would store to another CPU's data, while that CPU does.",
  fix: "Compare first thing in the section, and jump back to before the load of cpu_id_start.",
  sources: ["rseq(2)", "librseq"],
  home: "text",
  checkCode(code, _judge, report) {
    if (!code.isScenario) return;
    for (const body of code.bodies) {
      const loads = idLoads(code, body);
      walkStatements(body.block, (statement) => {
        if (statement.kind === "critical") checkShort(body, statement, loads, report);
      });
    }
    eachLabelledSection(code, (section) => checkRaw(code, section, report));
  },
};

function checkShort(
  body: CodeBody,
  section: CriticalStatement,
  loads: IdLoads,
  report: RuleReport,
): void {
  const operand = variable(section.operand);
  if (operand?.symbol === undefined) return;
  const statements: Statement[] = [];
  walkStatements(section.body, (statement) => statements.push(statement));
  const other = indexes(statements, loads).find(
    ({ index }) => variable(index)?.symbol !== operand.symbol,
  );
  if (other !== undefined)
    report(
      other.index.span,
      `The section compares '${operand.name}' and indexes by '${variable(other.index)?.name}', which may be another CPU. Index by what it compares.`,
      { notes: [{ message: "the section compares this", span: operand.span }] },
    );
  if (isStaleAfterAbort(body, section, loads.get(operand.symbol)))
    report(
      section.abortLabelSpan,
      `An abort goes to '${section.abortLabel}', behind the load of '${operand.name}': after a migration the comparison fails again and again. Place the label before the load.`,
    );
}

/** The abort jumps back to a label from which the section is reached without a new load. */
function isStaleAfterAbort(
  body: CodeBody,
  section: CriticalStatement,
  loads: readonly number[] | undefined,
): boolean {
  if (loads === undefined) return false;
  let label: number | undefined;
  let hasJump = false;
  walkStatements(body.block, (statement) => {
    if (statement.kind === "label" && statement.name === section.abortLabel)
      label = statement.span.start;
    const isBetween =
      label !== undefined &&
      label < statement.span.start &&
      statement.span.start < section.span.start;
    if (isBetween && (statement.kind === "goto" || statement.kind === "return")) hasJump = true;
  });
  if (label === undefined || section.span.start < label || hasJump) return false;
  const from = label;
  return loads.every((load) => load < from);
}

function checkRaw(code: Code, section: LabelledSection, report: RuleReport): void {
  const { body, start, end, statements } = section;
  if (start === undefined || end === undefined || comparesId(code, statements)) return;
  const first = indexes(statements, idLoads(code, body))[0];
  if (first === undefined) return;
  report(
    first.index.span,
    `The section from '${start.name}' to '${end.name}' indexes by '${variable(first.index)?.name}' without comparing it with cpu_id: the thread may have migrated since the load. Compare first thing in the section.`,
    { notes: [{ message: "the section starts here", span: start.nameSpan }] },
  );
}

function comparesId(code: Code, statements: readonly Statement[]): boolean {
  return expressionsIn(statements).some((expression) =>
    COMPARED_FIELDS.includes(code.areaField(expression)?.name ?? ""),
  );
}

/** `a[cpu]` where cpu is a variable that holds an id. */
function indexes(statements: readonly Statement[], loads: IdLoads): readonly IndexExpression[] {
  return expressionsIn(statements).filter((one): one is IndexExpression => {
    const symbol = one.kind === "index" ? variable(one.index)?.symbol : undefined;
    return symbol !== undefined && loads.has(symbol);
  });
}

function expressionsIn(statements: readonly Statement[]): readonly Expression[] {
  const found: Expression[] = [];
  for (const statement of statements)
    for (const top of expressionsOf(statement))
      walkExpression(top, (expression) => found.push(expression));
  return found;
}

function idLoads(code: Code, body: CodeBody): IdLoads {
  const loads = new Map<CSymbol, number[]>();
  const add = (symbol: CSymbol | undefined, value: Expression | undefined): void => {
    if (symbol === undefined || value === undefined || !isId(code, value)) return;
    loads.set(symbol, [...(loads.get(symbol) ?? []), value.span.start]);
  };
  walkStatements(body.block, (statement) => {
    if (statement.kind !== "declaration" || statement.declaration.kind !== "declaration") return;
    for (const { symbol, initializer } of statement.declaration.declarators)
      add(symbol, initializer?.kind === "list" ? undefined : initializer);
  });
  code.eachExpression(body, (expression) => {
    if (expression.kind === "assignment" && expression.operator === undefined)
      add(variable(expression.left)?.symbol, expression.right);
  });
  return loads;
}

/** `rseq->cpu_id_start`, also in READ_ONCE and casts. */
function isId(code: Code, value: Expression): boolean {
  if (value.kind === "cast") return isId(code, value.operand);
  if (value.kind === "call") return value.arguments.length === 1 && isId(code, value.arguments[0]!);
  return ID_FIELDS.includes(code.areaField(value)?.name ?? "");
}

function variable(expression: Expression): IdentifierExpression | undefined {
  if (expression.kind === "cast") return variable(expression.operand);
  return expression.kind === "identifier" ? expression : undefined;
}
