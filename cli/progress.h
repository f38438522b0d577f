/* SPDX-License-Identifier: BSD-3-Clause */
/* progress.h - how far a long job has come. */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <stdint.h>

/*
 * progress_show() says that `done` bytes of `total` are read or written; 0 stands for a total that
 * is not known.  It shows nothing in the first second, and nothing where there is no terminal.
 */
void progress_show(uint64_t done, uint64_t total);

/* progress_clear() takes the line away, so that something else may be written. */
void progress_clear(void);

#endif
