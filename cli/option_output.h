/* SPDX-License-Identifier: BSD-3-Clause */
/* option_output.h - what the options about output set. */
#ifndef CLI_OPTION_OUTPUT_H
#define CLI_OPTION_OUTPUT_H

#include "options.h"

/* Each takes the value of one option; a wrong one ends the program. */
void option_set_dialect(struct options *o, const char *value);
void option_set_undo(struct options *o, const char *value);
void option_set_output(struct options *o, const char *value);
void option_set_in_place(struct options *o, const char *value);
void option_add_as(struct options *o, const char *value);
void option_set_outside(struct options *o, const char *value);
void option_set_suffix(struct options *o, const char *value);
void option_set_digits(struct options *o, const char *value);
void option_set_histogram(struct options *o, const char *value);
void option_set_json(struct options *o, const char *value);
void option_set_json_lines(struct options *o, const char *value);

#endif
