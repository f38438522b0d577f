/* SPDX-License-Identifier: BSD-3-Clause */
/* domain.c - the numbers that a method can take. */
#include "domain.h"
#include "source.h"

void domain_check(const struct source *s, const struct block *b, const bool *box_cox)
{
	const struct bell_table *t = &b->table;

	for (size_t i = 0; i < t->rows; i++)
		for (size_t j = 0; j < t->columns; j++) {
			double x = source_number(t, t->data, i, j);

			if (x <= 0 && (!box_cox || box_cox[j]))
				source_refuse(s, b, i, j, x, "is not above 0, as Box-Cox wants");
		}
}
