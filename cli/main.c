/* SPDX-License-Identifier: BSD-3-Clause */
/* main.c - the program bellshape. */
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <bellshape/bellshape.h>

#include "command_line.h"
#include "commands.h"
#include "error.h"
#include "output.h"
#include "progress.h"
#include "text.h"

/* Returns the names of the backends that this machine can run. */
static const char *backends(void)
{
	static char text[200];
	const char *name;

	*text = 0;
	for (size_t i = 0; (name = bell_backend_name(i)); i++)
		if (strlen(text) + strlen(name) + 3 < sizeof text)
			strcat(strcat(text, i ? ", " : ""), name);
	return text;
}

static void run_version(const struct options *options)
{
	(void)options;
	printf("bellshape %s\nbackend %s (this machine can run: %s)\nSLEEF %s\n", bell_version(),
	       bell_backend(), backends(), bell_sleef_version());
	check_stdout();
}

/* Those of every command that reads a table. */
#define TABLE_OPTIONS                                                                             \
	OPTION_COLUMNS, OPTION_EXCLUDE, OPTION_TEXT, OPTION_NUMBERS, OPTION_NA, OPTION_MEMBER,    \
	    OPTION_ENCODING, OPTION_SKIP_LINES, OPTION_COMMENT, OPTION_DELIMITER, OPTION_DECIMAL, \
	    OPTION_THOUSANDS, OPTION_STRIP, OPTION_BOOL, OPTION_HEADER, OPTION_NO_HEADER

static const struct command commands[] = {
    {"fit",
     "find lambda for every column of numbers, and write a model",
     {OPTION_OUTPUT, OPTION_STATE_OUT,  OPTION_LIKE,        OPTION_STATE_IN,  TABLE_OPTIONS,
      OPTION_BY,     OPTION_WEIGHTS,    OPTION_WEIGHT_TYPE, OPTION_METHOD,    OPTION_CRITERION,
      OPTION_MARGIN, OPTION_CANDIDATES, OPTION_EXPLAIN,     OPTION_LAMBDA,    OPTION_NO_STANDARDIZE,
      OPTION_BOUNDS, OPTION_ROUND,      OPTION_ROBUST,      OPTION_LEVEL,     OPTION_TESTS,
      OPTION_SKIP,   OPTION_KURTOSIS,   OPTION_THREADS,     OPTION_HISTOGRAM, OPTION_JSON,
      OPTION_HELP},
     "[OPTION]... TABLE...",
     "bellshape fit data.csv -o model.json\n\n"
     "Finds the lambda of maximum likelihood, of Yeo-Johnson or Box-Cox, for every column of\n"
     "numbers, prints a table of the fits, and with -o writes a model for transform and inverse.\n"
     "Several tables of the same columns are read as one.\n"
     "TABLE is CSV, TSV or the like, or .npy (1-D or 2-D), .npz or Arrow; - is standard "
     "input.",
     run_fit},
    {"merge",
     "make one state of several",
     {OPTION_OUTPUT, OPTION_HELP},
     "[OPTION]... STATE... -o STATE",
     "bellshape merge part1.state part2.state -o all.state\n\n"
     "Makes the state of a table from those of its parts, which fit --state-out wrote.  @FILE is "
     "a\n"
     "list of states, one path a line, and - is standard input.  See fit --like for parts that "
     "are\n"
     "to give the same bytes in any order.",
     run_merge},
    {"state",
     "print what a state holds",
     {OPTION_JSON, OPTION_HELP},
     "[OPTION]... STATE",
     "bellshape state all.state\n\n"
     "Prints the rows of a state and, of each column, how many values it has seen, the least and\n"
     "the greatest, its size in bytes and in what form it is kept.",
     run_state},
    {"show",
     "explain a model, and print it as SQL, Python or R",
     {OPTION_OUTPUT, OPTION_LANGUAGE, OPTION_UNDO, OPTION_COLUMNS, OPTION_EXCLUDE, OPTION_JSON,
      OPTION_HELP},
     "[OPTION]... MODEL",
     "bellshape show model.json --as sql\n\n"
     "Prints the formula of each column of a model, and with --as expressions that compute it to\n"
     "all digits where bellshape is not: the columns of a SELECT for SQL, and assignments to the\n"
     "columns of a data frame df for Python and R.  - is standard input.",
     run_show},
    {"transform",
     "make the columns of a table Gaussian by a model",
     {OPTION_MODEL, OPTION_OUTPUT, OPTION_IN_PLACE, OPTION_AS, TABLE_OPTIONS, OPTION_SUFFIX,
      OPTION_DIGITS, OPTION_THREADS, OPTION_JSON_LINES, OPTION_HELP},
     "-m MODEL [OPTION]... TABLE",
     "bellshape transform -m model.json data.csv -o gaussian.csv\n\n"
     "Writes the table with the columns of the model transformed, and all else as it was: other\n"
     "columns, missing cells, order, delimiter, names, line ends; .npy gives .npy.  Columns are\n"
     "matched by name; those of .npy and of tables without names are column_1, column_2, ...",
     run_transform},
    {"inverse",
     "take a transformed table back",
     {OPTION_MODEL, OPTION_OUTPUT, OPTION_IN_PLACE, OPTION_AS, TABLE_OPTIONS, OPTION_OUTSIDE,
      OPTION_DIGITS, OPTION_THREADS, OPTION_JSON_LINES, OPTION_HELP},
     "-m MODEL [OPTION]... TABLE",
     "bellshape inverse -m model.json gaussian.csv -o data.csv\n\n"
     "Undoes transform.  A value can lie where the transform never leads; see --outside.  How "
     "many\n"
     "such values there were is told on standard error.",
     run_inverse},
    {"stats",
     "print mean, sd, skewness, kurtosis, ... of every column",
     {TABLE_OPTIONS, OPTION_BY, OPTION_WEIGHTS, OPTION_EXTENDED, OPTION_QUANTILES, OPTION_THREADS,
      OPTION_HISTOGRAM, OPTION_JSON, OPTION_JSON_LINES, OPTION_HELP},
     "[OPTION]... TABLE...",
     "bellshape stats data.csv\n\n"
     "Prints the moments of every column of numbers, without bias correction: the divisor of the\n"
     "variance is n, skewness and kurtosis are those of the sample, kurtosis is 0 for a normal "
     "one.\n"
     "With --extended also quantiles, zeros, distinct values, and the columns of text.",
     run_stats},
    {"report",
     "show every column before and after, as one page of HTML",
     {OPTION_MODEL, OPTION_OUTPUT, OPTION_SVG, TABLE_OPTIONS, OPTION_METHOD, OPTION_CRITERION,
      OPTION_MARGIN, OPTION_CANDIDATES, OPTION_LAMBDA, OPTION_NO_STANDARDIZE, OPTION_BOUNDS,
      OPTION_THREADS, OPTION_JSON, OPTION_HELP},
     "[-m MODEL] [OPTION]... TABLE... -o report.html",
     "bellshape report data.csv -o report.html\n\n"
     "Fits every column of numbers, or takes the fits of a model, and shows each before and after\n"
     "its transform: histograms, Q-Q plots with a band, the likelihood, numbers and remarks.  The\n"
     "page needs nothing but itself.  With --json every plotted number goes to standard output.",
     run_report},
    {"sample",
     "make samples of the normal distribution",
     {OPTION_COUNT, OPTION_OUTPUT, OPTION_SEED, OPTION_STREAM, OPTION_OFFSET, OPTION_DTYPE,
      OPTION_MEAN, OPTION_SD, OPTION_THREADS, OPTION_HELP},
     "-n N [OPTION]...",
     "bellshape sample -n 1000000 --seed 1 -o samples.npy\n\n"
     "Writes N samples of the normal distribution.  A sample is a function of seed, stream and\n"
     "index alone: the same on every machine, for any number of threads, and in parts that are\n"
     "made by --offset.  A FILE whose name ends in .npy is a 1-D array, '<f8' or '<f4'.  Any\n"
     "other (.txt, .csv, ...) and standard output are text: one number a line and no header, in\n"
     "the fewest digits that read back as the same number.",
     run_sample},
    {"version",
     "print the version, and the backend in use",
     {OPTION_HELP},
     "",
     "BELLSHAPE_BACKEND=scalar bellshape version\n\n"
     "Prints the versions of bellshape and SLEEF, the backend in use and those that this machine\n"
     "can run.  The environment variable BELLSHAPE_BACKEND chooses one of these.",
     run_version},
};
enum { COMMANDS = sizeof commands / sizeof *commands };

