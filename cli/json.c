/* SPDX-License-Identifier: BSD-3-Clause */
/* json.c - builds JSON. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "error.h"
#include "json.h"
#include "number.h"
#include "output.h"

static cJSON *or_end(cJSON *item)
{
	if (!item)
		out_of_memory();
	return item;
}

/* Returns a copy in which every byte that belongs to no character of UTF-8 is replaced. */
static char *as_utf8(const char *text)
{
	char *copy = allocate(3 * strlen(text) + 1, 1), *out = copy;

	for (size_t left = strlen(text), n; left; text += n, left -= n) {
		mbstate_t state = {0};

		n = mbrtowc(NULL, text, left, &state);
		if (n && n <= left) {
			out = mempcpy(out, text, n);
		} else {
			out = stpcpy(out, "\xef\xbf\xbd");
			n = 1;
		}
	}
	return copy;
}

cJSON *json_text(const char *text)
{
	char *copy = as_utf8(text);
	cJSON *item = or_end(cJSON_CreateString(copy));

	free(copy);
	return item;
}

cJSON *json_number(double x)
{
	char text[NUMBER_LENGTH + 1];

	if (!isfinite(x))
		return or_end(cJSON_CreateNull());
	text[number_format(x, text)] = 0;
	return or_end(cJSON_CreateRaw(text));
}

cJSON *json_count(uint64_t n)
{
	char text[24];

	sprintf(text, "%" PRIu64, n);
	return or_end(cJSON_CreateRaw(text));
}

cJSON *json_object(void) { return or_end(cJSON_CreateObject()); }
cJSON *json_array(void) { return or_end(cJSON_CreateArray()); }

cJSON *json_add(cJSON *object, const char *key, cJSON *item)
{
	if (!cJSON_AddItemToObjectCS(object, key, item))
		out_of_memory();
	return item;
}

cJSON *json_append(cJSON *array, cJSON *item)
{
	if (!cJSON_AddItemToArray(array, item))
		out_of_memory();
	return item;
}

void json_print(cJSON *item, unsigned depth, struct output *out)
{
	char *text = cJSON_Print(item), *feed;

	if (!text)
		out_of_memory();
	for (char *line = text; *line; line = feed) {
		feed = line + strcspn(line, "\n");
		feed += *feed == '\n';
		output_put(out, line, (size_t)(feed - line));
		for (unsigned i = 0; *feed && i < depth; i++)
			output_put(out, "\t", 1);
	}
	free(text);
	cJSON_Delete(item);
}
