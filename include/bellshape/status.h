/* SPDX-License-Identifier: BSD-3-Clause */
/* status.h - what every function of bellshape answers. */
#ifndef BELLSHAPE_STATUS_H
#define BELLSHAPE_STATUS_H

#if defined(__GNUC__)
#define BELL_API __attribute__((visibility("default")))
#else
#define BELL_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Every function that can fail returns one of these, errors below 0.  Whatever it writes, it writes only when it
 * returns BELL_OK, unless its own comment says otherwise.  The library never prints and never
 * exits.
 */
enum bell_status {
	BELL_OK = 0,
	BELL_WRAPPED = 1,   /* done, but the samples passed number 2^64 - 1 and went on from 0 */
	BELL_EINVAL = -1,   /* a NULL pointer, n = 0, or an argument outside its documented range */
	BELL_ESIZE = -2,    /* a size, stride or count overflows, or a buffer is too small */
	BELL_ENOMEM = -3,   /* memory could not be had */
	BELL_EBACKEND = -4, /* the backend asked for is unknown or cannot run on this CPU */
	BELL_EFORMAT =
	    -5, /* the bytes are no bellshape sketch, or the text is no bellshape model */
	BELL_EVERSION = -6, /* a sketch or model of a version that this library cannot read */
	BELL_EDAMAGED = -7, /* a sketch that is cut short or fails its checksum, a model with
			       impossible numbers */
	BELL_EWEIGHT = -8,  /* a weight that is negative, NaN, infinite or above 2^31 */
	/* Box-Cox: values that are not above 0; inverse: values outside the image of the transform,
	 * under BELL_OUTSIDE_ERROR; layers: values that are not finite */
	BELL_EDOMAIN = -9
};

/* One line of English for a status, without a full stop; "unknown status" for anything else. */
BELL_API const char *bell_status_text(enum bell_status status);

#ifdef __cplusplus
}
#endif
#endif
