/* SPDX-License-Identifier: BSD-3-Clause */
/* method.h - the methods that the program offers. */
#ifndef METHOD_H
#define METHOD_H

#include <stdbool.h>
#include <bellshape/transform.h>

#include "options.h"

/* method_from() sets *out to the method of a name and returns whether there is one. */
bool method_from(const char *name, enum bell_method *out);

/* method_names() returns the names of all methods, as they stand in a sentence. */
const char *method_names(void);

/* method_check() ends the program if an option is not for the method. */
void method_check(const struct options *options);

#endif
