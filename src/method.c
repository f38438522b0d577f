/* SPDX-License-Identifier: BSD-3-Clause */
/* method.c - the names of the methods, and how many parameters each estimates. */
#include <string.h>
#include <bellshape/transform.h>

static const struct {
	const char *name;
	int parameters;
} methods[] = {
    [BELL_YEO_JOHNSON] = {"yeo-johnson", 1},
    [BELL_BOX_COX] = {"box-cox", 1},
    [BELL_YEO_JOHNSON_UNIT] = {"yeo-johnson-unit", 2},
    [BELL_IDENTITY] = {"identity", 0},
    [BELL_LOG] = {"log", 0},
    [BELL_SQRT] = {"sqrt", 0},
    [BELL_LOG_SHIFT] = {"log-shift", 1},
    [BELL_ASINH] = {"asinh", 1},
    [BELL_EXPONENTIAL] = {"exponential", 1},
    [BELL_NORMAL_SCORES] = {"normal-scores", 0},
    [BELL_BEST] = {"best", 0},
};

enum { METHODS = sizeof methods / sizeof *methods };

static bool has_name(enum bell_method method) { return (unsigned)method < METHODS; }

const char *bell_method_name(enum bell_method method)
{
	return has_name(method) ? methods[method].name : NULL;
}

enum bell_status bell_method_of_name(const char *name, enum bell_method *out)
{
	if (!name || !out)
		return BELL_EINVAL;
	for (int i = 0; i < METHODS; i++)
		if (methods[i].name && !strcmp(name, methods[i].name)) {
			*out = (enum bell_method)i;
			return BELL_OK;
		}
	return BELL_EINVAL;
}

int bell_method_parameters(enum bell_method method)
{
	return has_name(method) ? methods[method].parameters : 0;
}
