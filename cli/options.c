/* SPDX-License-Identifier: BSD-3-Clause */
/* options.c - the command line. */
#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "number.h"
#include "options.h"
#include "output.h"

/* Every option of every command.  A capital letter has no short form. */
static const struct entry {
	char letter;
	const char *name, *value, *help;
} entries[] = {
    {'m', "model", "MODEL", "the model that fit -o wrote"},
    {'n', "count", "N", "how many samples"},
    {'o', "output", "FILE",
     "write to FILE, which appears only when it is whole; - is standard output"},
    {'C', "columns", "A,B",
     "only these columns, by name or else by number from 1; may be repeated"},
    {'X', "text", "A,B", "treat these columns as text; may be repeated"},
    {'A', "na", "TOKEN",
     "one more text that means a missing value, besides an empty cell, NA, N/A,\n"
     "NaN, null and ?; may be repeated"},
    {'D', "delimiter", "CHAR",
     "what parts the cells: one character or tab; sniffed from , ; | and tab"},
    {'E', "header", NULL, "the first line holds names, whatever it looks like"},
    {'N', "no-header", NULL,
     "the first line holds values; the columns are column_1, column_2, ..."},
    {'P', "method", "yeo-johnson|box-cox",
     "yeo-johnson takes any number (the default), box-cox only those above 0"},
    {'S', "no-standardize", NULL, "the plain transform, instead of mean 0 and (population) sd 1"},
    {'B', "bounds", "LO,HI", "keep lambda within; -inf and inf are open ends; default: open"},
    {'U', "outside", "nan|clip|error",
     "what becomes of a value that is the transform of nothing: nan (the default),\n"
     "the end of the range seen by fit, or an error and no output"},
    {'R', "seed", "S",
     "0 to 2^64 - 1, decimal or as 0x1f; default: one from the operating system, which\n"
     "is printed on standard error"},
    {'K', "stream", "K", "0 (the default) to 2^64 - 1: streams of a seed are independent"},
    {'I', "offset", "I", "0 (the default) to 2^64 - 1: the first sample of the stream to write"},
    {'F', "dtype", "f32|f64", "32 or 64 bits a sample; default: f64"},
    {'M', "mean", "M", "default: 0"},
    {'W', "sd", "D", "standard deviation, 0 or more; default: 1"},
    {'T', "threads", "N",
     "1 to 1024, or 0 for one each CPU (the default); the results are the same"},
    {'J', "json", NULL, "JSON instead of a table for people, every number exact"},
    {'h', "help", NULL, "this text"},
};
enum { ENTRIES = sizeof entries / sizeof *entries };

static const char *current; /* the command, for messages */

static void print_help(const struct command *command)
{
	printf("Example:\n  %s\n\nUsage: bellshape %s%s%s\n\nOptions:\n", command->help,
	       command->name, *command->usage ? " " : "", command->usage);
	for (const struct entry *e = entries; e < entries + ENTRIES; e++) {
		char head[64];

		if (!strchr(command->accepts, e->letter))
			continue;
		int n =
		    islower(e->letter) ? sprintf(head, "-%c, ", e->letter) : sprintf(head, "    ");
		snprintf(head + n, sizeof head - (size_t)n, "--%s%s%s", e->name,
			 e->value ? " " : "", e->value ? e->value : "");
		printf("  %-26s", head);
		printf("%s", strlen(head) > 25 ? "\n                            " : "");
		for (const char *p = e->help; *p; p++) {
			putchar(*p);
			if (*p == '\n')
				printf("%28s", "");
		}
		putchar('\n');
	}
	check_stdout();
	exit(EXIT_SUCCESS);
}

static void add(struct list *list, const char *item)
{
	list->item = reallocate(list->item, list->count + 1, sizeof *list->item);
	list->item[list->count++] = item;
}

static int delimiter(const char *text)
{
	if (!strcasecmp(text, "tab") || !strcmp(text, "\\t"))
		return '\t';
	/* What numbers and quoting are made of cannot part them; nor can half a character. */
	if (strlen(text) != 1 || isalnum((unsigned char)*text) || strchr("+-._\"\r\n", *text) ||
	    (unsigned char)*text >= 0x80)
		die(EXIT_USAGE,
		    "%s: --delimiter %s: want one character such as , ; | or the word tab", current,
		    show_name(text));
	return *text;
}

