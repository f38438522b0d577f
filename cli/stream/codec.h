/* SPDX-License-Identifier: BSD-3-Clause */
/* codec.h - formats of compression, each by the library that its users use. */
#ifndef CLI_STREAM_CODEC_H
#define CLI_STREAM_CODEC_H

#include <stddef.h>

/* What a step reads and writes; it moves the pointers on. */
struct window {
	const unsigned char *in;
	unsigned char *out;
	size_t in_left, out_left;
};

enum outcome {
	CODEC_GOES_ON,
	CODEC_ENDED, /* all of a file that was compressed alone; another may follow it */
	CODEC_DAMAGED,
	CODEC_TOO_LARGE, /* it takes more memory than CODEC_MAX_MEMORY */
	CODEC_NO_MEMORY
};

/* No file that the usual programs make needs more to be decompressed. */
enum { CODEC_MAX_MEMORY = 1 << 30 };

struct codec {
	const char *name;  /* for messages: "compressed by ..." */
	const char *magic; /* the first bytes, */
	size_t length;     /* so many */
	/* Returns a new state, or NULL if there is no memory. */
	void *(*open)(void);
	/* Decompresses until there is no input or no room. */
	enum outcome (*step)(void *state, struct window *w);
	void (*close)(void *state);
};

/* The formats that this build knows; one without a name ends the list. */
extern const struct codec codecs[];

#endif
