/* SPDX-License-Identifier: BSD-3-Clause */
/* bytes_check.c - whether the sums of bins, and where they lie, can be those of a column. */
#include <math.h>
#include "sketch/bytes.h"

/* ---- the sums of one bin ---- */

/* Half the number of moments, which is the size of the matrices below. */
#define HALF (SKETCH_POWERS / 2)

/* What the moments of values in [-1, 1] may be off by, powers being rounded to 2^-36. */
#define MOMENT_ERROR 0x1p-28

/*
 * Whether a symmetric matrix has no eigenvalue below 0, by Cholesky's factors; it is overwritten.
 */
static bool is_positive(double a[HALF][HALF])
{
	for (int j = 0; j < HALF; j++) {
		for (int k = 0; k < j; k++)
			a[j][j] -= a[j][k] * a[j][k];
		if (!(a[j][j] >= 0))
			return false;
		a[j][j] = sqrt(a[j][j]);
		for (int i = j + 1; i < HALF; i++) {
			for (int k = 0; k < j; k++)
				a[i][j] -= a[i][k] * a[j][k];
			a[i][j] /= a[j][j];
		}
	}
	return true;
}

/*
 * Numbers m0 to m7 are the moments of some values in [-1, 1] if and only if the matrices of m(i+j)
 * + m(i+j+1) and of m(i+j) - m(i+j+1) have no eigenvalue below 0 (Krein & Nudelman 1977, III.2):
 * these are the means of (1 + t) p(t)^2 and of (1 - t) p(t)^2, p any polynomial of degree 3.
 */
bool bell_bin_possible(const int128 sum[SKETCH_POWERS])
{
	double a[HALF][HALF];

	if (sum[0] <= 0 || sum[0] >> (SUM_BITS + 60))
		return false;
	for (int j = 1; j < SKETCH_POWERS; j++)
		if (sum[j] > sum[0] || sum[j] < -sum[0] || (j % 2 == 0 && sum[j] < 0))
			return false;
	for (int sign = -1; sign <= 1; sign += 2) {
		for (int i = 0; i < HALF; i++)
			for (int j = 0; j < HALF; j++)
				a[i][j] = ((double)sum[i + j] + sign * (double)sum[i + j + 1]) /
					      (double)sum[0] +
					  (i == j ? MOMENT_ERROR : 0);
		if (!is_positive(a))
			return false;
	}
	return true;
}

/* ---- where bins lie ---- */

/* log(a/center), or log(a) without a center. */
static double coordinate(double a, double center)
{
	return center > 0 ? log1p((a - center) / center) : log(a);
}

/*
 * How many of its widths a bin may be short of the extremes that it holds: a merge puts what were
 * wide bins where their mean is, even in a narrow one.  Of 1e4 merged sketches one was short by 5.
 */
#define MAX_SHORT 64

/*
 * Whether a bin lies between the coordinates of the least and the greatest |x| of its side.  Sets
 * reaches[0] and reaches[1] if it may hold them.
 */
static bool lies_within(const struct bin *bin, double least, double greatest, bool reaches[2])
{
	double width = ldexp(1, bin->exponent), place = (double)bin->k * width;
	double inner = coordinate(least, bin->center), outer = coordinate(greatest, bin->center);
	/* half of the bin, and the rounding of the coordinates */
	double half = width / 2 + 0x1p-40 * fabs(place);

	reaches[0] |= place - half - MAX_SHORT * width <= inner;
	reaches[1] |= place + half + MAX_SHORT * width >= outer;
	return place - half <= outer && place + half >= inner;
}

bool bell_bins_reach_extremes(const struct bell_sketch *s)
{
	/* the least |x| of a side is not known if there are values on the other one */
	const double least[2] = {s->min > 0 ? s->min : 0, s->max < 0 ? -s->max : 0},
		     greatest[2] = {s->max, -s->min};
	bool reaches[2][2] = {{false}};

	for (size_t i = 0; i < s->bins; i++) {
		int side = s->bin[i].negative;

		if (!lies_within(&s->bin[i], least[side], greatest[side], reaches[side]))
			return false;
	}
	if ((s->min == 0 || s->max == 0) && !s->zeros)
		return false;
	return (!(s->max > 0) || reaches[0][1]) && (!(s->min < 0) || reaches[1][1]) &&
	       (!(s->min > 0) || reaches[0][0]) && (!(s->max < 0) || reaches[1][0]);
}
