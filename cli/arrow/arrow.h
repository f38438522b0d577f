/* SPDX-License-Identifier: BSD-3-Clause */
/* arrow.h - the table format of Arrow IPC, streams and files. */
#ifndef CLI_ARROW_ARROW_H
#define CLI_ARROW_ARROW_H

extern const struct format arrow_format;

#endif
