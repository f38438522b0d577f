/* SPDX-License-Identifier: BSD-3-Clause */
/* report.h - results for people and, as JSON, for programs. */
#ifndef CLI_REPORT_H
#define CLI_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <bellshape/model.h>
#include <bellshape/profile.h>
#include <bellshape/verdict.h>

#include "bars.h"
#include "output.h"

struct source;

/* The histograms of a column before and after its transform. */
struct both_bars {
	struct bars before, after;
};

/* A report that is complete but not printed as yet. */
struct report {
	struct output out;
	char *skipped; /* for standard error: which columns were left out, and why; or NULL */
};

/* The fits of a table: a model, or one for each group, and all of them have the same columns. */
struct fit_list {
	const char *by;     /* the column that parts the rows, or NULL: there is one group */
	char *const *group; /* the names of the groups, if there is such a column */
	struct bell_model *const *model;
	struct bell_verdicts *const *verdicts; /* on each column of each model */
	/* Of each column of each model, where intervals of a level or tests are asked for. */
	struct bell_inference *const *inference;
	size_t groups;
	enum bell_method method; /* the one that was asked for */
	bool best;               /* whether the methods were chosen */
	bool explain;            /* whether the candidates follow */
	enum bell_criterion criterion;
	bool kurtosis;
	bool tests;
	bool robust;
	bool skip; /* whether columns are left alone that have such a verdict */
	/* Of column i in group g at [g * columns + i]; NULL: the table has none. */
	const struct both_bars *bars;
};

/* The statistics of one column of numbers, or of one group in it. */
struct column_stats {
	const char *name, *group;      /* group: NULL if rows are not parted */
	uint64_t n, missing, infinite; /* how many values are finite, NaN and infinite */
	double weight;                 /* the sum of the weights of the n values */
	struct bars bars;              /* if the list has histograms */
	double mean, sd, skewness, kurtosis, min, max;

	/* In an extended report alone. */
	uint64_t zeros;
	double distinct; /* how many distinct values there are, or an estimate */
	bool exact;
	double *quantile, *error;
};

/* The statistics of one column of text, or of one group in it. */
struct text_stats {
	const char *name, *group;
	const struct frequent *texts; /* sorted */
};

/* The columns, each with all of its groups, one after the other. */
struct stats_list {
	const char *by;
	bool weighted, histograms;
	bool lines; /* JSON is an object a line */
	struct column_stats *column;
	size_t columns;

	bool extended;
	const double *probability; /* of the quantiles */
	size_t probabilities;
	struct text_stats *text;
	size_t texts;
};

/*
 * They make a report: a table for people, or JSON.  What can run out of memory happens here.
 */
void report_fit(struct report *r, const struct source *s, const struct fit_list *fits, bool json);
void report_stats(struct report *r, const struct source *s, const struct stats_list *stats,
		  bool json);

/*
 * report_print() prints the report, and then report_end() says what there is to say, and frees it.
 */
void report_print(struct report *r);
void report_end(struct report *r);

/*
 * report_doubts() says which columns of text an option would make numbers of, where there is no
 * report that does.
 */
void report_doubts(const struct source *s);

/* report_no_numbers() ends the program: the table has no column of numbers. */
_Noreturn void report_no_numbers(const struct source *s);

#endif
