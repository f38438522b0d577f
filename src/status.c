/* SPDX-License-Identifier: BSD-3-Clause */
/* status.c - a status in words. */
#include <bellshape/status.h>

const char *bell_status_text(enum bell_status status)
{
	switch (status) {
	case BELL_OK:
		return "success";
	case BELL_WRAPPED:
		return "done, but the samples passed number 2^64 - 1 and went on from 0";
	case BELL_EINVAL:
		return "invalid argument";
	case BELL_ESIZE:
		return "a size is too large, or a buffer too small";
	case BELL_ENOMEM:
		return "out of memory";
	case BELL_EBACKEND:
		return "no such backend on this machine";
	case BELL_EFORMAT:
		return "not in bellshape's format";
	case BELL_EVERSION:
		return "of a version that this bellshape cannot read";
	case BELL_EDAMAGED:
		return "damaged, or its numbers contradict each other";
	case BELL_EWEIGHT:
		return "a weight is negative, not finite, above 2^31 or so small that it would "
		       "round to 0 (multiply all of them by one power of two)";
	case BELL_EDOMAIN:
		return "values outside the domain or the image of the transform, or not finite "
		       "where they have to be";
	case BELL_EMISMATCH:
		return "the columns differ in number, names or order";
	}
	return "unknown status";
}
