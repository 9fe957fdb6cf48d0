/* SPDX-License-Identifier: GPL-2.0+ WITH Linux-syscall-note */
/*
 * Fixture: written from the description of the ABI, not copied.
 * Source: the mail of Mathieu Desnoyers of 2023-05-30 10:25 (proposal A), with the fields of 6.3
 * and the sched_state of the RFC; its attributes closed and its members named.
 */
#ifndef _UAPI_LINUX_RSEQ_H
#define _UAPI_LINUX_RSEQ_H

/*
 * linux/rseq.h
 *
 * Restartable sequences system call API
 */

#include <linux/types.h>
#include <asm/byteorder.h>

enum rseq_cpu_id_state {
	RSEQ_CPU_ID_UNINITIALIZED		= -1,
	RSEQ_CPU_ID_REGISTRATION_FAILED		= -2,
};

enum rseq_flags {
	RSEQ_FLAG_UNREGISTER = (1 << 0),
};

enum rseq_cs_flags_bit {
	RSEQ_CS_FLAG_NO_RESTART_ON_PREEMPT_BIT	= 0,
	RSEQ_CS_FLAG_NO_RESTART_ON_SIGNAL_BIT	= 1,
	RSEQ_CS_FLAG_NO_RESTART_ON_MIGRATE_BIT	= 2,
};

enum rseq_cs_flags {
	RSEQ_CS_FLAG_NO_RESTART_ON_PREEMPT	=
		(1U << RSEQ_CS_FLAG_NO_RESTART_ON_PREEMPT_BIT),
	RSEQ_CS_FLAG_NO_RESTART_ON_SIGNAL	=
		(1U << RSEQ_CS_FLAG_NO_RESTART_ON_SIGNAL_BIT),
	RSEQ_CS_FLAG_NO_RESTART_ON_MIGRATE	=
		(1U << RSEQ_CS_FLAG_NO_RESTART_ON_MIGRATE_BIT),
};

/*
 * struct rseq_cs is aligned on 4 * 8 bytes to ensure it is always
 * contained within a single cache-line. It is usually declared as
 * link-time constant data.
 */
struct rseq_cs {
	/* Version of this structure. */
	__u32 version;
	/* enum rseq_cs_flags */
	__u32 flags;
	__u64 start_ip;
	/* Offset from start_ip. */
	__u64 post_commit_offset;
	__u64 abort_ip;
} __attribute__((aligned(4 * sizeof(__u64))));

/*
 * Fields of the first part are loaded and stored by the registering
 * thread only, those of the second part by any thread.
 */
struct rseq {
	struct rseq_local {
		__u32 cpu_id_start;
		__u32 cpu_id;
		__u64 rseq_cs;
		__u32 flags;
		__u32 node_id;
		__u32 mm_cid;
		__u32 __reserved;
	} local __attribute__((aligned(256)));
	struct rseq_shared {
		/* Hint of the scheduler: whether the thread runs on a CPU. */
		__u32 sched_state;
		__u32 __reserved;
	} shared __attribute__((aligned(256)));
} __attribute__((aligned(256)));

#endif /* _UAPI_LINUX_RSEQ_H */
