/* SPDX-License-Identifier: BSD-3-Clause */
/* commands.h - what the program can do; main.c says what each is. */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

struct options;

void run_fit(const struct options *options);
void run_transform(const struct options *options);
void run_inverse(const struct options *options);
void run_stats(const struct options *options);
void run_report(const struct options *options);
void run_sample(const struct options *options);
void run_merge(const struct options *options);
void run_state(const struct options *options);
void run_show(const struct options *options);

#endif
