// The words of the scenario language in the positions where the grammar (language.md section 11) has them, each with the form that
// completion inserts.

/** A word, what it is for, and the snippet that writes it with what must follow. */
export type WordForm = readonly [word: string, detail: string, form?: string];

export const ITEMS: readonly WordForm[] = [
  ["kernel", "the kernel profile", 'kernel "${1:linux-6.18}";'],
  ["machine", "the simulated machine", "machine { cpus = ${1:2}; }"],
  ["thread", "a thread, or several", "thread ${1:worker}[${2:2}] {\n\t$0\n}"],
  ["percpu", "one object for each CPU", "percpu ${1:struct counter} ${2:name};"],
  ["schedule", "an exact order of steps", "schedule ${1:name} {\n\t$0\n}"],
  ["invariant", "must hold after every step", "invariant ${1:name} { $0 }"],
  ["finally", "runs once when every thread has ended", "finally { assert($1); }"],
  ["expect", "what the scenario is supposed to do"],
  ["check", "switches built-in properties", "check { ${1:private_access} = ${2:off}; }"],
];

export const MACHINE_KEYS: readonly WordForm[] = [
  ["cpus", "CPUs, 1 to 64; default 2", "cpus = ${1:2};"],
  ["nodes", "NUMA node of each CPU; default all 0", "nodes = { ${1:0, 0} };"],
  ["cache_line", "bytes; default 64", "cache_line = ${1:64};"],
  ["slice", "instructions in a time slice; default 64", "slice = ${1:64};"],
  [
    "slice_extension",
    "instructions that a granted extension gives; default 4",
    "slice_extension = ${1:4};",
  ],
  ["target", "data model, byte order and signature", 'target = "${1:x86_64-linux}";'],
  ["libc", "glibc registers each thread, none does not", "libc = ${1|glibc,none|};"],
  ["rseq_len", "the length that libc registers", "rseq_len = ${1:32};"],
  [
    "unmap_on_exit",
    "a thread's areas are unmapped when it exits",
    "unmap_on_exit = ${1|true,false|};",
  ],
];

export const KERNEL_KEYS: readonly WordForm[] = [
  ["align", "AT_RSEQ_ALIGN", "align = ${1:32};"],
  ["feature_size", "AT_RSEQ_FEATURE_SIZE", "feature_size = ${1:28};"],
  ["shared_feature_size", "AT_RSEQ_SHARED_FEATURE_SIZE", "shared_feature_size = ${1:8};"],
  ["debug", "CONFIG_DEBUG_RSEQ, rseq_debug", "debug = ${1|true,false|};"],
];

export const PROPERTIES: readonly WordForm[] = [
  ["private_access", "one thread's code touches a private byte of another's area"],
  ["deadlock", "a live thread can never run again"],
  ["livelock", "aborts go on forever and nobody commits"],
  ["segv", "the kernel kills a thread, or it takes SIGILL or SIGFPE"],
  ["unmapped", "an access outside mapped memory or against its protection"],
  ["uninitialised", "a read of automatic storage that was never written"],
  ["misaligned_atomic", "an atomic access that is not naturally aligned"],
];

export const CHECK_VALUES: readonly WordForm[] = [
  ["on", "the property is checked"],
  ["off", "the property is not checked"],
  ["adversarial", "livelock: cycles with injected events count too"],
];

export const EXPECT_WORDS: readonly WordForm[] = [
  ["violation", "a property is violated", "violation ${1:name};"],
  ["kill", "the kernel kills a thread", "kill ${1:worker[0]} ${2:SIGSEGV};"],
  ["aborts", "a thread aborts so often", "aborts ${1:worker[0]} ${2:==} ${3:1};"],
];

export const CLAUSES: readonly WordForm[] = [
  ["on", "the CPU that it starts on", "on ${1:0}"],
  ["affinity", "the CPUs that it may run on", "affinity { ${1:0} }"],
  ["signal", "handlers that may strike it", "signal ${1:handler}"],
];

export const POLICIES: readonly WordForm[] = [
  ["round_robin", "each CPU in turn takes a step", "round_robin(slice = ${1:64});"],
  [
    "random",
    "random steps and events from a seed",
    "random(seed = ${1:1}, preempt = ${2:10}%, migrate = ${3:5}%, signal = ${4:0}%);",
  ],
];

export const POLICY_ARGUMENTS: readonly WordForm[] = [
  ["slice", "round_robin: instructions of a time slice", "slice = ${1:64}"],
  ["seed", "random: where the numbers start; default 1", "seed = ${1:1}"],
  ["preempt", "random: how often; default 10%", "preempt = ${1:10}%"],
  ["migrate", "random: how often; default 5%", "migrate = ${1:5}%"],
  ["signal", "random: how often; default 0%", "signal = ${1:0}%"],
];

export const SCRIPT_ITEMS: readonly WordForm[] = [
  ["run", "instructions of a thread, to a place, or to its end", "run "],
  ["dispatch", "the thread becomes the running one of its CPU", "dispatch "],
  ["preempt", "the thread leaves its CPU", "preempt "],
  ["migrate", "the thread belongs to another CPU", "migrate "],
  ["signal", "queues a handler for a thread", "signal "],
  ["wake", "completes a thread's sleep or fault", "wake "],
  ["pageout", "the page is absent", "pageout "],
  ["tick", "the time slice of a CPU ends", "tick ${1:0};"],
  ["membarrier", "aborts the sections that run on the CPUs", "membarrier ${1:0};"],
  ["set", "a write from outside, as a debugger makes it", "set "],
  ["repeat", "the items so often", "repeat ${1:2} {\n\t$0\n}"],
];

export const STATEMENTS: readonly WordForm[] = [
  [
    "critical",
    "a restartable critical section",
    "critical (${1:cpu}) abort ${2:retry} {\n\t$0\n\tcommit ${3:target} = ${4:value};\n}",
  ],
  ["commit", "the committing store, last in its section", "commit ${1:target} = ${2:value};"],
  ["assert", "violates `assert` unless it holds", "assert(${1:condition});"],
  ["if", "", "if (${1:condition}) $0"],
  ["while", "", "while (${1:condition}) $0"],
  ["for", "", "for (${1:start}; ${2:condition}; ${3:step}) $0"],
  ["do", "", "do {\n\t$0\n} while (${1:condition});"],
  ["switch", "", "switch (${1:value}) {\n\t$0\n}"],
  ["goto", "", "goto "],
  ["break", "", "break;"],
  ["continue", "", "continue;"],
  ["return", "", "return "],
];

export const THREAD_MEMBERS: readonly WordForm[] = [
  ["rseq", "its private area"],
  ["rseq_shared", "its shared area; null where the profile has none"],
  ["cpu", "the CPU that it belongs to"],
  ["running", "whether it is the running thread of its CPU"],
  ["tid", "its thread id"],
  ["aborts", "how often its sections were aborted"],
  ["commits", "how often its sections were committed"],
  ["in", "whether it is inside a section", "in(${1:section})"],
];
