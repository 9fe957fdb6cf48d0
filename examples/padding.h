// A layout mistake in a shared area: bytes that no field covers, before the underlined member. The light bulb offers the fix.
// Hover over sched_state: its offset and size, who writes it, who may read it, and what its values mean.
// Try: apply the fix; or make priority a __u32, which fills the hole, too.
#include <linux/types.h>

struct rseq_shared {
	__u32 sched_state;
	__u8 priority;
	__u32 deadline;
	__u32 __reserved;
};
