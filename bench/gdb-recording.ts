// gdb's `record full`: instructions recorded a second, bytes of an instruction, and the way from the last to the first. Commands are
// timed inside gdb's Python.

import { writeBenchFile } from "./inputs.ts";
import { outputOf } from "./process.ts";

export interface GdbRecording {
  readonly instructions: number;
  readonly perSecond: number;
  readonly bytes: number;
  /** Milliseconds of `record goto begin` from the end. */
  readonly toBegin: number;
}

const SCRIPT = `import gdb, json, re, time

def resident():
    with open("/proc/self/status") as status:
        return int(re.search(r"VmRSS:\\s+(\\d+) kB", status.read()).group(1)) * 1024

def timed(command):
    since = time.perf_counter()
    gdb.execute(command, to_string=True)
    return time.perf_counter() - since

for command in ("set pagination off", "set confirm off", "break main", "run",
                "set record full insn-number-max unlimited", "break finished", "record full"):
    gdb.execute(command, to_string=True)
before = resident()
recording = timed("continue")
growth = resident() - before
info = gdb.execute("info record", to_string=True)
instructions = int(re.search(r"contains (\\d+) instructions", info).group(1))
begin = timed("record goto begin")
print("RESULT " + json.dumps({"instructions": instructions, "perSecond": instructions / recording,
                              "bytes": growth / instructions, "toBegin": begin * 1000}))
gdb.execute("kill")
`;

/** Records a program from `main` to `finished`. */
export function gdbRecording(gdb: string, program: string): GdbRecording {
  const script = writeBenchFile("record.py", SCRIPT);
  const said = outputOf([gdb, "-q", "-nx", "-batch", "-x", script, program]);
  const result = /^RESULT (.*)$/m.exec(said)?.[1];
  if (result === undefined) throw new Error(`gdb has recorded nothing:\n${said}`);
  return JSON.parse(result) as GdbRecording;
}
