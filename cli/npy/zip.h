/* SPDX-License-Identifier: BSD-3-Clause */
/* zip.h - what a zip file holds, stored or deflated. */
#ifndef CLI_NPY_ZIP_H
#define CLI_NPY_ZIP_H

#include <stddef.h>
#include <stdint.h>

struct input;
struct stream;

/* A file within the zip file. */
struct zip_entry {
	char *name;
	unsigned flags, method;
	uint32_t crc;
	uint64_t packed, size; /* bytes as they lie there, and decompressed */
	uint64_t at;           /* where its own header begins */
};

struct zip {
	const char *label;
	int descriptor;  /* of the file; -1: all of it is in memory */
	char *bytes;     /* there */
	uint64_t size;   /* of the file */
	uint64_t *taken; /* counts the bytes that are read */
	uint64_t list;   /* where the list of entries begins, behind them all */
	struct zip_entry *entry;
	size_t entries;
	unsigned char *end; /* the end of the file, and then the list, while they are read */
};

/*
 * zip_open() reads the list of entries, which stands at the end of the file.  What cannot be read
 * from any place, such as a pipe, is read into memory as a whole.  A file that is damaged ends the
 * program, here and below.
 */
void zip_open(struct zip *z, struct input *in);
void zip_close(struct zip *z);

/* zip_stream() returns a stream of an entry, which needs the struct as long as it lives. */
struct stream *zip_stream(const struct zip *z, size_t entry, const char *label);

#endif
