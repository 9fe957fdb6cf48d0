// The arguments of a request as they came: anything may be missing or of the wrong kind. Reading a value that is not what the
// protocol promises is an error response that names it, never a crash later.
import { ERROR_ARGUMENT, Failure } from "./failure.ts";

export class Arguments {
  readonly #values: Readonly<Record<string, unknown>>;
  /** Leads to these arguments in messages: `setBreakpoints`, `setBreakpoints.breakpoints[2]`. */
  readonly #path: string;

  constructor(values: unknown, path: string) {
    this.#path = path;
    if (values === undefined) {
      this.#values = {};
      return;
    }
    if (!isObject(values)) throw new Failure(ERROR_ARGUMENT, `'${path}' must be an object.`);
    this.#values = values;
  }

  has(name: string): boolean {
    return this.#get(name) !== undefined;
  }

  string(name: string): string {
    return this.optionalString(name) ?? this.#missing(name, "a string");
  }

  optionalString(name: string): string | undefined {
    const value = this.#get(name);
    if (value === undefined || typeof value === "string") return value;
    return this.#wrong(name, "a string");
  }

  integer(name: string): number {
    return this.optionalInteger(name) ?? this.#missing(name, "a whole number");
  }

  optionalInteger(name: string): number | undefined {
    const value = this.#get(name);
    if (value === undefined) return undefined;
    if (typeof value === "number" && Number.isSafeInteger(value)) return value;
    return this.#wrong(name, "a whole number");
  }

  /** A whole number that is not negative. */
  optionalCount(name: string): number | undefined {
    const value = this.optionalInteger(name);
    if (value !== undefined && value < 0) return this.#wrong(name, "0 or more");
    return value;
  }

  boolean(name: string, fallback: boolean): boolean {
    const value = this.#get(name);
    if (value === undefined) return fallback;
    return typeof value === "boolean" ? value : this.#wrong(name, "true or false");
  }

  /** The value if it is true or false, for members that may also be something else. */
  booleanOf(name: string): boolean | undefined {
    const value = this.#get(name);
    return typeof value === "boolean" ? value : undefined;
  }

  /** The arguments inside an object; all absent if the object is. */
  object(name: string): Arguments {
    return new Arguments(this.#get(name), `${this.#path}.${name}`);
  }

  objects(name: string): readonly Arguments[] {
    return this.#list(name).map(
      (value, index) => new Arguments(value ?? false, `${this.#path}.${name}[${index}]`),
    );
  }

  strings(name: string): readonly string[] {
    return this.#list(name).map((value, index) =>
      typeof value === "string" ? value : this.#wrong(`${name}[${index}]`, "a string"),
    );
  }

  integers(name: string): readonly number[] {
    return this.#list(name).map((value, index) =>
      typeof value === "number" && Number.isSafeInteger(value)
        ? value
        : this.#wrong(`${name}[${index}]`, "a whole number"),
    );
  }

  /** One of a few words; undefined if absent. */
  word<Word extends string>(name: string, words: readonly Word[]): Word | undefined {
    const value = this.optionalString(name);
    if (value === undefined) return undefined;
    return (
      words.find((word) => word === value) ??
      this.#wrong(name, words.map((word) => `'${word}'`).join(" or "))
    );
  }

  /** Names and values of an object, for settings with free names. */
  entries(name: string): readonly (readonly [string, unknown])[] {
    const value = this.#get(name);
    if (value === undefined) return [];
    return isObject(value) ? Object.entries(value) : this.#wrong(name, "an object");
  }

  #get(name: string): unknown {
    // Clients written in other languages send null for what is absent.
    const value = Object.hasOwn(this.#values, name) ? this.#values[name] : undefined;
    return value === null ? undefined : value;
  }

  #list(name: string): readonly unknown[] {
    const value = this.#get(name);
    if (value === undefined) return [];
    return Array.isArray(value) ? value : this.#wrong(name, "a list");
  }

  #missing(name: string, what: string): never {
    throw new Failure(ERROR_ARGUMENT, `'${this.#path}' needs '${name}', ${what}.`);
  }

  #wrong(name: string, what: string): never {
    throw new Failure(ERROR_ARGUMENT, `'${this.#path}.${name}' must be ${what}.`);
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
