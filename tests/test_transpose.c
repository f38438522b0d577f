/* SPDX-License-Identifier: BSD-3-Clause */
/* test_transpose.c - a transposition moves each element, and touches nothing else. */
#include "common.h"
#include "dispatch.h"

/* Lines and columns. */
#define MAX_SIZE 40
#define CHECK_TRANSPOSE(type, elem)                                                            \
	static void check_transpose_##type(const struct backend *b, ptrdiff_t stride,          \
					   size_t lines, size_t columns, ptrdiff_t pitch)      \
	{                                                                                      \
		static elem x[(MAX_SIZE + 3) * MAX_SIZE], y[(MAX_SIZE + 3) * MAX_SIZE],        \
		    want[(MAX_SIZE + 3) * MAX_SIZE];                                           \
		const elem *from =                                                             \
		    stride < 0 ? x - (ptrdiff_t)(lines ? lines - 1 : 0) * stride : x;          \
                                                                                               \
		for (size_t i = 0; i < COUNT(x); i++) {                                        \
			x[i] = (elem)i;                                                        \
			y[i] = want[i] = -1;                                                   \
		}                                                                              \
		for (ptrdiff_t j = 0; j < (ptrdiff_t)lines; j++)                               \
			for (ptrdiff_t k = 0; k < (ptrdiff_t)columns; k++)                     \
				want[k * pitch + j] = from[j * stride + k];                    \
		b->transpose_##type(from, stride, lines, columns, y, pitch);                   \
		cr_assert_arr_eq(y, want, sizeof y, "%s on %s: %zu lines, %zu columns", #type, \
				 b->name, lines, columns);                                     \
	}
CHECK_TRANSPOSE(f32, float)
CHECK_TRANSPOSE(f64, double)

Test(transpose, is_a_transposition)
{
	const struct backend *b = bell_kernels();

	for (size_t lines = 0; lines <= MAX_SIZE; lines++)
		for (size_t columns = 0; columns <= MAX_SIZE; columns += 1 + columns % 3)
			for (ptrdiff_t stride = -MAX_SIZE - 1; stride <= MAX_SIZE + 1;
			     stride += 2 * MAX_SIZE + 2) {
				ptrdiff_t pitch = (ptrdiff_t)lines + (lines > 20 ? 2 : 0);

				check_transpose_f32(b, stride, lines, columns, pitch);
				check_transpose_f64(b, stride, lines, columns, pitch);
			}
}
