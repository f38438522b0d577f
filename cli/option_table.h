/* SPDX-License-Identifier: BSD-3-Clause */
/* option_table.h - what the options of every command that reads a table set. */
#ifndef CLI_OPTION_TABLE_H
#define CLI_OPTION_TABLE_H

#include "options.h"

/* option_add() adds a text to those of an option that may be repeated. */
void option_add(struct list *list, const char *item);

/* Each takes the value of one option; a wrong one ends the program. */
void option_add_columns(struct options *o, const char *value);
void option_add_exclude(struct options *o, const char *value);
void option_add_text(struct options *o, const char *value);
void option_add_numbers(struct options *o, const char *value);
void option_add_missing(struct options *o, const char *value);
void option_set_member(struct options *o, const char *value);
void option_set_encoding(struct options *o, const char *value);
void option_set_skip_lines(struct options *o, const char *value);
void option_set_comment(struct options *o, const char *value);
void option_set_delimiter(struct options *o, const char *value);
void option_set_decimal(struct options *o, const char *value);
void option_set_thousands(struct options *o, const char *value);
void option_set_strip(struct options *o, const char *value);
void option_set_bool(struct options *o, const char *value);
void option_set_header(struct options *o, const char *value);
void option_set_no_header(struct options *o, const char *value);

#endif
