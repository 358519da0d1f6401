"""The numbers of the system calls that the filter (``seccomp``) knows, and how it treats each.

Numbers are (x86-64, AArch64), from the kernel's own tables (``asm/unistd_64.h``,
``asm-generic/unistd.h``); None where the architecture has no such call.
"""

Numbers = tuple[int | None, int | None]

ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}  # column, AUDIT_ARCH

# never needed, in either kind of wall
REFUSED: dict[str, Numbers] = {
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "pidfd_getfd": (438, 438),
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "fsopen": (430, 430),
    "fsmount": (432, 432),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "mount_setattr": (442, 442),
    "open_by_handle_at": (304, 265),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "kexec_load": (246, 104),
    "swapon": (167, 224),
    "quotactl": (179, 60),
    "acct": (163, 89),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "semget": (64, 190),
    "msgget": (68, 186),
    "vmsplice": (278, 75),
    "landlock_create_ruleset": (444, 444),  # one could hold millions of rules
    "landlock_add_rule": (445, 445),
    "landlock_restrict_self": (446, 446),
    "inotify_init": (253, 26),
    "inotify_init1": (294, 26),
    "fanotify_init": (300, 262),
    "epoll_create": (213, None),  # what it watches is kernel memory, up to a gigabyte for each user
    "epoll_create1": (291, 20),
    "io_setup": (206, 0),  # the whole machine shares one limit on its requests
    "seccomp": (317, 277),  # filters are kernel memory, and all of a machine's share one limit
    "syslog": (103, 116),  # the machine's messages, which some machines let any user read
}
# these are told that it is done, and it is not. Linux shares the processor between sessions
# ("autogroup", sched(7)), however many processes each has, and a submission has one session. Who
# has the disk flushed in a loop keeps all others waiting for it, the gradebook, too.
IGNORED: dict[str, Numbers] = {
    "setsid": (112, 157),
    "sync": (162, 81),
    "syncfs": (306, 267),
    "fsync": (74, 82),
    "fdatasync": (75, 83),
    "sync_file_range": (277, 84),
    "msync": (26, 227),
}

# allowed or refused by their arguments
CLONE: Numbers = (56, 220)
CLONE3: Numbers = (435, 435)
PWRITEV2: Numbers = (328, 287)
SOCKET: Numbers = (41, 198)
FCNTL: Numbers = (72, 25)
MMAP: Numbers = (9, 222)
SETSOCKOPT: Numbers = (54, 208)
PRCTL: Numbers = (157, 167)

# Behind Landlock alone the submission shares the machine, so more is refused there: what reaches
# other processes, their memory and messages, and a socket's way out.
REFUSED_WHERE_SHARED: dict[str, Numbers] = {
    "connect": (42, 203),
    "bind": (49, 200),
    "listen": (50, 201),
    "shmat": (30, 196),
    "shmctl": (31, 195),
    "semop": (65, 193),
    "semtimedop": (220, 192),
    "semctl": (66, 191),
    "msgsnd": (69, 189),
    "msgrcv": (70, 188),
    "msgctl": (71, 187),
    "mq_open": (240, 180),
    "mq_unlink": (241, 181),
    "process_madvise": (440, 440),
    "process_mrelease": (448, 448),
    "pidfd_open": (434, 434),
    "pidfd_send_signal": (424, 424),
    "kcmp": (312, 272),
    "migrate_pages": (256, 238),
    "move_pages": (279, 239),
    "get_robust_list": (274, 100),
    "name_to_handle_at": (303, 264),
    "ioprio_set": (251, 30),
    "setxattr": (188, 5),  # Landlock protects a file's contents, not its attributes
    "lsetxattr": (189, 6),
    "fsetxattr": (190, 7),
    "removexattr": (197, 14),
    "lremovexattr": (198, 15),
    "fremovexattr": (199, 16),
    "setxattrat": (463, 463),
    "removexattrat": (466, 466),
    "file_setattr": (469, 469),
}
# these seem to succeed and do nothing: setting the rights, owner and times of files (copying a file
# does that), and leaving the process group, which is killed as a whole
IGNORED_WHERE_SHARED: dict[str, Numbers] = {
    "setpgid": (109, 154),
    "chmod": (90, None),
    "fchmod": (91, 52),
    "fchmodat": (268, 53),
    "fchmodat2": (452, 452),
    "chown": (92, None),
    "fchown": (93, 55),
    "lchown": (94, None),
    "fchownat": (260, 54),
    "utime": (132, None),
    "utimes": (235, None),
    "futimesat": (261, None),
    "utimensat": (280, 88),
}
# the first argument is a process or thread: only 0, the caller itself, is allowed
OF_A_PROCESS: dict[str, Numbers] = {
    "sched_setaffinity": (203, 122),
    "sched_setscheduler": (144, 119),
    "sched_setparam": (142, 118),
    "sched_setattr": (314, 274),
    "prlimit64": (302, 261),
}
SETPRIORITY: Numbers = (141, 140)
SOCKETPAIR: Numbers = (53, 199)
IOCTL: Numbers = (16, 29)
OPEN: Numbers = (2, None)
OPENAT: Numbers = (257, 56)
OPENAT2: Numbers = (437, 437)
# signals, where this version of Landlock does not restrict them: only to this process and its group
KILL: Numbers = (62, 129)
TGKILL: Numbers = (234, 131)
SIGNALS: dict[str, Numbers] = {
    "tkill": (200, 130),
    "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
}
# emptying a file that may only be read, where this version of Landlock does not forbid it
TRUNCATE: Numbers = (76, 45)
