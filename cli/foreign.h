/* SPDX-License-Identifier: BSD-3-Clause */
/* foreign.h - files of formats that are not read. */
#ifndef CLI_FOREIGN_H
#define CLI_FOREIGN_H

struct input;
struct options;

/*
 * foreign_refuse() ends the program if the first PROBE_SIZE bytes of the input are those of a
 * format that is known, but not read; it names the format and says what to do.  Text that only
 * looks like JSON is let through where an option names its delimiter.
 */
void foreign_refuse(const struct input *in, const struct options *options);

#endif