static void help(void)
{
	puts("Example:\n"
	     "  bellshape fit data.csv -o model.json\n"
	     "  bellshape transform -m model.json data.csv -o gaussian.csv\n"
	     "  bellshape inverse -m model.json gaussian.csv -o again.csv\n\n"
	     "Makes the skewed columns of a table Gaussian by maximum-likelihood Yeo-Johnson or\n"
	     "Box-Cox, and samples of the normal distribution.\n\n"
	     "Commands:");
	for (const struct command *c = commands; c < commands + COMMANDS; c++)
		printf("  %-10s %s\n", c->name, c->summary);
	puts(
	    "\nbellshape COMMAND -h tells more.  Exit status: 0, 1 for bad data, 2 for bad usage.");
	check_stdout();
}

/*
 * Opens what is closed of descriptors 0 to 2.  Else a file could get the number of standard output,
 * and be written into.
 */
static void open_standard_descriptors(void)
{
	int descriptor;

	do
		descriptor = open("/dev/null", O_RDONLY);
	while (descriptor >= 0 && descriptor <= STDERR_FILENO);
	if (descriptor >= 0)
		close(descriptor);
}

static const struct command *find(const char *name)
{
	if (!strcmp(name, "--version") || !strcmp(name, "-V"))
		name = "version";
	for (const struct command *c = commands; c < commands + COMMANDS; c++)
		if (!strcmp(name, c->name))
			return c;
	die(EXIT_USAGE, "no command %s; see bellshape --help", show_name(name));
}

int main(int argc, char **argv)
{
	static struct options options;

	open_standard_descriptors();
	/* Names and texts are UTF-8, numbers have points. */
	errno = 0;
	if (!setlocale(LC_CTYPE, "C.UTF-8") && errno == ENOMEM)
		out_of_memory();
	if (argc < 2)
		die(EXIT_USAGE, "which command? See bellshape --help");
	if (!strcmp(argv[1], "-h") || !strcmp(argv[1], "--help") || !strcmp(argv[1], "help")) {
		help();
		return EXIT_SUCCESS;
	}
	const struct command *command = find(argv[1]);
	command_line_parse(command, argc - 1, argv + 1, &options);
	if (!bell_backend())
		die(EXIT_USAGE, "BELLSHAPE_BACKEND=%s: no such backend here; there are: %s",
		    getenv("BELLSHAPE_BACKEND"), backends());
	command->run(&options);
	progress_clear();
	return EXIT_SUCCESS;
}
