/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * zip.c - what a zip file holds, stored or deflated.
 *
 * The format is described in APPNOTE.TXT of PKWARE.  All its numbers are little-endian.  A number
 * that does not fit stands in a field of its own behind the name (zip64), and has all bits set in
 * its place.
 */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "../error.h"
#include "../input.h"
#include "../stream/stream.h"
#include "../text.h"
#include "zip.h"

/* What is not a file is read into memory up to this size. */
enum { MAX_MEMORY = 1 << 30 };

/* A list that takes more is taken for a mistake. */
enum { MAX_LIST = 64 << 20 };

/* Marks of the parts of the file, and how many bytes these have without what varies. */
#define LOCAL_MARK     "PK\3\4"
#define ENTRY_MARK     "PK\1\2"
#define END_MARK       "PK\5\6"
#define END64_MARK     "PK\6\6"
#define LOCATOR64_MARK "PK\6\7"
enum { MARK = 4, LOCAL = 30, ENTRY = 46, END = 22, END64 = 56, LOCATOR64 = 20 };
enum { MAX_COMMENT = UINT16_MAX, ENCRYPTED = 1, STORED = 0, DEFLATED = 8 };

static _Noreturn void damaged(const struct zip *z)
{
	die(EXIT_DATA, "%s: is a damaged zip file", z->label);
}

static uint64_t number(const unsigned char *p, size_t bytes)
{
	uint64_t n = 0;

	while (bytes--)
		n = n << 8 | p[bytes];
	return n;
}

static unsigned u16(const unsigned char *p) { return (unsigned)number(p, 2); }
static uint32_t u32(const unsigned char *p) { return (uint32_t)number(p, 4); }
static uint64_t u64(const unsigned char *p) { return number(p, 8); }

/* Reads n bytes from a place of the file. */
static void read_at(const struct zip *z, uint64_t at, void *out, size_t n)
{
	unsigned char *to = out;

	if (at > z->size || n > z->size - at)
		damaged(z);
	if (z->descriptor < 0) {
		memcpy(out, z->bytes + at, n);
		return;
	}
	for (ssize_t got; n; n -= (size_t)got, at += (uint64_t)got, to += got) {
		got = pread(z->descriptor, to, n, (off_t)at);
		if (got < 0 && errno == EINTR)
			got = 0;
		else if (got < 0)
			die(EXIT_DATA, "%s: %s", z->label, strerror(errno));
		else if (!got)
			damaged(z);
	}
}

/* ---- the list of entries ---- */

/* Where the list lies and how long it is. */
struct list {
	uint64_t at, size, entries;
};

/* Reads the end of the list of large files, if there is one before the other end. */
static void read_end64(const struct zip *z, uint64_t end, struct list *list)
{
	unsigned char locator[LOCATOR64], end64[END64];

	if (end < LOCATOR64)
		return;
	read_at(z, end - LOCATOR64, locator, LOCATOR64);
	if (memcmp(locator, LOCATOR64_MARK, MARK) != 0)
		return;
	read_at(z, u64(locator + 8), end64, END64);
	if (memcmp(end64, END64_MARK, MARK) != 0)
		damaged(z);
	*list = (struct list){u64(end64 + 48), u64(end64 + 40), u64(end64 + 32)};
}

/* Finds the end of the list, behind which only a comment stands. */
static struct list find_list(struct zip *z)
{
	size_t n = z->size < END + MAX_COMMENT ? (size_t)z->size : END + MAX_COMMENT;
	unsigned char *last = z->end = allocate(n, 1), *p = NULL;
	struct list list;

	read_at(z, z->size - n, last, n);
	for (size_t i = n < END ? 0 : n - END + 1; i-- && !p;)
		if (!memcmp(last + i, END_MARK, MARK) && u16(last + i + 20) == n - END - i)
			p = last + i;
	if (!p)
		damaged(z);
	uint64_t end = z->size - n + (uint64_t)(p - last);
	list = (struct list){u32(p + 16), u32(p + 12), u16(p + 10)};
	read_end64(z, end, &list);
	if (list.at > end || list.size > end - list.at || list.size > MAX_LIST ||
	    list.entries > list.size / ENTRY)
		damaged(z);
	return list;
}

/* Takes the numbers that did not fit from what stands behind the name. */
static void read_extra(const struct zip *z, struct zip_entry *e, const unsigned char *extra,
		       size_t n)
{
	uint64_t *const wide[] = {&e->size, &e->packed, &e->at};
	enum { HEAD = 4, ZIP64 = 1, WIDE = 8 };

	for (size_t length; n >= HEAD; extra += HEAD + length, n -= HEAD + length) {
		length = u16(extra + 2);
		if (length > n - HEAD)
			damaged(z);
		if (u16(extra) != ZIP64)
			continue;
		const unsigned char *p = extra + HEAD, *end = p + length;
		for (int i = 0; i < 3; i++) {
			if (*wide[i] != UINT32_MAX)
				continue;
			if (end - p < WIDE)
				damaged(z);
			*wide[i] = u64(p);
			p += WIDE;
		}
	}
}

