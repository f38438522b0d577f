/* SPDX-License-Identifier: BSD-3-Clause */
/* report_parts.h - what the reports of fit and stats share. */
#ifndef CLI_REPORT_PARTS_H
#define CLI_REPORT_PARTS_H

#include <stdbool.h>
#include <stddef.h>

#include "json.h"

struct bell_inference;
struct bell_model;
struct fit_list;
struct grid;
struct output;
struct source;

/*
 * report_add_name() adds the name of a column and that of a group, which may be NULL.  A name that
 * is not UTF-8 has its bytes beside it, as in a model.
 */
void report_add_name(cJSON *item, const char *name, const char *group);

/*
 * The report begins, has one item for each column, or one for each of its groups, then the names of
 * the columns of text and, unless `by` is NULL, that of the groups, then maybe more, and ends.
 */
void report_json_begin(struct output *out);
void report_json_item(cJSON *item, bool first, struct output *out);
void report_json_skipped(const struct source *s, const char *by, struct output *out);
void report_json_end(struct output *out);

/*
 * report_add_head() starts a table with n titles; that of the groups, unless `by` is NULL, is the
 * second one.
 */
void report_add_head(struct grid *g, const char *by, const char *const *head, size_t n);

/* report_method() returns the method that was chosen for a column, or that of its transform. */
const char *report_method(const struct bell_model *model, size_t column);

/*
 * report_candidates() returns the candidates of a column as an array, and report_explain() prints
 * those of all columns, a table for each.
 */
cJSON *report_candidates(const struct bell_model *model, size_t column);
void report_explain(const struct fit_list *fits, struct output *out);

/*
 * report_skipped() returns what is told of the columns of text on standard error, or NULL if there
 * is nothing.  JSON has their names; but that a column may be read as numbers after all is told
 * there, too.
 */
char *report_skipped(const struct source *s, bool json);

/*
 * report_add_inference() adds the interval of a level to a column, and with `tests` the standard
 * error, the tests and the nice lambda, which report_tests_table() prints for all columns.
 */
void report_add_inference(cJSON *item, const struct bell_inference *found, bool tests);
void report_tests_table(const struct fit_list *fits, struct output *out);

#endif
