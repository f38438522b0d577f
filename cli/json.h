/* SPDX-License-Identifier: BSD-3-Clause */
/* json.h - builds JSON.  Where memory runs out, the program ends: no part is ever left out. */
#ifndef CLI_JSON_H
#define CLI_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <cjson/cJSON.h>

struct output;

/*
 * json_text() takes any bytes; what is not UTF-8 becomes the replacement character.  json_bytes()
 * writes the bytes of a text as hexadecimal digits.
 */
cJSON *json_text(const char *text);
cJSON *json_bytes(const char *text);

/* json_number() writes the shortest exact text, and null for what is no finite number. */
cJSON *json_number(double x);
cJSON *json_count(uint64_t n);
cJSON *json_bool(bool truth);
cJSON *json_object(void);
cJSON *json_array(void);

/*
 * json_add() gives an object the item under a key, which is not copied; json_append() puts it at
 * the end of an array.  Both return the item.
 */
cJSON *json_add(cJSON *object, const char *key, cJSON *item);
cJSON *json_append(cJSON *array, cJSON *item);

/*
 * json_print() writes an item, which stands so many levels deep, and frees it.  A report is written
 * item by item: a tree of all its columns would take kilobytes for each.
 */
void json_print(cJSON *item, unsigned depth, struct output *out);

/* json_print_line() writes an item on one line, and frees it. */
void json_print_line(cJSON *item, struct output *out);

#endif
