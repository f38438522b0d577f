/* SPDX-License-Identifier: BSD-3-Clause */
/* run.h - runs the program in a folder of its own and reads what it left. */
#ifndef TESTS_CLI_RUN_H
#define TESTS_CLI_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <cjson/cJSON.h>

/* For .init and .fini: every test works in a new empty folder. */
void run_begin(void);
void run_end(void);

/*
 * Runs a line of shell; $B is the program, $D the folder of the real tables.  Returns the exit
 * status, 128 + n for signal n.  What it prints is kept for out(), err() and json().
 */
int run(const char *format, ...) __attribute__((format(printf, 1, 2)));
const char *out(void);
const char *err(void);
cJSON *json(void);

/* Is standard output empty, and standard error one line with this text in it? */
bool failed_with(const char *text);

void put(const char *name, const void *bytes, size_t size);
void put_text(const char *name, const char *text);
/* The bytes of a file, until run_end(); NULL if there is no such file.  size may be NULL. */
char *get(const char *name, size_t *size);
bool same_files(const char *a, const char *b);
size_t files(void); /* how many there are in the folder */

/* Column `column` of the fit or stats printed as JSON. */
cJSON *column(cJSON *root, const char *name);
double value(cJSON *column, const char *key);              /* NaN for null */
double printed_value(const char *column, const char *key); /* of json() */

/*
 * Are both files tables with the same cells parted by commas, numbers within `tolerance` relative
 * and all else equal as text?  Says where they differ.
 */
bool same_tables(const char *a, const char *b, double tolerance);

#endif
