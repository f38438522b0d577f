/* SPDX-License-Identifier: BSD-3-Clause */
/* option_sample.c - what the options of sample set. */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "error.h"
#include "number.h"
#include "option_sample.h"
#include "text.h"

/* Reads a whole number, decimal or hexadecimal, of `least` (0 or 1) or more. */
static uint64_t whole_number(const struct options *o, const char *option, const char *text,
			     unsigned least)
{
	bool hex = *text == '0' && (text[1] == 'x' || text[1] == 'X');
	char *end;

	errno = 0;
	uintmax_t n = strtoumax(text, &end, hex ? 16 : 10);
	if (!isdigit((unsigned char)*text) || *end || errno || n < least)
		die(EXIT_USAGE,
		    "%s: %s %s: want a whole number from %u to 2^64 - 1, decimal or as 0x1f",
		    o->command, option, show_name(text), least);
	return n;
}

void option_set_count(struct options *o, const char *value)
{
	o->sample.n = whole_number(o, "-n", value, 1);
}

void option_set_seed(struct options *o, const char *value)
{
	o->sample.seed = whole_number(o, "--seed", value, 0);
	o->sample.seeded = true;
}

void option_set_stream(struct options *o, const char *value)
{
	o->sample.stream = whole_number(o, "--stream", value, 0);
}

void option_set_offset(struct options *o, const char *value)
{
	o->sample.offset = whole_number(o, "--offset", value, 0);
}

void option_set_dtype(struct options *o, const char *value)
{
	if (!strcmp(value, "f32"))
		o->sample.type = BELL_F32;
	else if (!strcmp(value, "f64"))
		o->sample.type = BELL_F64;
	else
		die(EXIT_USAGE, "%s: --dtype %s: want f32 or f64", o->command, show_name(value));
}

static double finite_number(const struct options *o, const char *option, const char *text,
			    double lowest)
{
	double value;

	if (!number_parse(text, strlen(text), '.', &value) || !isfinite(value) || value < lowest)
		die(EXIT_USAGE, "%s: %s %s: want a finite number%s", o->command, option,
		    show_name(text), isfinite(lowest) ? ", 0 or more" : "");
	return value;
}

void option_set_mean(struct options *o, const char *value)
{
	o->sample.mean = finite_number(o, "--mean", value, -INFINITY);
}

void option_set_sd(struct options *o, const char *value)
{
	o->sample.sd = finite_number(o, "--sd", value, 0);
}
