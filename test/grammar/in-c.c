// SYNTAX TEST "source.c" "the rseq words in C"

struct rseq {
// <------ storage.type.struct.c
//     ^^^^ entity.name.type.rseq
    __u32 cpu_id_start;
//        ^^^^^^^^^^^^ variable.other.member.rseq
    __u32 mine;
//        ^^^^ - variable.other.member.rseq
};

int flags = RSEQ_CS_FLAG_NO_RESTART_ON_PREEMPT; // cpu_id
//          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ support.constant.rseq
//                                                 ^^^^^^ - variable.other.member.rseq
