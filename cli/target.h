/* SPDX-License-Identifier: BSD-3-Clause */
/* target.h - where an output leads. */
#ifndef CLI_TARGET_H
#define CLI_TARGET_H

/*
 * target_find() follows the symbolic links of a path and returns where they lead, to be freed.  If
 * that is a descriptor, as /dev/stdout and /proc/self/fd/3 are, or a file that is standard output
 * or standard error at the same time, it sets *descriptor to it, and to -1 otherwise: to replace
 * such a file would lose what others write there.
 */
char *target_find(const char *path, int *descriptor);

#endif
