/* SPDX-License-Identifier: BSD-3-Clause */
/* test_method.c - the names of the methods, and how many parameters they estimate. */
#include <bellshape/transform.h>
#include "common.h"

static const struct {
	const char *name;
	int parameters;
} methods[] = {{"yeo-johnson", 1},   {"box-cox", 1}, {"yeo-johnson-unit", 2},
	       {"identity", 0},      {"log", 0},     {"sqrt", 0},
	       {"log-shift", 1},     {"asinh", 1},   {"exponential", 1},
	       {"normal-scores", 0}, {"best", 0}};

Test(method, names_lead_to_methods_and_back)
{
	for (size_t i = 0; i < COUNT(methods); i++) {
		enum bell_method method = (enum bell_method) - 1;

		cr_expect_str_eq(bell_method_name((enum bell_method)i), methods[i].name);
		CHECK(bell_method_of_name(methods[i].name, &method));
		cr_expect_eq(method, (enum bell_method)i);
		cr_expect_eq(bell_method_parameters(method), methods[i].parameters, "%s",
			     methods[i].name);
	}
}

Test(method, other_names_and_numbers_are_no_methods)
{
	static const char *const wrong[] = {"", "Box-Cox", "boxcox", "log ", "lo", "log-shifted"};
	enum bell_method method = BELL_BOX_COX;

	cr_expect_null(bell_method_name((enum bell_method)COUNT(methods)));
	cr_expect_null(bell_method_name((enum bell_method) - 1));
	cr_expect_eq(bell_method_parameters((enum bell_method) - 1), 0);
	cr_expect_eq(bell_method_parameters((enum bell_method)COUNT(methods)), 0);
	for (size_t i = 0; i < COUNT(wrong); i++)
		CHECK_STATUS(bell_method_of_name(wrong[i], &method), BELL_EINVAL);
	CHECK_STATUS(bell_method_of_name(NULL, &method), BELL_EINVAL);
	CHECK_STATUS(bell_method_of_name("log", NULL), BELL_EINVAL);
	cr_expect_eq(method, BELL_BOX_COX, "left as it was");
}
