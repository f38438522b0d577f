/* SPDX-License-Identifier: BSD-3-Clause */
/* command_line.c - from the words of the command line to struct options. */
#include <getopt.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command_line.h"
#include "error.h"
#include "number.h"
#include "output.h"
#include "text.h"

/* getopt_long() returns FIRST + option_id for an option: letters and '?' are less. */
enum { FIRST = 256 };

static bool accepts(const struct command *command, enum option_id id)
{
	for (const enum option_id *p = command->accepts; *p; p++)
		if (*p == id)
			return true;
	return false;
}

/* Returns the option of a letter, if the command accepts it, and else OPTION_NONE. */
static enum option_id by_letter(const struct command *command, int letter)
{
	for (const enum option_id *p = command->accepts; *p; p++)
		if (option_entries[*p].letter == letter)
			return *p;
	return OPTION_NONE;
}

/* Prints a line, or more, about an option; the help stands in a column of its own. */
static void print_option(const struct option_entry *e)
{
	enum { HELP_AT = 28 };
	char head[64];
	int n = e->letter ? sprintf(head, "-%c, ", e->letter) : sprintf(head, "    ");

	snprintf(head + n, sizeof head - (size_t)n, "--%s%s%s", e->name, e->value ? " " : "",
		 e->value ? e->value : "");
	printf("  %-*s", HELP_AT - 2, head);
	if (strlen(head) > HELP_AT - 3)
		printf("\n%*s", HELP_AT, "");
	for (const char *p = e->help; *p; p++) {
		putchar(*p);
		if (*p == '\n')
			printf("%*s", HELP_AT, "");
	}
	putchar('\n');
}

static _Noreturn void print_help(const struct command *command)
{
	printf("Example:\n  %s\n\nUsage: bellshape %s%s%s\n\nOptions:\n", command->help,
	       command->name, *command->usage ? " " : "", command->usage);
	for (enum option_id id = OPTION_NONE + 1; id < OPTIONS; id++)
		if (accepts(command, id))
			print_option(&option_entries[id]);
	check_stdout();
	exit(EXIT_SUCCESS);
}

/* Writes the options of a command in the form that getopt_long() wants. */
static void for_getopt(const struct command *command, char *letters, struct option *all)
{
	*letters++ = ':'; /* then getopt() prints nothing, and tells a missing value apart */
	for (const enum option_id *p = command->accepts; *p; p++) {
		const struct option_entry *e = &option_entries[*p];

		*all++ = (struct option){e->name, e->value ? required_argument : no_argument, NULL,
					 FIRST + (int)*p};
		if (e->letter)
			*letters++ = e->letter;
		if (e->letter && e->value)
			*letters++ = ':';
	}
	*letters = 0;
	*all = (struct option){0};
}

/* Returns what the operands of a command are, or "" if it takes none. */
static const char *operand(const char *usage)
{
	const char *last = strrchr(usage, ' ');

	if (strstr(usage, "TABLE"))
		return "table";
	if (strstr(usage, "STATE"))
		return "state";
	return last && !strcmp(last, " MODEL") ? "model" : "";
}

static void check_operands(const struct command *command, int left, char **rest, struct options *o)
{
	const char *usage = command->usage, *what = operand(usage);
	bool several = strstr(usage, "TABLE...") || strstr(usage, "STATE...");
	bool table = *what;

	if (table && !left && !o->state_in)
		die(EXIT_USAGE, "%s: which %s? bellshape %s %s", o->command, what, o->command,
		    usage);
	if (left > table && !several)
		die(EXIT_USAGE, "%s: one argument too many: %s", o->command,
		    show_name(rest[table]));
	o->table = table && left ? *rest : NULL;
	o->tables = (struct list){(const char **)rest, (size_t)left};
	for (int i = 0; i < left; i++)
		if (!*rest[i])
			die(EXIT_USAGE, "%s: the name of a %s is empty", o->command, what);
	if (strstr(command->usage, "-m MODEL [") == command->usage && !o->model)
		die(EXIT_USAGE, "%s: which model? bellshape %s %s", o->command, o->command,
		    command->usage);
	if (o->model && o->table && !strcmp(o->model, "-") && !strcmp(o->table, "-"))
		die(EXIT_USAGE, "%s: only one of model and table can be standard input",
		    o->command);
	if (o->delimiter == o->decimal)
		die(EXIT_USAGE, "%s: --delimiter and --decimal cannot both be a comma", o->command);
	if (o->thousands == o->decimal)
		die(EXIT_USAGE,
		    "%s: --thousands and --decimal cannot both be %c: --thousands %c goes with "
		    "--decimal %c",
		    o->command, o->decimal, o->decimal, o->decimal == ',' ? '.' : ',');
	if (o->output && !*o->output)
		die(EXIT_USAGE, "%s: the name of the output is empty", o->command);
	if (o->svg && !*o->svg)
		die(EXIT_USAGE, "%s: the name of the folder for --svg is empty", o->command);
}

