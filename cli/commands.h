/* SPDX-License-Identifier: BSD-3-Clause */
/* commands.h - what the program can do. */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

#include "options.h"

void run_fit(const struct options *options);
void run_transform(const struct options *options);
void run_inverse(const struct options *options);
void run_stats(const struct options *options);
void run_sample(const struct options *options);

#endif
