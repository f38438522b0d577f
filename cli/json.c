/* SPDX-License-Identifier: BSD-3-Clause */
/* json.c - builds JSON. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "json.h"
#include "number.h"
#include "output.h"
#include "utf8.h"

static cJSON *or_end(cJSON *item)
{
	if (!item)
		out_of_memory();
	return item;
}

cJSON *json_text(const char *text)
{
	char *copy = allocate(3 * strlen(text) + 1, 1), *out = copy; /* U+FFFD has three bytes */

	for (size_t n; *text; text += n) {
		bool good;

		n = utf8_next(text, &good);
		out = good ? mempcpy(out, text, n) : stpcpy(out, "\xef\xbf\xbd");
	}
	cJSON *item = or_end(cJSON_CreateString(copy));
	free(copy);
	return item;
}

cJSON *json_bytes(const char *text)
{
	char *digits = allocate(2 * strlen(text) + 1, 1), *out = digits;

	for (; *text; text++)
		out += sprintf(out, "%02x", (unsigned char)*text);
	cJSON *item = or_end(cJSON_CreateString(digits));
	free(digits);
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

cJSON *json_bool(bool truth) { return or_end(cJSON_CreateBool(truth)); }
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

void json_print_line(cJSON *item, struct output *out)
{
	char *text = cJSON_PrintUnformatted(item);

	if (!text)
		out_of_memory();
	output_print(out, "%s\n", text);
	free(text);
	cJSON_Delete(item);
}
