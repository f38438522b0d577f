/* SPDX-License-Identifier: BSD-3-Clause */
/* batch.c - the numbers of a record batch of Arrow. */
#include <math.h>
#include <stdlib.h>
#ifdef HAVE_ZSTD
#include <zstd.h>
#endif

#include "../error.h"
#include "../npy/convert.h"
#include "../text.h"
#include "batch.h"

/* A table of Message.fbs by the numbers of its fields. */
enum {
	BATCH_LENGTH = 0,
	BATCH_NODES = 1,
	BATCH_BUFFERS = 2,
	BATCH_COMPRESSION = 3,
	BATCH_VARIADIC = 4
};
enum { PAIR = 16, WORD = 8 }; /* a node or a buffer is two numbers */
enum { CODEC_ZSTD = 1, MAX_BUFFER = 1 << 30 };

void arrow_batch_open(struct arrow_batch *b)
{
	uint64_t rows = flat_value(&b->about, b->table, BATCH_LENGTH, WORD);

	/* a column of numbers takes a bit for each row at least */
	if (rows > SIZE_MAX / 16)
		flat_damaged(&b->about);
	b->rows = (size_t)rows;
}

/* Decompresses a buffer, which begins with its size then. */
static void decompress(struct arrow_buffer *out, const struct arrow_batch *b, uint64_t compression,
		       size_t need)
{
	const struct flat body = {out->bytes, out->size, b->about.label};
	uint64_t size = flat_number(&body, 0, WORD);

	out->bytes += WORD;
	out->size -= WORD;
	if (size == UINT64_MAX) /* it is not worth it */
		return;
	if (flat_value(&b->about, compression, 0, 1) != CODEC_ZSTD)
		die(EXIT_DATA,
		    "%s: is compressed by LZ4, which is not read here: write it with "
		    "compression=\"zstd\" or None",
		    b->about.label);
#ifdef HAVE_ZSTD
	if (size > MAX_BUFFER || size < need)
		flat_damaged(&b->about);
	out->own = allocate((size_t)size + 1, 1);
	if (ZSTD_decompress(out->own, (size_t)size, out->bytes, out->size) != size)
		flat_damaged(&b->about);
	out->bytes = out->own;
	out->size = (size_t)size;
#else
	(void)need;
	die(EXIT_DATA,
	    "%s: is compressed by Zstandard, which this build does not know: write it "
	    "with compression=None",
	    b->about.label);
#endif
}

/* Finds a buffer that needs so many bytes. */
static void find(struct arrow_buffer *out, const struct arrow_batch *b, size_t i, size_t need)
{
	const struct flat *f = &b->about;
	uint64_t vector = flat_child(f, b->table, BATCH_BUFFERS);
	uint64_t compression = flat_child(f, b->table, BATCH_COMPRESSION), at, size, entry;

	if (i >= flat_length(f, vector, PAIR))
		flat_damaged(f);
	entry = vector + FLAT_LENGTH + PAIR * (uint64_t)i;
	at = flat_number(f, entry, WORD);
	size = flat_number(f, entry + WORD, WORD);
	if (at > b->body_size || size > b->body_size - at)
		flat_damaged(f);
	out->bytes = b->body + at;
	out->size = (size_t)size;
	if (compression && size)
		decompress(out, b, compression, need);
	if (out->size < need)
		flat_damaged(f);
}

/* Returns how many variadic buffers the columns before one have. */
static size_t variadic_before(const struct arrow_batch *b, const struct arrow_column *c)
{
	const struct flat *f = &b->about;
	uint64_t counts = flat_child(f, b->table, BATCH_VARIADIC);
	size_t buffers = 0;

	if (c->variadic > flat_length(f, counts, WORD))
		flat_damaged(f);
	for (size_t i = 0; i < c->variadic; i++)
		buffers += flat_number(f, counts + FLAT_LENGTH + WORD * (uint64_t)i, WORD);
	return buffers;
}

void arrow_values_open(struct arrow_values *v, const struct arrow_batch *b,
		       const struct arrow_column *c, const char *name)
{
	const struct flat *f = &b->about;
	uint64_t nodes = flat_child(f, b->table, BATCH_NODES), node;
	size_t bits = b->rows / 8 + (b->rows % 8 != 0), buffer;

	*v = (struct arrow_values){0};
	if (c->node >= flat_length(f, nodes, PAIR))
		flat_damaged(f);
	node = nodes + FLAT_LENGTH + PAIR * (uint64_t)c->node;
	if (flat_number(f, node, WORD) != b->rows)
		die(EXIT_DATA, "%s: is damaged: column %s has other rows than its batch", f->label,
		    show_name(name));
	buffer = c->buffer + variadic_before(b, c);
	if (flat_number(f, node + WORD, WORD)) /* some are missing */
		find(&v->valid, b, buffer, bits);
	find(&v->data, b, buffer + 1, c->number.kind == 'b' ? bits : b->rows * c->number.size);
}

void arrow_values_close(struct arrow_values *v)
{
	free(v->valid.own);
	free(v->data.own);
	*v = (struct arrow_values){0};
}

static bool bit(const unsigned char *bits, size_t i) { return bits[i / 8] >> i % 8 & 1; }

size_t arrow_values_get(const struct arrow_values *v, const struct arrow_column *c, size_t first,
			size_t count, double *out)
{
	const struct npy_number *n = &c->number;
	const struct npy_header wide = {.number = *n, .type = BELL_F64};
	const struct npy_header narrow = {.number = *n, .type = BELL_F32};
	const unsigned char *data = v->data.bytes + (n->kind == 'b' ? 0 : first * n->size);
	bool single = arrow_is_single(c);
	size_t rounded = 0;
	float value;

	if (!v->valid.bytes && n->kind != 'b' && !single)
		return npy_convert(&wide, data, count, out);
	for (size_t i = 0; i < count; i++) {
		if (v->valid.bytes && !bit(v->valid.bytes, first + i)) {
			out[i] = NAN;
		} else if (n->kind == 'b') {
			out[i] = bit(data, first + i);
		} else if (single) {
			npy_convert(&narrow, data + i * n->size, 1, &value);
			out[i] = (double)value;
		} else {
			rounded += npy_convert(&wide, data + i * n->size, 1, out + i);
		}
	}
	return rounded;
}
