/* SPDX-License-Identifier: BSD-3-Clause */
/* status.h - what functions return, and what every other header needs. */
#ifndef BELLSHAPE_STATUS_H
#define BELLSHAPE_STATUS_H

/* Marks what the shared library exports. */
#if defined(__GNUC__)
#define BELL_API __attribute__((visibility("default")))
#else
#define BELL_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/*
 * A function that can fail returns one of these; errors are below 0.  Its comment names those that
 * it returns.  A function writes its results only if it returns BELL_OK or BELL_WRAPPED, unless its
 * comment says otherwise.  The library never prints and never exits.
 *
 * A function checks in this order: its arguments (first for BELL_EINVAL, then sizes for
 * BELL_ESIZE), the backend (BELL_EBACKEND), weights (BELL_EWEIGHT, and BELL_ESIZE for their sum),
 * and then the values.
 */
enum bell_status {
	/* All is done. */
	BELL_OK = 0,
	/* All is done, but the samples passed number 2^64 - 1 and went on from 0. */
	BELL_WRAPPED = 1,
	/*
	 * A pointer that must not be NULL is NULL, or an argument is outside its documented range.
	 */
	BELL_EINVAL = -1,
	/* A size, stride or count overflows, or a buffer is too small. */
	BELL_ESIZE = -2,
	/* There is not enough memory. */
	BELL_ENOMEM = -3,
	/* The backend that was asked for is unknown or cannot run on this CPU: see backend.h. */
	BELL_EBACKEND = -4,
	/* The bytes are no bellshape sketch or state, or the text is no bellshape model. */
	BELL_EFORMAT = -5,
	/* A later version wrote the sketch, state or model, and this one cannot read it. */
	BELL_EVERSION = -6,
	/*
	 * A sketch or state is cut short or its checksum is wrong, or a model holds impossible
	 * numbers.
	 */
	BELL_EDAMAGED = -7,
	/*
	 * A weight is negative, NaN or infinite; or, in a sketch, above 2^31, or so far below 1
	 * that it would round to 0: multiply all weights of a column by one power of two.
	 */
	BELL_EWEIGHT = -8,
	/*
	 * A value is not allowed: a fit met one that is not in the domain of its method, such as
	 * one that is not above 0 for Box-Cox; an inverse with BELL_OUTSIDE_ERROR met one that is
	 * the transform of no number; a layer met one that is not finite.  Or there is no value
	 * where one is needed: a sketch is to settle on a grid and has seen none but 0.
	 */
	BELL_EDOMAIN = -9,
	/*
	 * Two states have other columns, or the same in another order: bell_state_compare() says
	 * where.
	 */
	BELL_EMISMATCH = -10
};

/*
 * bell_status_text() returns one line of English for a status, without a full stop, and "unknown
 * status" for any other number.
 */
BELL_API const char *bell_status_text(enum bell_status status);

#ifdef __cplusplus
}
#endif
#endif
