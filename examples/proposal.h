// The private/shared split as it was proposed on the kernel's mailing list (2023-05-30), with example fields: three findings, three fixes.
// Hover over sched_state once the parts have names: it is shared, at offset 256, away from what its owner stores to.
// Try: apply the fixes one by one, in any order; then move sched_state into the first part and see what the linter says.
#include <linux/types.h>

struct rseq {
	struct rseq_local {
		__u32 cpu_id_start;
		__u32 cpu_id;
		__u64 rseq_cs;
		__u32 flags;
		__u32 node_id;
		__u32 mm_cid;
		__u32 __reserved;
	} __attribute__((aligned((256));
	struct rseq_shared {
		__u32 sched_state;
		__u32 __reserved;
	} __attribute__((aligned(256)));
} __attribute__((aligned(256)));
