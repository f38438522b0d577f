/* SPDX-License-Identifier: BSD-3-Clause */
/* option.c - every option of every command: its names, what -h says of it, and what it sets. */
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <bellshape/backend.h>

#include "choice.h"
#include "error.h"
#include "method.h"
#include "number.h"
#include "option.h"
#include "option_output.h"
#include "option_sample.h"
#include "option_table.h"
#include "text.h"

static void set_model(struct options *o, const char *value) { o->model = value; }
static void set_svg(struct options *o, const char *value) { o->svg = value; }
static void set_state_out(struct options *o, const char *value) { o->state_out = value; }
static void set_like(struct options *o, const char *value) { o->like = value; }
static void set_state_in(struct options *o, const char *value) { o->state_in = value; }

static void set_method(struct options *o, const char *value)
{
	if (!method_from(value, &o->fit.method))
		die(EXIT_USAGE, "%s: --method %s: want %s", o->command, show_name(value),
		    method_names());
}

static void set_by(struct options *o, const char *value) { o->by = value; }
static void set_weights(struct options *o, const char *value) { o->weights = value; }

static void set_weight_type(struct options *o, const char *value)
{
	if (!strcmp(value, "frequency"))
		o->fit.weight_type = BELL_FREQUENCY_WEIGHTS;
	else if (!strcmp(value, "importance"))
		o->fit.weight_type = BELL_IMPORTANCE_WEIGHTS;
	else
		die(EXIT_USAGE, "%s: --weight-type %s: want frequency or importance", o->command,
		    show_name(value));
}

static void set_extended(struct options *o, const char *value)
{
	(void)value;
	o->extended = true;
}

static void set_quantiles(struct options *o, const char *value)
{
	free(o->quantile);
	o->quantile = NULL;
	o->quantiles = 0;
	o->extended = true;
	for (const char *p = value; p; p = strchr(p, ',') ? strchr(p, ',') + 1 : NULL) {
		double q;

		if (!number_parse(p, strcspn(p, ","), '.', &q) || !(q >= 0 && q <= 1))
			die(EXIT_USAGE,
			    "%s: --quantiles %s: want numbers from 0 to 1 with commas between "
			    "them, such as 0.1,0.5,0.9",
			    o->command, show_name(value));
		o->quantile = reallocate(o->quantile, o->quantiles + 1, sizeof q);
		o->quantile[o->quantiles++] = q;
	}
}

/* A number for all columns, or NAME=NUMBER for one, whose name may hold a = itself. */
static void set_lambda(struct options *o, const char *value)
{
	const char *equals = strrchr(value, '='), *number = equals ? equals + 1 : value;
	double lambda;

	if (!number_parse(number, strlen(number), '.', &lambda) || !isfinite(lambda))
		die(EXIT_USAGE,
		    "%s: --lambda %s: want a finite number, or COLUMN=NUMBER for one column, such "
		    "as 0.5 or income=0",
		    o->command, show_name(value));
	if (equals)
		option_add(&o->lambdas, value);
	else
		o->fit.lambda = lambda;
}

static void set_no_standardize(struct options *o, const char *value)
{
	(void)value;
	o->fit.standardize = false;
}

static void set_bounds(struct options *o, const char *value)
{
	struct bell_fit_options *fit = &o->fit;
	const char *comma = strchr(value, ',');

	if (!comma || !number_parse(value, (size_t)(comma - value), '.', &fit->lower) ||
	    !number_parse(comma + 1, strlen(comma + 1), '.', &fit->upper) ||
	    !(fit->lower < fit->upper))
		die(EXIT_USAGE,
		    "%s: --bounds %s: want two numbers LO,HI with LO < HI, such as -2,2",
		    o->command, show_name(value));
}

static void set_skip(struct options *o, const char *value)
{
	if (strcmp(value, "none") != 0 && strcmp(value, "auto") != 0)
		die(EXIT_USAGE, "%s: --skip %s: want none or auto", o->command, show_name(value));
	o->skip = !strcmp(value, "auto");
}

static void set_kurtosis(struct options *o, const char *value)
{
	(void)value;
	o->kurtosis = true;
}

