// Scenarios that the debugger's tests share; they read like the ones that users write.

/** The counter of the language's first page, with a schedule that moves worker[0] away inside of its section. */
export const COUNTER = `kernel "linux-6.18";
machine { cpus = 2; }

struct counter { u64 value; } __attribute__((aligned(64)));
percpu struct counter hits;

void increment(void)
{
    u32 cpu;
retry:
    cpu = rseq->cpu_id_start;
    critical (cpu) abort retry {
        u64 v = hits[cpu].value;
        commit hits[cpu].value = v + 1;
    }
}

thread worker[2] {
    increment();
    increment();
}

schedule lost_update {
    run worker[0] to increment:commit;
    migrate worker[0] to 1;
    run worker[0] to increment:retry;
    run all;
}

finally { assert(hits[0].value + hits[1].value == 4); }
`;

/** Lines of COUNTER that tests name. */
export const LINE = { cpu: 11, critical: 12, load: 13, commit: 14, first: 19, second: 20 } as const;

/** A waiter that looks whether the owner runs. */
export const SHARED = `kernel "proposal-shared-flag";

struct rseq_shared *owner;
u32 seen;

thread holder {
    owner = rseq_shared;
    seen = 1;
    seen = 2;
}

thread waiter {
    while (!READ_ONCE(owner)) cpu_relax();
    u32 state = owner->sched_state;
    seen = state;
}
`;

/** Fails: the second thread reads a private field of the first. */
export const PRYING = `kernel "linux-6.18";
struct rseq *other;
u32 stolen;

thread victim { other = rseq; }
thread thief {
    while (!READ_ONCE(other)) cpu_relax();
    stolen = other->cpu_id;
}
`;

/** Never ends. */
export const ENDLESS = `kernel "linux-6.18";
u64 turns;
thread spinner { for (;;) turns = turns + 1; }
`;

/** Its schedule asks for something that cannot be. */
export const UNREACHABLE = `kernel "linux-6.18";
u32 x;
thread a { x = 1; again: x = 2; }
schedule twice { run a to a:again; run a to a:again; }
`;