/* Reads an entry of the list, of which n bytes are left; returns how many it takes. */
static size_t read_entry(const struct zip *z, struct zip_entry *e, const unsigned char *p, size_t n)
{
	if (n < ENTRY || memcmp(p, ENTRY_MARK, MARK) != 0)
		damaged(z);
	size_t name = u16(p + 28), extra = u16(p + 30), length = ENTRY + name + extra + u16(p + 32);
	if (length > n || memchr(p + ENTRY, 0, name))
		damaged(z);
	*e = (struct zip_entry){.flags = u16(p + 8),
				.method = u16(p + 10),
				.crc = u32(p + 16),
				.packed = u32(p + 20),
				.size = u32(p + 24),
				.at = u32(p + 42)};
	e->name = copy_text((const char *)p + ENTRY, name);
	read_extra(z, e, p + ENTRY + name, extra);
	return length;
}

/* Decides from where the file is read. */
static void find_bytes(struct zip *z, struct input *in)
{
	struct stat status;
	char first[MARK];

	*z = (struct zip){.label = in->label, .descriptor = -1, .taken = &in->taken};
	/* a file that was compressed once more has other bytes at its head */
	if (!fstat(in->descriptor, &status) && S_ISREG(status.st_mode) &&
	    pread(in->descriptor, first, MARK, 0) == MARK && !memcmp(first, LOCAL_MARK, MARK)) {
		z->descriptor = in->descriptor;
		z->size = (uint64_t)status.st_size;
		return;
	}
	size_t size;
	z->bytes = input_rest(in, MAX_MEMORY, &size);
	z->size = size;
}

void zip_open(struct zip *z, struct input *in)
{
	find_bytes(z, in);
	struct list list = find_list(z);
	unsigned char *bytes = z->end = reallocate(z->end, (size_t)list.size + 1, 1);
	size_t at = 0;

	z->list = list.at;
	read_at(z, list.at, bytes, (size_t)list.size);
	z->entry = allocate((size_t)list.entries + 1, sizeof *z->entry);
	while (z->entries < list.entries) {
		struct zip_entry *e = &z->entry[z->entries++];

		at += read_entry(z, e, bytes + at, (size_t)list.size - at);
	}
	free(z->end);
	z->end = NULL;
}

void zip_close(struct zip *z)
{
	for (size_t i = 0; i < z->entries; i++)
		free(z->entry[i].name);
	free(z->entry);
	free(z->bytes);
	free(z->end);
	*z = (struct zip){.descriptor = -1};
}

/* ---- the bytes of an entry ---- */

struct unzipped {
	struct stream stream;
	const struct zip *zip;
	const struct zip_entry *entry;
	uint64_t at, left; /* the next byte in the file, and how many there are */
	uint64_t made;     /* bytes that were given out */
	uLong crc;         /* of them */
	z_stream deflated;
	unsigned char bytes[1 << 16]; /* read ahead of it */
};

/* Reads up to n bytes as they lie in the file; returns how many. */
static size_t take(struct unzipped *u, void *out, size_t n)
{
	if (n > u->left)
		n = (size_t)u->left;
	read_at(u->zip, u->at, out, n);
	u->at += n;
	u->left -= n;
	*u->zip->taken += n;
	return n;
}

/* Decompresses up to n bytes; returns how many, 0 at the end. */
static size_t inflate_some(struct unzipped *u, void *out, size_t n)
{
	z_stream *d = &u->deflated;
	unsigned want = n < UINT_MAX ? (unsigned)n : UINT_MAX;

	d->next_out = out;
	d->avail_out = want;
	while (d->avail_out == want) {
		if (!d->avail_in && u->left) {
			d->next_in = u->bytes;
			d->avail_in = (unsigned)take(u, u->bytes, sizeof u->bytes);
		}
		int status = inflate(d, Z_NO_FLUSH);
		if (status == Z_MEM_ERROR)
			out_of_memory();
		if (status == Z_STREAM_END)
			break;
		if (status != Z_OK)
			damaged(u->zip);
	}
	return want - d->avail_out;
}

static size_t unzipped_get(struct stream *s, void *out, size_t n)
{
	struct unzipped *u = (struct unzipped *)s;
	size_t got = u->entry->method == STORED ? take(u, out, n) : inflate_some(u, out, n);

	u->crc = crc32_z(u->crc, out, got);
	u->made += got;
	if (u->made > u->entry->size ||
	    (!got && (u->made < u->entry->size || u->crc != u->entry->crc)))
		die(EXIT_DATA, "%s: is damaged in a zip file", s->label);
	return got;
}

static void unzipped_close(struct stream *s) { inflateEnd(&((struct unzipped *)s)->deflated); }

struct stream *zip_stream(const struct zip *z, size_t entry, const char *label)
{
	const struct zip_entry *e = &z->entry[entry];
	unsigned char local[LOCAL];
	struct unzipped *u;
	uint64_t at;

	if (e->flags & ENCRYPTED)
		die(EXIT_DATA, "%s: is encrypted", label);
	if (e->method != STORED && e->method != DEFLATED)
		die(EXIT_DATA,
		    "%s: is compressed by method %u of zip, where numpy.savez_compressed uses %d",
		    label, e->method, DEFLATED);
	read_at(z, e->at, local, LOCAL);
	if (memcmp(local, LOCAL_MARK, MARK) != 0)
		damaged(z);
	at = e->at + LOCAL + u16(local + 26) + u16(local + 28);
	if (at > z->list || e->packed > z->list - at)
		damaged(z);
	u = allocate(1, sizeof *u);
	u->at = at;
	u->left = e->packed;
	u->stream = (struct stream){label, NULL, unzipped_get, unzipped_close};
	u->zip = z;
	u->entry = e;
	u->crc = crc32_z(0, NULL, 0);
	if (inflateInit2(&u->deflated, -MAX_WBITS) != Z_OK)
		out_of_memory();
	return &u->stream;
}