static void set_level(struct options *o, const char *value)
{
	if (!number_parse(value, strlen(value), '.', &o->level) || !(o->level > 0 && o->level < 1))
		die(EXIT_USAGE, "%s: --level %s: want a number above 0 and below 1, such as 0.9",
		    o->command, show_name(value));
	if (o->fit.round_level > 0)
		o->fit.round_level = o->level;
}

static void set_tests(struct options *o, const char *value)
{
	(void)value;
	o->tests = true;
}

static void set_round(struct options *o, const char *value)
{
	(void)value;
	o->fit.round_level = o->level > 0 ? o->level : DEFAULT_LEVEL;
}

static void set_robust(struct options *o, const char *value)
{
	(void)value;
	o->fit.robust = true;
}

static void set_threads(struct options *o, const char *value)
{
	char *end;

	errno = 0;
	unsigned long n = strtoul(value, &end, 10);
	if (!isdigit((unsigned char)*value) || *end || errno || n > BELL_MAX_THREADS)
		die(EXIT_USAGE, "%s: --threads %s: want a number from 0 to %d", o->command,
		    show_name(value), BELL_MAX_THREADS);
	o->threads = (unsigned)n;
}

const struct option_entry option_entries[OPTIONS] = {
    [OPTION_MODEL] = {'m', "model", "MODEL", "the model, which fit -o wrote", set_model},
    [OPTION_COUNT] = {'n', "count", "N", "how many samples to make", option_set_count},
    [OPTION_OUTPUT] = {'o', "output", "FILE",
		       "write to FILE, which appears only when it is whole; - is standard output",
		       option_set_output},
    [OPTION_SVG] = {0, "svg", "DIR",
		    "write the pictures of each column to files of SVG in the folder DIR", set_svg},
    [OPTION_STATE_OUT] =
	{0, "state-out", "FILE",
	 "write the state of the tables to FILE, from which merge and --state-in go on",
	 set_state_out},
    [OPTION_LIKE] = {0, "like", "STATE",
		     "of --state-out: the columns and grids are those of this state, so that\n"
		     "states of all parts merge to the same bytes, in any order",
		     set_like},
    [OPTION_STATE_IN] = {0, "state-in", "STATE", "fit this state, and read no table", set_state_in},
    [OPTION_IN_PLACE] = {0, "in-place", NULL,
			 "put the result in the place of TABLE once all of it is written",
			 option_set_in_place},
    [OPTION_AS] = {0, "as", "NAME=COLUMN",
		   "take COLUMN of the table for the column NAME of the model, and no columns but\n"
		   "those that are given so; may be repeated",
		   option_add_as},
    [OPTION_LANGUAGE] =
	{0, "as", "python|r|sql|duckdb|spark|bigquery",
	 "print expressions to paste in this language: Python with NumPy, R, or SQL; sql\n"
	 "is that of DuckDB and PostgreSQL",
	 option_set_dialect},
    [OPTION_UNDO] = {0, "inverse", NULL, "of --as: print what takes transformed columns back",
		     option_set_undo},
    [OPTION_COLUMNS] =
	{0, "columns", "A,B",
	 "use only these columns, given by name, or else by number from 1, as 2-5, or\n"
	 "by a /regular expression/ that their names match; ! before one of these, as\n"
	 "!id, leaves it out; may be repeated",
	 option_add_columns},
    [OPTION_EXCLUDE] = {0, "exclude", "A,B",
			"leave these columns out, as --columns '!A,!B' does; may be repeated",
			option_add_exclude},
    [OPTION_TEXT] = {0, "text", "A,B", "treat these columns as text; may be repeated",
		     option_add_text},
    [OPTION_NUMBERS] =
	{0, "numbers", "A,B",
	 "treat these columns as numbers, though they look like codes (007); may be\n"
	 "repeated",
	 option_add_numbers},
    [OPTION_NA] = {0, "na", "TOKEN",
		   "take one more text or number for a missing value, besides an empty cell,\n"
		   "NA, N/A, NaN, null, None and the like; may be repeated",
		   option_add_missing},
    [OPTION_MEMBER] = {0, "member", "NAME",
		       "of an .npz file: the array to read; several of one dimension are columns\n"
		       "if it is not given",
		       option_set_member},
    [OPTION_ENCODING] = {0, "encoding", "NAME",
			 "the encoding of a text table, as iconv has its name; UTF-8 if it is not\n"
			 "given, or what a mark at the head of the file says",
			 option_set_encoding},
    [OPTION_SKIP_LINES] = {0, "skip-lines", "N",
			   "begin a text table behind its first N lines, whatever these hold",
			   option_set_skip_lines},
    [OPTION_COMMENT] = {0, "comment", "CHAR",
			"pass over the lines of a text table that begin with CHAR, such as #",
			option_set_comment},
    [OPTION_DELIMITER] =
	{0, "delimiter", "CHAR",
	 "what stands between two cells: one character or several, such as ||, the\n"
	 "word tab, or space for one or more blanks; if it is not given, it is sniffed\n"
	 "from , ; | and tab",
	 option_set_delimiter},
    [OPTION_DECIMAL] = {0, "decimal", "CHAR",
			"what stands before the decimals of a number: . (the default) or ,",
			option_set_decimal},
    [OPTION_THOUSANDS] = {0, "thousands", "CHAR",
			  "what may stand between the thousands of a number: , or . or ' or _ or\n"
			  "the word space, as in 1,234,567",
			  option_set_thousands},
    [OPTION_STRIP] = {0, "strip", NULL,
		      "take numbers with a currency sign or % beside them, or in brackets, which\n"
		      "make them negative; 5 % is 5",
		      option_set_strip},
    [OPTION_BOOL] = {0, "bool", NULL,
		     "take true, yes, t and y for 1 and false, no, f and n for 0, in capitals or\n"
		     "not",
		     option_set_bool},
    [OPTION_HEADER] = {0, "header", NULL, "the first line holds names, whatever it looks like",
		       option_set_header},
    [OPTION_NO_HEADER] = {0, "no-header", NULL,
			  "the first line holds values; the columns are column_1, column_2, ...",
			  option_set_no_header},
    [OPTION_METHOD] =
	{0, "method", "NAME",
	 "yeo-johnson takes any number (the default), yeo-johnson-unit too and\n"
	 "estimates their unit, box-cox takes only those above 0; log (above 0),\n"
	 "sqrt (from 0 on) and identity estimate nothing; log-shift, asinh and\n"
	 "exponential take any number and estimate shift, unit or k; best chooses one\n"
	 "for each column; normal-scores goes by the ranks of numbers, and makes any\n"
	 "column normal but for ties",
	 set_method},
    [OPTION_CRITERION] =
	{0, "criterion", "aic|bic|heldout",
	 "of --method best: Akaike's criterion (the default), Schwarz's, or how normal\n"
	 "values are that were held out of the fit",
	 choice_set_criterion},
    [OPTION_MARGIN] = {0, "margin", "M",
		       "of --method best: take the simplest method whose criterion is within M of\n"
		       "the least; 2 is the default, and 0 for heldout",
		       choice_set_margin},
    [OPTION_CANDIDATES] = {0, "candidates", "A,B",
			   "of --method best: choose among these methods only; may be repeated",
			   choice_set_candidates},
    [OPTION_EXPLAIN] = {0, "explain", NULL,
			"of --method best: print the candidates of each column, too",
			choice_set_explain},
    [OPTION_BY] = {0, "by", "COLUMN",
		   "part the rows into groups, one for each value of this column, and print a\n"
		   "result for each column and group",
		   set_by},
    [OPTION_WEIGHTS] = {0, "weights", "COLUMN",
			"take the weights of the rows, 0 or more, from this column", set_weights},
    [OPTION_WEIGHT_TYPE] =
	{0, "weight-type", "frequency|importance",
	 "what weights mean to intervals and likelihoods: a row of weight 3 is\n"
	 "three rows (frequency, the default), or weights say how much rows count\n"
	 "beside others",
	 set_weight_type},
    [OPTION_EXTENDED] = {0, "extended", NULL,
			 "print quantiles, zeros and distinct values, too, and the most frequent\n"
			 "values of the columns of text",
			 set_extended},
    [OPTION_QUANTILES] =
	{0, "quantiles", "Q,Q",
	 "the quantiles of --extended, from 0 to 1; 0.05,0.25,0.5,0.75,0.95 is the\n"
	 "default",
	 set_quantiles},
    [OPTION_LAMBDA] = {0, "lambda", "[NAME=]VALUE",
		       "do not estimate lambda but fix it, for all columns or for the one that is\n"
		       "named; may be repeated",
		       set_lambda},
    [OPTION_NO_STANDARDIZE] = {0, "no-standardize", NULL,
			       "make the plain transform, not one of mean 0 and (population) sd 1",
			       set_no_standardize},
    [OPTION_BOUNDS] = {0, "bounds", "LO,HI",
		       "keep lambda within these; -inf and inf are open ends, as by default",
		       set_bounds},
    [OPTION_SKIP] = {0, "skip", "none|auto",
		     "auto leaves columns as they are whose verdicts advise so: codes, row\n"
		     "numbers, few values, lambda 1 and more; none (the default) fits all",
		     set_skip},
    [OPTION_KURTOSIS] = {0, "kurtosis", NULL,
			 "print the excess kurtosis before and after the transform, too",
			 set_kurtosis},
    [OPTION_LEVEL] = {0, "level", "P",
		      "the level of the intervals of lambda, above 0 and below 1; 0.95 is the\n"
		      "default",
		      set_level},
    [OPTION_TESTS] =
	{0, "tests", NULL,
	 "print the standard error of lambda and likelihood-ratio tests of lambda = 0,\n"
	 "1/2 and 1, too",
	 set_tests},
    [OPTION_ROUND] =
	{0, "round", NULL,
	 "take the first of 1, 0, -1, 1/2, 1/3, -1/2, -1/3, 2 and -2 that lies in the\n"
	 "interval of lambda, if one does",
	 set_round},
    [OPTION_ROBUST] = {0, "robust", NULL,
		       "set values far out aside, so that they do not move lambda", set_robust},
    [OPTION_OUTSIDE] = {0, "outside", "nan|clip|error",
			"what becomes of a value that is the transform of nothing: nan (the\n"
			"default), the end of the range that fit saw, or an error and no output",
			option_set_outside},
    [OPTION_SUFFIX] = {0, "suffix", "TEXT",
		       "keep the columns, and put what they become behind all others, TEXT behind\n"
		       "their names",
		       option_set_suffix},
    [OPTION_DIGITS] =
	{0, "digits", "N",
	 "write numbers with at most N significant digits, 1 to 17; by default as many\n"
	 "as read back as the same number",
	 option_set_digits},
    [OPTION_SEED] = {0, "seed", "S",
		     "0 to 2^64 - 1, decimal or as 0x1f; by default the operating system gives\n"
		     "one, which is printed on standard error",
		     option_set_seed},
    [OPTION_STREAM] = {0, "stream", "K",
		       "0 (the default) to 2^64 - 1; the streams of a seed are independent",
		       option_set_stream},
    [OPTION_OFFSET] = {0, "offset", "I",
		       "0 (the default) to 2^64 - 1: the first sample of the stream to write",
		       option_set_offset},
    [OPTION_DTYPE] = {0, "dtype", "f32|f64", "32 or 64 bits for a sample; f64 is the default",
		      option_set_dtype},
    [OPTION_MEAN] = {0, "mean", "M", "the mean; 0 is the default", option_set_mean},
    [OPTION_SD] = {0, "sd", "D", "the standard deviation, 0 or more; 1 is the default",
		   option_set_sd},
    [OPTION_THREADS] = {0, "threads", "N",
			"1 to 1024, or 0 for one for each CPU (the default); the results are the "
			"same",
			set_threads},
    [OPTION_HISTOGRAM] = {0, "histogram", NULL,
			  "draw small histograms, as on a terminal, wherever the table goes",
			  option_set_histogram},
    [OPTION_JSON] = {0, "json", NULL,
		     "print JSON instead of a table for people, with every number exact",
		     option_set_json},
    [OPTION_JSON_LINES] = {0, "json-lines", NULL, "print JSON Lines: an object on each line",
			   option_set_json_lines},
    [OPTION_HELP] = {'h', "help", NULL, "print this text", NULL},
};