static void check_float32(const struct options *o, const char *option, double value)
{
	char number[NUMBER_LENGTH];

	if (!isfinite((float)value))
		die(EXIT_USAGE,
		    "%s: %s %s: beyond float32: want at most 3.4028235e38 in size, or --dtype f64",
		    o->command, option, show(number, number_format(value, number)));
}

static void check_spread(const struct options *o, double sd)
{
	char number[NUMBER_LENGTH];

	if (sd > 0 && (float)sd == 0)
		die(EXIT_USAGE,
		    "%s: --sd %s: is 0 in float32: want at least 1.4013e-45, 0 or --dtype f64",
		    o->command, show(number, number_format(sd, number)));
}

/* Checks what several options have to agree upon. */
static void check_sample(const struct command *command, const struct options *o)
{
	const struct sample_options *sample = &o->sample;

	if (!sample->n)
		die(EXIT_USAGE, "%s: how many? bellshape %s %s", o->command, o->command,
		    command->usage);
	if (sample->n - 1 > UINT64_MAX - sample->offset)
		die(EXIT_USAGE,
		    "%s: --offset %" PRIu64 " and -n %" PRIu64 ": want at most 2^64 together",
		    o->command, sample->offset, sample->n);
	if (sample->type == BELL_F32) {
		check_float32(o, "--mean", sample->mean);
		check_float32(o, "--sd", sample->sd);
		check_spread(o, sample->sd);
	}
}

/* Ends the program: getopt_long() returned ':' or '?' for argv[optind - 1]. */
static _Noreturn void refuse(const struct command *command, int found, char **argv)
{
	const char letter[] = {'-', (char)optopt, 0};

	if (found == ':')
		die(EXIT_USAGE, "%s: %s needs a value; see bellshape %s -h", command->name,
		    show_name(argv[optind - 1]), command->name);
	/* optopt is an unknown letter, or 0 or an option that got a value and takes none. */
	bool unknown = optopt && optopt < FIRST && !by_letter(command, optopt);
	die(EXIT_USAGE, "%s: no option %s; see bellshape %s -h", command->name,
	    show_name(unknown ? letter : argv[optind - 1]), command->name);
}

void command_line_parse(const struct command *command, int argc, char **argv,
			struct options *options)
{
	char letters[2 * OPTIONS + 2];
	struct option all[OPTIONS + 1];
	int found;

	*options = (struct options){.command = command->name,
				    .delimiter = -1,
				    .decimal = '.',
				    .outside = BELL_OUTSIDE_NAN,
				    .sample = {.type = BELL_F64, .sd = 1}};
	bell_fit_options_default(&options->fit);
	for_getopt(command, letters, all);
	while ((found = getopt_long(argc, argv, letters, all, NULL)) != -1) {
		if (found == ':' || found == '?')
			refuse(command, found, argv);
		enum option_id id =
		    found >= FIRST ? (enum option_id)(found - FIRST) : by_letter(command, found);
		if (id == OPTION_HELP)
			print_help(command);
		option_entries[id].set(options, optarg);
	}
	check_operands(command, argc - optind, argv + optind, options);
	if (accepts(command, OPTION_COUNT))
		check_sample(command, options);
}
