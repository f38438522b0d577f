/* SPDX-License-Identifier: BSD-3-Clause */
/* decimal.c - numbers as text with a point before their decimals, in any locale. */
#include <locale.h>
#include <string.h>
#include "decimal.h"

void bell_set_point(char *text)
{
	const char *point = localeconv()->decimal_point;
	char *found = strcmp(point, ".") != 0 ? strstr(text, point) : NULL;

	if (!found)
		return;
	*found = '.';
	memmove(found + 1, found + strlen(point), strlen(found + strlen(point)) + 1);
}
