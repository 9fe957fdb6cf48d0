// Markdown as hovers use it: a two-column table of facts, code, and text whose special characters mean themselves.

/** One row: what, and its value; a row without a value is left out. */
export type Fact = readonly [label: string, value: string | undefined];

/** A table of facts; values may hold Markdown. */
export function factTable(facts: readonly Fact[]): string {
  const rows = facts.flatMap(([label, value]) =>
    value === undefined || value === "" ? [] : [`| ${label} | ${value.replaceAll("|", "\\|")} |`],
  );
  return ["| | |", "|---|---|", ...rows].join("\n");
}

export function code(text: string): string {
  return `\`${text}\``;
}

export function cBlock(text: string): string {
  return `\`\`\`c\n${text.trimEnd()}\n\`\`\``;
}

/** Paragraphs, empty ones left out. */
export function paragraphs(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== "").join("\n\n");
}
