/* SPDX-License-Identifier: BSD-3-Clause */
/* progress.h - how far a long job has come. */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <stdint.h>

/* `done` bytes of `total` (0: unknown) are read.  Shows nothing in the first second or off a
 * terminal. */
void progress_show(uint64_t done, uint64_t total);

/* Takes the line away, so that something else may be written. */
void progress_clear(void);

#endif
