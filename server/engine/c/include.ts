// Where an `#include` looks, as the compilers do: a quoted name next to the including file, then the include paths in order.

/** A path without `.` and `a/..`; a leading `/` and leading `..` stay. */
export function normalizePath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "." || (part === "" && 0 < parts.length)) continue;
    if (part === ".." && 0 < parts.length && parts.at(-1) !== ".." && parts.at(-1) !== "")
      parts.pop();
    else parts.push(part);
  }
  return parts.join("/");
}

/** Paths at which the header may be, in search order. `after` skips the include paths up to that index (`#include_next`). */
export function includeCandidates(
  name: string,
  isQuoted: boolean,
  includerPath: string,
  includePaths: readonly string[],
  after: number,
): readonly { readonly path: string; readonly index: number }[] {
  if (name.startsWith("/")) return [{ path: normalizePath(name), index: -1 }];
  const candidates: { path: string; index: number }[] = [];
  if (isQuoted && after < 0) {
    const folderEnd = includerPath.lastIndexOf("/") + 1;
    candidates.push({ path: normalizePath(includerPath.slice(0, folderEnd) + name), index: -1 });
  }
  for (const [index, folder] of includePaths.entries()) {
    if (after < index) candidates.push({ path: normalizePath(`${folder}/${name}`), index });
  }
  return candidates;
}

const standardHeaders: ReadonlySet<string> = new Set(
  (
    "assert complex ctype errno fenv float inttypes iso646 limits locale math setjmp signal stdalign stdarg stdatomic " +
    "stdbit stdbool stdckdint stddef stdint stdio stdlib stdnoreturn string tgmath threads time uchar wchar wctype"
  ).split(" "),
);

/** Headers whose usual names are known without them (rules.md): the kernel's, standard C's, `<sys/rseq.h>`. */
export function isKnownHeader(name: string): boolean {
  if (/^(linux|asm|asm-generic)\//.test(name) || name === "sys/rseq.h") return true;
  const match = /^([a-z0-9_]+)\.h$/.exec(name);
  return match !== null && standardHeaders.has(match[1]!);
}
