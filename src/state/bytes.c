/* SPDX-License-Identifier: BSD-3-Clause */
/* bytes.c - a state as bytes, and back: docs/formats.md has the layout. */
#include <stdlib.h>
#include <string.h>
#include "sketch/bytes.h"
#include "state/state.h"

#define STATE_VERSION 1

static const char state_magic[8] = {'B', 'E', 'L', 'L', 'S', 'T', 'A', 'T'};

/* The bytes of an integer of 64 bits, seven in each. */
#define MAX_NUMBER_SIZE 10

/* A column takes so many bytes or more: of its name, and of the size of its sketch. */
#define MIN_COLUMN_SIZE 2

/* ---- writing ---- */

/* Returns the number of bytes; counts alone if p is NULL. */
static size_t put_number(unsigned char *p, uint64_t v)
{
	size_t n = 0;

	do {
		if (p)
			p[n] = (unsigned char)((v & 127) | (v >> 7 ? 128 : 0));
		n++;
		v >>= 7;
	} while (v);
	return n;
}

static void put_word(unsigned char *p, uint64_t v, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		p[i] = (unsigned char)(v >> 8 * i);
}

/* A name is preceded by its length and 1; a column without a name has 0 there. */
static uint64_t coded_length(const char *name) { return name ? (uint64_t)strlen(name) + 1 : 0; }

size_t bell_state_size(const struct bell_state *state)
{
	size_t n = HEAD_SIZE + CHECK_SIZE;

	if (!state)
		return 0;
	n += put_number(NULL, state->rows) + put_number(NULL, state->columns);
	for (size_t j = 0; j < state->columns; j++) {
		uint64_t length = coded_length(state->name[j]);
		size_t size = bell_sketch_size(state->sketch[j]);

		n += put_number(NULL, length) + (length ? (size_t)length - 1 : 0);
		n += put_number(NULL, size) + size;
	}
	return n;
}

static size_t put_column(unsigned char *p, const char *name, const struct bell_sketch *sketch)
{
	uint64_t length = coded_length(name);
	size_t n = put_number(p, length), size = bell_sketch_size(sketch);

	if (length) {
		memcpy(p + n, name, (size_t)length - 1);
		n += (size_t)length - 1;
	}
	n += put_number(p + n, size);
	bell_sketch_serialize(sketch, p + n, size);
	return n + size;
}

enum bell_status bell_state_serialize(const struct bell_state *state, void *buffer, size_t size)
{
	unsigned char *p = buffer;
	size_t n = HEAD_SIZE;

	if (!state || !buffer)
		return BELL_EINVAL;
	if (size < bell_state_size(state))
		return BELL_ESIZE;
	memcpy(p, state_magic, sizeof state_magic);
	put_word(p + sizeof state_magic, STATE_VERSION, HEAD_SIZE - sizeof state_magic);
	n += put_number(p + n, state->rows);
	n += put_number(p + n, state->columns);
	for (size_t j = 0; j < state->columns; j++)
		n += put_column(p + n, state->name[j], state->sketch[j]);
	put_word(p + n, checksum(p, n), CHECK_SIZE);
	return BELL_OK;
}

/* ---- reading ---- */

/* What lies beyond the end, or cannot be, sets `bad`. */
struct reader {
	const unsigned char *p, *end;
	bool bad;
};

/* A number in as few bytes as it needs. */
static uint64_t get_number(struct reader *r)
{
	uint64_t v = 0;

	for (int i = 0; i < MAX_NUMBER_SIZE && r->p < r->end; i++) {
		uint64_t byte = *r->p++, part = byte & 127;

		if (part << 7 * i >> 7 * i != part || (i && !byte))
			break;
		v |= part << 7 * i;
		if (byte < 128)
			return v;
	}
	r->bad = true;
	return 0;
}

/* So many bytes, or NULL. */
static const unsigned char *get_bytes(struct reader *r, uint64_t n)
{
	const unsigned char *p = r->p;

	if (r->bad || n > (uint64_t)(r->end - r->p)) {
		r->bad = true;
		return NULL;
	}
	r->p += n;
	return p;
}

static enum bell_status get_name(struct reader *r, char **name)
{
	uint64_t length = get_number(r);
	const unsigned char *p = get_bytes(r, length ? length - 1 : 0);

	if (!p || (length && memchr(p, 0, (size_t)length - 1)))
		return BELL_EDAMAGED;
	if (!length)
		return BELL_OK;
	*name = malloc((size_t)length);
	if (!*name)
		return BELL_ENOMEM;
	memcpy(*name, p, (size_t)length - 1);
	(*name)[length - 1] = 0;
	return BELL_OK;
}

static enum bell_status get_sketch(struct reader *r, uint64_t rows, struct bell_sketch **out)
{
	uint64_t size = get_number(r);
	const unsigned char *p = get_bytes(r, size);
	enum bell_status status;

	if (!p)
		return BELL_EDAMAGED;
	status = bell_sketch_deserialize(p, (size_t)size, out);
	if (status == BELL_EFORMAT)
		return BELL_EDAMAGED;
	/* All three are below 2^64, and rows below 2^62. */
	if (status == BELL_OK &&
	    ((*out)->count > rows || (*out)->missing > rows || (*out)->infinite > rows ||
	     (*out)->count + (*out)->missing + (*out)->infinite > rows))
		return BELL_EDAMAGED;
	return status;
}

/* Everything after the version, whose checksum is right. */
static enum bell_status get_state(struct reader *r, struct bell_state **out)
{
	uint64_t rows = get_number(r), columns = get_number(r);
	enum bell_status status;

	if (r->bad || rows >= BELL_MAX_STATE_ROWS ||
	    columns > (uint64_t)(r->end - r->p) / MIN_COLUMN_SIZE)
		return BELL_EDAMAGED;
	status = bell_state_allocate((size_t)columns, out);
	if (status != BELL_OK)
		return status;
	(*out)->rows = rows;
	for (size_t j = 0; status == BELL_OK && j < columns; j++) {
		status = get_name(r, &(*out)->name[j]);
		if (status == BELL_OK)
			status = get_sketch(r, rows, &(*out)->sketch[j]);
	}
	return status == BELL_OK && r->p != r->end ? BELL_EDAMAGED : status;
}

enum bell_status bell_state_deserialize(const void *buffer, size_t size, struct bell_state **out)
{
	const unsigned char *p = buffer;
	struct bell_state *s = NULL;
	enum bell_status status;
	struct reader r;

	if (!buffer || !out)
		return BELL_EINVAL;
	if (size < sizeof state_magic || memcmp(p, state_magic, sizeof state_magic) != 0)
		return BELL_EFORMAT;
	if (size < HEAD_SIZE)
		return BELL_EDAMAGED;
	if (get_word(p + sizeof state_magic, HEAD_SIZE - sizeof state_magic) != STATE_VERSION)
		return BELL_EVERSION;
	if (size < HEAD_SIZE + CHECK_SIZE ||
	    checksum(p, size - CHECK_SIZE) != get_word(p + size - CHECK_SIZE, CHECK_SIZE))
		return BELL_EDAMAGED;
	r = (struct reader){.p = p + HEAD_SIZE, .end = p + size - CHECK_SIZE};
	status = get_state(&r, &s);
	if (status == BELL_OK)
		*out = s;
	else
		bell_state_free(s);
	return status;
}
