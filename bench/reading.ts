// Reading C and laying it out, against the compilers: the running kernel's header, one header of 135 lines, and all of linux/*.h
// together. The sizes are compared with pahole's before anything is timed.

import { readFileSync } from "node:fs";
import {
  builtinHeader,
  layoutsOfFile,
  NEWEST_RELEASED,
  readUnit,
  targetNamed,
} from "../server/engine/index.ts";
import { engineCaller } from "./engine-call.ts";
import { benchFile, kernelHeader, systemHeader, userApi } from "./inputs.ts";
import {
  atMost,
  failedRow,
  type Family,
  numberText,
  PAIRS,
  ratioRow,
  type Row,
  skippedRow,
} from "./measure.ts";
import {
  BARE_NODE,
  type CommandLine,
  cpuNote,
  inTurn,
  ourCommand,
  outputOf,
  peaks,
  peers,
  runOnce,
  walls,
} from "./process.ts";

const SYNTAX = ["-w", "-DBPF_NO_PRESERVE_ACCESS_INDEX", "-fsyntax-only", "-xc"] as const;

export const kernelReading: Family = {
  name: "kernel",
  title: "The running kernel's header",
  measure: async () => {
    const title = "kernel header";
    const tools = peers("clang", "gcc", "pahole");
    if ("missing" in tools) return [skippedRow(title, tools.missing)];
    const input = kernelHeader();
    if ("missing" in input) return [skippedRow(title, input.missing)];
    const { file } = input;
    const object = benchFile("vmlinux.o");
    const debug: CommandLine = [
      tools.gcc,
      "-w",
      "-DBPF_NO_PRESERVE_ACCESS_INDEX",
      "-g",
      "-fno-eliminate-unused-debug-types",
      "-c",
      "-xc",
      file,
      "-o",
      object,
    ];
    runOnce(debug);
    const same = compareSizes(file, outputOf([tools.pahole, "-s", object]));
    if (same.difference !== undefined) return [failedRow(title, same.difference)];
    const callEngine = await engineCaller();
    const dumpFlags = ["-Xclang", "-fdump-record-layouts-complete"];
    const { cli, clang, dumped, gccPahole, engine, node } = await inTurn(
      {
        cli: () => runOnce(ourCommand("layout", file)),
        clang: () => runOnce([tools.clang, ...SYNTAX, file]),
        dumped: () => runOnce([tools.clang, ...SYNTAX, ...dumpFlags, file]),
        gccPahole: () => runOnce(debug, [tools.pahole, "-s", object]),
        engine: () => ({ wall: callEngine("layout", file).cold, cpu: 0, peak: 0 }),
        node: () => runOnce(BARE_NODE),
      },
      PAIRS.long,
    );
    const ours = { unit: "ms", ours: walls(cli) };
    const lines = readFileSync(file, "utf8").split("\n").length - 1;
    const size = `${numberText(lines)} lines, ${numberText(same.structs)} structs, all of pahole's sizes`;
    return [
      ratioRow({
        ...ours,
        name: "CLI, read and print all layouts",
        peer: walls(clang),
        peerName: "clang -fsyntax-only",
        goal: atMost(0.85),
        note: `${size}; ${cpuNote(cli, clang)}`,
      }),
      ratioRow({
        ...ours,
        name: "CLI, read and print all layouts",
        peer: walls(dumped),
        peerName: "clang, layouts dumped",
        goal: atMost(0.7),
        note: cpuNote(cli, dumped),
      }),
      ratioRow({
        ...ours,
        name: "CLI, read and print all layouts",
        peer: walls(gccPahole),
        peerName: "gcc -g, pahole -s",
        goal: atMost(0.25),
        note: cpuNote(cli, gccPahole),
      }),
      ratioRow({
        ...ours,
        name: "CLI, read and print all layouts",
        peer: walls(node),
        peerName: "node -e 0, the floor",
      }),
      ratioRow({
        name: "engine, cold, read and lay out all",
        unit: "ms",
        ours: walls(engine),
        peer: walls(clang),
        peerName: "clang -fsyntax-only",
        goal: atMost(0.5),
      }),
      ratioRow({
        name: "CLI, peak memory",
        unit: "MB",
        ours: peaks(cli),
        peer: peaks(clang),
        peerName: "clang -fsyntax-only",
        goal: atMost(1),
      }),
    ];
  },
};

