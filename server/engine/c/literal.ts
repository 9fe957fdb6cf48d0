// Spellings of integer, character and string constants to their values. Types are the caller's: they depend on the target.

export interface IntegerLiteral {
  readonly value: bigint;
  readonly isDecimal: boolean;
  readonly isUnsigned: boolean;
  /** Number of `l`s in the suffix. */
  readonly longs: 0 | 1 | 2;
  /** `wb`: a _BitInt constant. */
  readonly isBitPrecise: boolean;
}

/** The value of an integer constant with its suffix; undefined for anything else. */
export function readInteger(text: string): IntegerLiteral | undefined {
  const match = /^(0[xX][0-9a-fA-F']+|0[bB][01']+|0[oO][0-7']+|[0-9][0-9']*)([uUlLwWbBzZ]*)$/.exec(
    text,
  );
  if (match === null) return undefined;
  const digits = match[1]!.replaceAll("'", "");
  const suffix = match[2]!.toLowerCase();
  if (!/^(u?(l|ll|wb|z)?|(l|ll|wb|z)u)$/.test(suffix)) return undefined;
  const isOctal = /^0[0-9]/.test(digits);
  if (isOctal && /[89]/.test(digits)) return undefined;
  return {
    value: BigInt(isOctal ? `0o${digits.slice(1)}` : digits),
    isDecimal: /^[1-9]/.test(digits),
    isUnsigned: suffix.includes("u"),
    longs: suffix.includes("ll") ? 2 : suffix.includes("l") || suffix.includes("z") ? 1 : 0,
    isBitPrecise: suffix.includes("wb"),
  };
}

/** The value of a floating constant; undefined if the text is none. */
export function readFloat(
  text: string,
): { readonly value: number; readonly suffix: string } | undefined {
  const match =
    /^((?:[0-9']+\.?[0-9']*|\.[0-9']+)(?:[eE][+-]?[0-9']+)?|0[xX][0-9a-fA-F'.]+[pP][+-]?[0-9]+)([a-zA-Z0-9]*)$/.exec(
      text,
    );
  if (match === null) return undefined;
  const digits = match[1]!.replaceAll("'", "");
  if (!/[.eEpP]/.test(digits)) return undefined;
  return {
    value: /^0[xX]/.test(digits) ? hexadecimalFloat(digits) : Number(digits),
    suffix: match[2]!.toLowerCase(),
  };
}

function hexadecimalFloat(text: string): number {
  const match = /^0[xX]([0-9a-fA-F]*)\.?([0-9a-fA-F]*)[pP]([+-]?[0-9]+)$/.exec(text);
  if (match === null) return Number.NaN;
  const mantissa = Number(`0x0${match[1]}${match[2]}`);
  return mantissa * 2 ** (Number(match[3]) - 4 * match[2]!.length);
}

export interface TextLiteral {
  readonly units: readonly number[];
  /** "", "L", "u", "U" or "u8". */
  readonly prefix: string;
}

const simpleEscapes: Readonly<Record<string, number>> = {
  n: 10,
  t: 9,
  r: 13,
  a: 7,
  b: 8,
  f: 12,
  v: 11,
  e: 27,
  E: 27,
  "0": 0,
};

/** Elements of a string or character literal with quotes; undefined if it is malformed. */
export function readText(text: string): TextLiteral | undefined {
  const match = /^(L|u8|u|U)?(["'])([^]*)\2$/.exec(text);
  if (match === null) return undefined;
  const prefix = match[1] ?? "";
  const isBytes = prefix === "" || prefix === "u8";
  const units: number[] = [];
  const body = match[3]!;
  const pattern = /\\([0-7]{1,3}|x[0-9a-fA-F]+|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[^])|([^])/gu;
  for (const [, escape, plain] of body.matchAll(pattern)) {
    if (escape === undefined) addCodePoint(units, plain!.codePointAt(0)!, prefix, isBytes);
    else if (/^[0-7]/.test(escape)) units.push(Number.parseInt(escape, 8));
    else if (/^x[0-9a-fA-F]/.test(escape))
      units.push(Number(BigInt.asUintN(32, BigInt(`0${escape}`))));
    else if (/^[uU][0-9a-fA-F]{4}/.test(escape))
      addCodePoint(units, Number.parseInt(escape.slice(1), 16), prefix, isBytes);
    else units.push(simpleEscapes[escape] ?? escape.charCodeAt(0));
  }
  return { units, prefix };
}

function addCodePoint(units: number[], point: number, prefix: string, isBytes: boolean): void {
  if (point < 128 || prefix === "L" || prefix === "U") {
    units.push(point);
  } else if (isBytes) {
    addUtf8(units, point);
  } else {
    const text = String.fromCodePoint(Math.min(point, 0x10ffff));
    for (let index = 0; index < text.length; index++) units.push(text.charCodeAt(index));
  }
}

function addUtf8(units: number[], point: number): void {
  const tail = (shift: number): number => 0x80 | ((point >> shift) & 0x3f);
  if (point < 0x800) units.push(0xc0 | (point >> 6), tail(0));
  else if (point < 0x10000) units.push(0xe0 | (point >> 12), tail(6), tail(0));
  else units.push(0xf0 | (point >> 18), tail(12), tail(6), tail(0));
}

/** A character constant: one element, or several packed as gcc does, as an `int` that holds signed chars. */
export function readCharacter(
  text: string,
): { readonly value: bigint; readonly prefix: string } | undefined {
  const literal = readText(text);
  if (literal === undefined || literal.units.length === 0) return undefined;
  const { units, prefix } = literal;
  if (prefix !== "") return { value: BigInt(units.at(-1)!), prefix };
  if (units.length === 1) return { value: BigInt.asIntN(8, BigInt(units[0]!)), prefix };
  const packed = units.slice(-4).reduce((value, unit) => (value << 8n) | BigInt(unit & 255), 0n);
  return { value: BigInt.asIntN(32, packed), prefix };
}