static unsigned threads(const char *text)
{
	char *end;

	errno = 0;
	unsigned long n = strtoul(text, &end, 10);
	if (!isdigit((unsigned char)*text) || *end || errno || n > 1024)
		die(EXIT_USAGE, "%s: --threads %s: want a number from 0 to 1024", current,
		    show_name(text));
	return (unsigned)n;
}

static void bounds(const char *text, struct bell_fit_options *fit)
{
	const char *comma = strchr(text, ',');

	if (!comma || !number_parse(text, (size_t)(comma - text), &fit->lower) ||
	    !number_parse(comma + 1, strlen(comma + 1), &fit->upper) || !(fit->lower < fit->upper))
		die(EXIT_USAGE,
		    "%s: --bounds %s: want two numbers LO,HI with LO < HI, such as -2,2", current,
		    show_name(text));
}

static enum bell_method method(const char *text)
{
	if (!strcmp(text, "yeo-johnson"))
		return BELL_YEO_JOHNSON;
	if (!strcmp(text, "box-cox"))
		return BELL_BOX_COX;
	die(EXIT_USAGE, "%s: --method %s: want yeo-johnson or box-cox", current, show_name(text));
}

static enum bell_outside outside(const char *text)
{
	static const char *const names[] = {[BELL_OUTSIDE_NAN] = "nan",
					    [BELL_OUTSIDE_CLIP] = "clip",
					    [BELL_OUTSIDE_ERROR] = "error"};

	for (enum bell_outside i = BELL_OUTSIDE_NAN; i <= BELL_OUTSIDE_ERROR; i++)
		if (!strcmp(text, names[i]))
			return i;
	die(EXIT_USAGE, "%s: --outside %s: want nan, clip or error", current, show_name(text));
}

/* Decimal or hexadecimal. */
static uint64_t whole_number(const char *option, const char *text, bool positive)
{
	bool hex = *text == '0' && (text[1] == 'x' || text[1] == 'X');
	char *end;

	errno = 0;
	uintmax_t n = strtoumax(text, &end, hex ? 16 : 10);
	if (!isdigit((unsigned char)*text) || *end || errno || n < positive)
		die(EXIT_USAGE,
		    "%s: %s %s: want a whole number from %d to 2^64 - 1, decimal or as 0x1f",
		    current, option, show_name(text), positive);
	return n;
}

static double finite_number(const char *option, const char *text, double lowest)
{
	double value;

	if (!number_parse(text, strlen(text), &value) || !isfinite(value) || value < lowest)
		die(EXIT_USAGE, "%s: %s %s: want a finite number%s", current, option,
		    show_name(text), isfinite(lowest) ? ", 0 or more" : "");
	return value;
}

static enum bell_type dtype(const char *text)
{
	if (!strcmp(text, "f32"))
		return BELL_F32;
	if (!strcmp(text, "f64"))
		return BELL_F64;
	die(EXIT_USAGE, "%s: --dtype %s: want f32 or f64", current, show_name(text));
}

static void set_sample(struct sample_options *o, int letter, const char *value)
{
	switch (letter) {
	case 'n':
		o->n = whole_number("-n", value, true);
		break;
	case 'R':
		o->seed = whole_number("--seed", value, false);
		o->seeded = true;
		break;
	case 'K':
		o->stream = whole_number("--stream", value, false);
		break;
	case 'I':
		o->offset = whole_number("--offset", value, false);
		break;
	case 'F':
		o->type = dtype(value);
		break;
	case 'M':
		o->mean = finite_number("--mean", value, -INFINITY);
		break;
	case 'W':
		o->sd = finite_number("--sd", value, 0);
		break;
	}
}

static void set(struct options *o, int letter, const char *value)
{
	switch (letter) {
	case 'm':
		o->model = value;
		break;
	case 'o':
		o->output = value;
		break;
	case 'C':
		add(&o->columns, value);
		break;
	case 'X':
		add(&o->text, value);
		break;
	case 'A':
		add(&o->missing, value);
		break;
	case 'D':
		o->delimiter = delimiter(value);
		break;
	case 'E':
		o->header = HEADER_YES;
		break;
	case 'N':
		o->header = HEADER_NO;
		break;
	case 'P':
		o->fit.method = method(value);
		break;
	case 'S':
		o->fit.standardize = false;
		break;
	case 'B':
		bounds(value, &o->fit);
		break;
	case 'U':
		o->outside = outside(value);
		break;
	case 'T':
		o->threads = threads(value);
		break;
	case 'J':
		o->json = true;
		break;
	default:
		set_sample(&o->sample, letter, value);
	}
}

