/* SPDX-License-Identifier: BSD-3-Clause */
/* options.h - what the command line asks for. */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <bellshape/expression.h>
#include <bellshape/fit.h>
#include <bellshape/table.h>

/* The level of the intervals of lambda, if no other is asked for. */
#define DEFAULT_LEVEL 0.95

/* Texts given by an option that may be repeated. */
struct list {
	const char **item;
	size_t count;
};

/* What stands in the place of a delimiter of several characters, of which there are at most 8. */
enum { UNIT_SEPARATOR = 0x1f, MAX_BETWEEN = 8 };

enum header { HEADER_SNIFF, HEADER_YES, HEADER_NO };

/* What sample makes: offset + n is at most 2^64, and mean and sd are finite in the type. */
struct sample_options {
	uint64_t n, seed, stream, offset;
	bool seeded; /* the command line gave a seed */
	enum bell_type type;
	double mean, sd;
};

struct options {
	const char *command; /* its name, for messages */
	const char *table;   /* a path, or "-" for standard input; the first of the tables */
	struct list tables;  /* several are read as one */
	const char *model;   /* likewise */
	const char *output;  /* a path, "-" for standard output, or NULL */
	const char *state_out, *state_in, *like; /* paths of states, or NULL */
	const char *svg;                         /* the folder for pictures, or NULL */
	/* Names of columns or their numbers, several in one item with commas between. */
	struct list columns, exclude, text, numbers;
	struct list missing;  /* further texts that mean a missing value */
	char decimal;         /* what stands before decimals: '.' or ',' */
	char thousands;       /* what may stand between thousands; 0: nothing */
	bool strip, boolean;  /* as struct spelling has them */
	int delimiter;        /* -1: it is to be sniffed */
	const char *between;  /* several characters that delimit, which become UNIT_SEPARATOR */
	const char *encoding; /* of a text table; NULL: UTF-8, or what its first bytes say */
	const char *member;   /* the array of an .npz file that is the table; NULL: all are */
	uint64_t skip_lines;  /* at the head of a text table */
	bool blanks;          /* cells have blanks between them, which become tabs */
	char comment;         /* lines of a text table that begin so do not count; 0: none */
	enum header header;
	bool json;
	unsigned threads;
	struct bell_fit_options fit;
	struct list lambdas; /* NAME=VALUE: fixed, for one column each */
	const char *choice; /* an option that was given and goes with --method best only, or NULL */
	bool explain;       /* fit prints the candidates of each column */
	bool skip;          /* leaves columns alone whose verdicts say so */
	bool kurtosis;      /* the table of fits has it, too */
	double level;       /* of the intervals of lambda; 0: the command line gave none */
	bool tests;         /* fit prints tests of lambda, too */
	const char *by;     /* the column whose values part the rows into groups, or NULL */
	const char *weights; /* the column with the weights of the rows, or NULL */
	bool histogram;      /* fit and stats draw histograms, though not on a terminal */
	bool extended;       /* stats prints all that it can find out */
	double *quantile;    /* ascending or not; NULL: the default ones */
	size_t quantiles;
	enum bell_outside outside;
	bool expressions; /* show prints them, in this language */
	enum bell_dialect dialect;
	struct list as;     /* NAME=COLUMN: of the model, and of the table */
	const char *suffix; /* of new columns beside those that are transformed, or NULL */
	int digits;         /* that are written, or 0: as many as are needed */
	bool in_place;      /* the output replaces the table */
	bool json_lines;    /* an object on each line */
	bool undo;          /* show prints those of the inverse */
	struct sample_options sample;
};

#endif
