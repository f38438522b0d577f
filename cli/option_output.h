/* SPDX-License-Identifier: BSD-3-Clause */
/* option_output.h - what the options about output set. */
#ifndef CLI_OPTION_OUTPUT_H
#define CLI_OPTION_OUTPUT_H

#include "options.h"

/* Each takes the value of one option; a wrong one ends the program. */
void option_set_dialect(struct options *o, const char *value);
void option_set_undo(struct options *o, const char *value);

#endif