/* The options of a command in the form that getopt_long() wants. */
static void prepare(const struct command *command, char *brief, struct option *all)
{
	*brief++ = ':'; /* a missing value is told from an unknown option, and nothing is printed */
	for (const struct entry *e = entries; e < entries + ENTRIES; e++) {
		if (!strchr(command->accepts, e->letter))
			continue;
		*all++ = (struct option){e->name, e->value ? required_argument : no_argument, NULL,
					 e->letter};
		if (islower(e->letter))
			*brief++ = e->letter;
		if (islower(e->letter) && e->value)
			*brief++ = ':';
	}
	*brief = 0;
	*all = (struct option){0};
}

static void check_operands(const struct command *command, int left, char **rest, struct options *o)
{
	int table = strstr(command->usage, "TABLE") != NULL;

	if (table && !left)
		die(EXIT_USAGE, "%s: which table? bellshape %s %s", current, current,
		    command->usage);
	if (left > table)
		die(EXIT_USAGE, "%s: one argument too many: %s", current, show_name(rest[table]));
	o->table = table ? *rest : NULL;
	if (table && !*o->table)
		die(EXIT_USAGE, "%s: the name of the table is empty", current);
	if (strchr(command->accepts, 'm') && !o->model)
		die(EXIT_USAGE, "%s: which model? bellshape %s %s", current, current,
		    command->usage);
	if (o->model && o->table && !strcmp(o->model, "-") && !strcmp(o->table, "-"))
		die(EXIT_USAGE, "%s: only one of model and table can be standard input", current);
	if (o->output && !*o->output)
		die(EXIT_USAGE, "%s: the name of the output is empty", current);
}

static void check_float32(const char *option, double value)
{
	char number[NUMBER_LENGTH];

	if (!isfinite((float)value))
		die(EXIT_USAGE,
		    "%s: %s %s: beyond float32: want at most 3.4028235e38 in size, or --dtype f64",
		    current, option, show(number, number_format(value, number)));
}

static void check_spread(double sd)
{
	char number[NUMBER_LENGTH];

	if (sd > 0 && (float)sd == 0)
		die(EXIT_USAGE,
		    "%s: --sd %s: is 0 in float32: want at least 1.4013e-45, 0 or --dtype f64",
		    current, show(number, number_format(sd, number)));
}

/* What several options have to agree upon. */
static void check_sample(const struct command *command, const struct sample_options *o)
{
	if (!o->n)
		die(EXIT_USAGE, "%s: how many? bellshape %s %s", current, current, command->usage);
	if (o->n - 1 > UINT64_MAX - o->offset)
		die(EXIT_USAGE,
		    "%s: --offset %" PRIu64 " and -n %" PRIu64 ": want at most 2^64 together",
		    current, o->offset, o->n);
	if (o->type == BELL_F32) {
		check_float32("--mean", o->mean);
		check_float32("--sd", o->sd);
		check_spread(o->sd);
	}
}

void options_parse(const struct command *command, int argc, char **argv, struct options *options)
{
	char brief[2 * ENTRIES + 2];
	struct option all[ENTRIES + 1];
	int letter;

	*options = (struct options){
	    .delimiter = -1, .outside = BELL_OUTSIDE_NAN, .sample = {.type = BELL_F64, .sd = 1}};
	bell_fit_options_default(&options->fit);
	current = command->name;
	prepare(command, brief, all);
	while ((letter = getopt_long(argc, argv, brief, all, NULL)) != -1) {
		if (letter == 'h')
			print_help(command);
		if (letter == ':')
			die(EXIT_USAGE, "%s: %s needs a value; see bellshape %s -h", current,
			    show_name(argv[optind - 1]), current);
		if (letter == '?') {
			const char brief_text[] = {'-', (char)optopt, 0};
			bool is_brief = optopt && !strchr(command->accepts, optopt);

			die(EXIT_USAGE, "%s: no option %s; see bellshape %s -h", current,
			    show_name(is_brief ? brief_text : argv[optind - 1]), current);
		}
		set(options, letter, optarg);
	}
	check_operands(command, argc - optind, argv + optind, options);
	if (strchr(command->accepts, 'n'))
		check_sample(command, &options->sample);
}
