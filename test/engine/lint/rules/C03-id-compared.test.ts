import { test } from "vitest";
import { checkLint, checkSilent } from "../../../support/check-lint.ts";

/** A scenario whose function has these statements. */
function scenario(statements: string): string {
  return `kernel "linux-6.18";
struct counter { u64 value; };
percpu struct counter hits;
void increment(void)
{
${statements}
}
thread worker { increment(); }
`;
}

/** The raw form; `compare` stands first in the section. */
function raw(compare: string, store: string): string {
  return scenario(`    static struct rseq_cs increment_cs = {
        .start_ip = (u64)&&start,
        .post_commit_offset = (u64)&&done - (u64)&&start,
        .abort_ip = (u64)&&aborted,
    };
    u32 cpu;
retry:
    cpu = rseq->cpu_id_start;
    rseq->rseq_cs = (u64)&increment_cs;
start:
${compare}
${store}
done:
    return;
aborted: __attribute__((rseq_signature(RSEQ_SIG)))
    goto retry;`);
}

const settings = { path: "test.rseq" };

test("a raw section that indexes by the cpu without comparing it", () => {
  checkLint(
    "C03",
    settings,
    raw(
      "",
      `    hits[cpu].value = 1;
       //^^^ error: The section from 'start' to 'done' indexes by 'cpu' without comparing it with cpu_id`,
    ),
  );
});

test("with the comparison, or without an index, it is silent", () => {
  checkSilent(
    settings,
    raw("    if (rseq->cpu_id != cpu) goto retry;", "    hits[cpu].value = 1;"),
    "C03",
  );
  checkSilent(settings, raw("", "    hits[0].value = 1;"), "C03");
});

test("a short section that compares one variable and indexes by another", () => {
  checkLint(
    "C03",
    settings,
    scenario(`    u32 old = rseq->cpu_id_start;
    u32 cpu;
retry:
    cpu = rseq->cpu_id_start;
    critical (cpu) abort retry {
      commit hits[old].value = 1;
                //^^^ error: The section compares 'cpu' and indexes by 'old', which may be another CPU.
    }`),
  );
});

test("an abort that does not read the id again", () => {
  checkLint(
    "C03",
    settings,
    scenario(`    u32 cpu = READ_ONCE(rseq->cpu_id_start);
retry:
    critical (cpu) abort retry { commit hits[cpu].value = 1; }
                       //^^^^^ error: An abort goes to 'retry', behind the load of 'cpu': after a migration the comparison fails again and again.`),
  );
});

test("an abort to the load, to a place behind the section, or to a jump is silent", () => {
  const load = "cpu = rseq->cpu_id_start;";
  const section = "critical (cpu) abort retry { commit hits[cpu].value = 1; }";
  checkSilent(settings, scenario(`u32 cpu; retry: ${load} ${section}`), "C03");
  checkSilent(settings, scenario(`u32 cpu = rseq->cpu_id_start; ${section} retry: ;`), "C03");
  checkSilent(
    settings,
    scenario(`u32 cpu; again: ${load} goto enter; retry: goto again; enter: ${section}`),
    "C03",
  );
});

test("an index that is no id of the area is silent", () => {
  checkSilent(
    settings,
    scenario(`    u32 cpu; u32 other = 1;
retry:
    cpu = rseq->cpu_id_start;
    critical (cpu) abort retry { hits[other].value = 2; commit hits[cpu].value = 1; }`),
    "C03",
  );
});