export const smallReading: Family = {
  name: "headers",
  title: "linux/rseq.h, and all of linux/*.h together",
  measure: async () => [...(await rseqHeader()), ...(await allHeaders())],
};

async function rseqHeader(): Promise<readonly Row[]> {
  const title = "rseq.h";
  const input = systemHeader("linux/rseq.h");
  if ("missing" in input) return [skippedRow(title, input.missing)];
  const { file } = input;
  const callEngine = await engineCaller();
  const { cli, lint, node } = await inTurn(
    {
      cli: () => runOnce(ourCommand("layout", file)),
      lint: () => runOnce(ourCommand("lint", file)),
      node: () => runOnce(BARE_NODE),
    },
    PAIRS.short,
  );
  const against = { unit: "ms", peer: walls(node), peerName: "node -e 0", goal: atMost(1.25) };
  const floor = "clang and gcc need less than Node's start: out of reach";
  const rows = [
    ratioRow({ ...against, name: "rseq.h: CLI, layout", ours: walls(cli), note: floor }),
    ratioRow({ ...against, name: "rseq.h: CLI, lint", ours: walls(lint) }),
  ];
  const tools = peers("clang");
  if ("missing" in tools) return [...rows, skippedRow("rseq.h: engine, warm", tools.missing)];
  const { engine, clang } = await inTurn(
    {
      engine: () => callEngine("layout-warm", file).warm,
      clang: () => runOnce([tools.clang, ...SYNTAX, file]).wall,
    },
    PAIRS.short,
  );
  const row = ratioRow({
    name: "rseq.h: engine, warm, read and lay out all",
    unit: "ms",
    ours: engine,
    peer: clang,
    peerName: "clang -fsyntax-only",
    goal: atMost(0.05),
  });
  return [...rows, row];
}

async function allHeaders(): Promise<readonly Row[]> {
  const title = "linux/*.h: CLI, layout --all";
  const tools = peers("clang", "gcc");
  if ("missing" in tools) return [skippedRow(title, tools.missing)];
  const input = userApi(tools.clang);
  if ("missing" in input) return [skippedRow(title, input.missing)];
  const folders = includeFolders(tools.gcc).flatMap((folder) => ["--include", folder]);
  const { cli, clang } = await inTurn(
    {
      cli: () => runOnce(ourCommand("layout", "--all", ...folders, input.file)),
      clang: () => runOnce([tools.clang, ...SYNTAX, input.file]),
    },
    PAIRS.long,
  );
  const headers = readFileSync(input.file, "utf8").split("\n").length - 1;
  const row = ratioRow({
    name: title,
    unit: "ms",
    ours: walls(cli),
    peer: walls(clang),
    peerName: "clang -fsyntax-only",
    goal: atMost(1.5),
    note: `${headers} headers in one file; ${cpuNote(cli, clang)}`,
  });
  return [row];
}

/** Where gcc looks for `<…>`. */
function includeFolders(gcc: string): string[] {
  const folder = outputOf([gcc, "-print-file-name=include"]).trim();
  const machine = outputOf([gcc, "-print-multiarch"]).trim();
  return [folder, `/usr/include/${machine}`, "/usr/include"];
}

/** Every record that pahole prints must be one of ours, of its size. */
function compareSizes(
  file: string,
  pahole: string,
): { readonly structs: number; readonly difference: string | undefined } {
  const target = targetNamed("x86_64-linux");
  if (target === undefined) throw new Error("x86_64-linux is no target");
  const unit = readUnit({
    path: file,
    text: readFileSync(file, "utf8"),
    target,
    includePaths: [],
    defines: ["BPF_NO_PRESERVE_ACCESS_INDEX"],
    files: new Map(),
    builtinHeader: (name) => builtinHeader(NEWEST_RELEASED, name),
    prelude: "",
    hooks: {},
  });
  const sizes = new Map(
    layoutsOfFile(unit, file, { all: true }).map(({ name, size }) => [
      name.replace(/^(?:struct|union) /, ""),
      size,
    ]),
  );
  const rows = pahole.split("\n").filter((line) => line.includes("\t"));
  const different = rows.filter((line) => {
    const [name = "", size] = line.split("\t");
    return sizes.get(name) !== Number(size);
  });
  const [first] = different;
  return {
    structs: rows.length,
    difference:
      first === undefined
        ? undefined
        : `${different.length} of ${rows.length} sizes are not pahole's, first: ${first}`,
  };
}
