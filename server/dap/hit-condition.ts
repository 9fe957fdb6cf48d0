// Hit conditions: `5`, `>= 3`, `% 4` and the like, as editors document them for their own debuggers.

/** Whether the hit with this number (from 1) stops. */
export type HitCondition = (count: number) => boolean;

/** undefined if the text is no hit condition. A bare number is that hit alone. */
export function parseHitCondition(text: string): HitCondition | undefined {
  const match = /^\s*(<=|>=|==|=|<|>|%)?\s*(\d+)\s*$/.exec(text);
  if (match === null) return undefined;
  const number = Number(match[2]);
  switch (match[1] ?? "=") {
    case "<":
      return (count) => count < number;
    case "<=":
      return (count) => count <= number;
    case ">":
      return (count) => count > number;
    case ">=":
      return (count) => count >= number;
    case "%":
      return number === 0 ? undefined : (count) => count % number === 0;
    default:
      return (count) => count === number;
  }
}
