/* SPDX-License-Identifier: BSD-3-Clause */
/* option_sample.h - what the options of sample set. */
#ifndef CLI_OPTION_SAMPLE_H
#define CLI_OPTION_SAMPLE_H

#include "options.h"

/* Each takes the value of one option; a wrong one ends the program. */
void option_set_count(struct options *o, const char *value);
void option_set_seed(struct options *o, const char *value);
void option_set_stream(struct options *o, const char *value);
void option_set_offset(struct options *o, const char *value);
void option_set_dtype(struct options *o, const char *value);
void option_set_mean(struct options *o, const char *value);
void option_set_sd(struct options *o, const char *value);

#endif
