/* SPDX-License-Identifier: BSD-3-Clause */
/* bars.c - small histograms for a terminal. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <bellshape/plot.h>

#include "bars.h"
#include "error.h"

/* On a terminal that has fewer columns most tables would wrap. */
enum { MIN_WIDTH = 120 };

struct bars bars_of(const struct bell_sketch *sketch, const struct bell_transform *transform)
{
	/* U+2581 to U+2588, the last byte of which is the eighth part that it fills. */
	enum { HEIGHTS = 8 };
	static const char block[] = "\xe2\x96";
	struct bell_histogram h;
	struct bars bars = {""};
	char *out = bars.text;
	double most = 0;

	check(bell_histogram_sketch(sketch, transform, BARS, &h), "the histogram");
	for (size_t i = 0; i < h.bins; i++)
		most = fmax(most, h.count[i]);
	for (size_t i = 0; i < h.bins; i++) {
		int height = (int)ceil(HEIGHTS * h.count[i] / most);

		if (height) {
			out = stpcpy(out, block);
			*out++ = (char)(0x80 + height);
		} else {
			*out++ = ' ';
		}
	}
	*out = 0;
	return bars;
}

bool bars_wanted(bool asked)
{
	const char *terminal = getenv("TERM");
	struct winsize size;

	return asked || (isatty(STDOUT_FILENO) && terminal && strcmp(terminal, "dumb") != 0 &&
			 !ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && size.ws_col >= MIN_WIDTH);
}
