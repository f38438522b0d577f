/* SPDX-License-Identifier: BSD-3-Clause */
/* options.h - the command line. */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <bellshape/table.h>
#include <bellshape/fit.h>

/* Texts given by an option that may be repeated. */
struct list {
	const char **item;
	size_t count;
};

enum header { HEADER_SNIFF, HEADER_YES, HEADER_NO };

/* What sample makes; offset + n is at most 2^64, mean and sd fit the type. */
struct sample_options {
	uint64_t n, seed, stream, offset;
	bool seeded;
	enum bell_type type;
	double mean, sd;
};

struct options {
	const char *table;          /* a path, or "-" */
	const char *model, *output; /* paths, or NULL */
	struct list columns, text;  /* names or numbers, several in one item parted by commas */
	struct list missing;        /* further texts that mean a missing value */
	int delimiter;              /* -1: sniff */
	enum header header;
	bool json;
	unsigned threads;
	struct bell_fit_options fit;
	enum bell_outside outside;
	struct sample_options sample;
};

/* A command of the program; a table of them is in main.c. */
struct command {
	const char *name, *summary;
	const char *accepts;      /* the letters of its options, see options.c */
	const char *usage, *help; /* what follows the name; what -h prints, from the example on */
	void (*run)(const struct options *options);
};

/* Reads argv[1] .. argv[argc - 1], argv[0] being the command; ends the program on -h and errors. */
void options_parse(const struct command *command, int argc, char **argv, struct options *options);

#endif
