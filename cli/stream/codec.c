/* SPDX-License-Identifier: BSD-3-Clause */
/* codec.c - formats of compression, each by the library that its users use. */
#include <limits.h>
#include <stdlib.h>
#ifdef HAVE_ZLIB
#include <zlib.h>
#endif
#ifdef HAVE_BZIP2
#include <bzlib.h>
#endif
#ifdef HAVE_LZMA
#include <lzma.h>
#endif
#ifdef HAVE_ZSTD
#include <zstd.h>
#include <zstd_errors.h>
#endif

#include "codec.h"

#if defined HAVE_ZLIB || defined HAVE_BZIP2
/* These libraries count in unsigned int. */
static unsigned part_of(size_t n) { return n < UINT_MAX ? (unsigned)n : UINT_MAX; }

/* Moves a window on to where its library has come. */
static void move(struct window *w, size_t in, size_t out)
{
	w->in += in, w->in_left -= in;
	w->out += out, w->out_left -= out;
}
#endif

#ifdef HAVE_ZLIB
static void *gzip_open(void)
{
	enum { GZIP_ALONE = 16 };
	z_stream *z = calloc(1, sizeof *z);

	if (z && inflateInit2(z, MAX_WBITS + GZIP_ALONE) != Z_OK) {
		free(z);
		return NULL;
	}
	return z;
}

static enum outcome gzip_step(void *state, struct window *w)
{
	z_stream *z = state;
	unsigned in = part_of(w->in_left), out = part_of(w->out_left);

	z->next_in = (unsigned char *)(size_t)w->in;
	z->avail_in = in;
	z->next_out = w->out;
	z->avail_out = out;
	int status = inflate(z, Z_NO_FLUSH);
	move(w, in - z->avail_in, out - z->avail_out);
	return status == Z_STREAM_END                    ? CODEC_ENDED
	       : status == Z_OK || status == Z_BUF_ERROR ? CODEC_GOES_ON
	       : status == Z_MEM_ERROR                   ? CODEC_NO_MEMORY
							 : CODEC_DAMAGED;
}

static void gzip_close(void *state)
{
	inflateEnd(state);
	free(state);
}
#endif

#ifdef HAVE_BZIP2
static void *bzip2_open(void)
{
	bz_stream *z = calloc(1, sizeof *z);

	if (z && BZ2_bzDecompressInit(z, 0, 0) != BZ_OK) {
		free(z);
		return NULL;
	}
	return z;
}

static enum outcome bzip2_step(void *state, struct window *w)
{
	bz_stream *z = state;
	unsigned in = part_of(w->in_left), out = part_of(w->out_left);

	z->next_in = (char *)(size_t)w->in;
	z->avail_in = in;
	z->next_out = (char *)w->out;
	z->avail_out = out;
	int status = BZ2_bzDecompress(z);
	move(w, in - z->avail_in, out - z->avail_out);
	return status == BZ_STREAM_END  ? CODEC_ENDED
	       : status == BZ_OK        ? CODEC_GOES_ON
	       : status == BZ_MEM_ERROR ? CODEC_NO_MEMORY
					: CODEC_DAMAGED;
}

static void bzip2_close(void *state)
{
	BZ2_bzDecompressEnd(state);
	free(state);
}
#endif

#ifdef HAVE_LZMA
static void *xz_open(void)
{
	const lzma_stream fresh = LZMA_STREAM_INIT;
	lzma_stream *z = malloc(sizeof *z);

	if (!z)
		return NULL;
	*z = fresh;
	if (lzma_stream_decoder(z, CODEC_MAX_MEMORY, 0) != LZMA_OK) {
		free(z);
		return NULL;
	}
	return z;
}

static enum outcome xz_step(void *state, struct window *w)
{
	lzma_stream *z = state;

	z->next_in = w->in;
	z->avail_in = w->in_left;
	z->next_out = w->out;
	z->avail_out = w->out_left;
	lzma_ret status = lzma_code(z, LZMA_RUN);
	*w = (struct window){z->next_in, z->next_out, z->avail_in, z->avail_out};
	return status == LZMA_STREAM_END                       ? CODEC_ENDED
	       : status == LZMA_OK || status == LZMA_BUF_ERROR ? CODEC_GOES_ON
	       : status == LZMA_MEM_ERROR                      ? CODEC_NO_MEMORY
	       : status == LZMA_MEMLIMIT_ERROR                 ? CODEC_TOO_LARGE
							       : CODEC_DAMAGED;
}

static void xz_close(void *state)
{
	lzma_end(state);
	free(state);
}
#endif

#ifdef HAVE_ZSTD
static void *zstd_open(void)
{
	enum { LOG2_MAX_MEMORY = 30 };
	ZSTD_DCtx *z = ZSTD_createDCtx();

	/* what `zstd --long=30` makes, too */
	if (z)
		ZSTD_DCtx_setParameter(z, ZSTD_d_windowLogMax, LOG2_MAX_MEMORY);
	return z;
}

static enum outcome zstd_step(void *state, struct window *w)
{
	ZSTD_inBuffer in = {w->in, w->in_left, 0};
	ZSTD_outBuffer out = {w->out, w->out_left, 0};
	size_t status = ZSTD_decompressStream(state, &out, &in);

	*w = (struct window){w->in + in.pos, w->out + out.pos, w->in_left - in.pos,
			     w->out_left - out.pos};
	if (!ZSTD_isError(status))
		return status ? CODEC_GOES_ON : CODEC_ENDED;
	switch (ZSTD_getErrorCode(status)) {
	case ZSTD_error_memory_allocation:
		return CODEC_NO_MEMORY;
	case ZSTD_error_frameParameter_windowTooLarge:
		return CODEC_TOO_LARGE;
	default:
		return CODEC_DAMAGED;
	}
}

static void zstd_close(void *state) { ZSTD_freeDCtx(state); }
#endif

const struct codec codecs[] = {
#ifdef HAVE_ZLIB
    {"gzip", "\x1f\x8b", 2, gzip_open, gzip_step, gzip_close},
#endif
#ifdef HAVE_BZIP2
    {"bzip2", "BZh", 3, bzip2_open, bzip2_step, bzip2_close},
#endif
#ifdef HAVE_LZMA
    {"xz", "\3757zXZ", 6, xz_open, xz_step, xz_close},
#endif
#ifdef HAVE_ZSTD
    {"Zstandard", "\x28\xb5\x2f\xfd", 4, zstd_open, zstd_step, zstd_close},
#endif
    {0}};
