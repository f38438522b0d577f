/* SPDX-License-Identifier: BSD-3-Clause */
/* words.c - what a report says of a column in words. */
#include "report/words.h"

/* With one of these nothing was estimated. */
#define NOT_ESTIMATED (BELL_FIT_EMPTY | BELL_FIT_ONE_VALUE | BELL_FIT_CONSTANT | BELL_FIT_INFINITE)

const char *bell_method_title(enum bell_method method)
{
	static const struct {
		enum bell_method method;
		const char *title;
	} titles[] = {
	    {BELL_YEO_JOHNSON, "Yeo-Johnson"},
	    {BELL_BOX_COX, "Box-Cox"},
	    {BELL_YEO_JOHNSON_UNIT, "Yeo-Johnson with a unit"},
	    {BELL_IDENTITY, "as it is"},
	    {BELL_LOG, "logarithm"},
	    {BELL_SQRT, "square root"},
	    {BELL_LOG_SHIFT, "logarithm with a shift"},
	    {BELL_EXPONENTIAL, "exponential (Manly)"},
	};
	const char *name = bell_method_name(method);

	for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
		if (titles[i].method == method)
			return titles[i].title;
	return name ? name : "";
}

bool bell_is_left(const struct bell_fit *fit) { return fit->flags & NOT_ESTIMATED; }

bool bell_has_lambda(const struct bell_fit *fit)
{
	enum bell_method method = fit->transform.method;

	return !bell_is_left(fit) &&
	       (method == BELL_YEO_JOHNSON || method == BELL_BOX_COX ||
		method == BELL_YEO_JOHNSON_UNIT || method == BELL_EXPONENTIAL);
}

static void put_verdict(struct page *p, const struct bell_verdict *verdict)
{
	char text[BELL_VERDICT_TEXT];

	if (bell_verdict_text(verdict, text) == BELL_OK)
		bell_text(p, text);
}

void bell_put_remarks(struct page *p, const struct bell_verdicts *all)
{
	for (size_t i = 0; i < all->count; i++) {
		bell_put(p, "<span>");
		put_verdict(p, &all->verdict[i]);
		bell_put(p, "</span> ");
	}
}

void bell_put_advice(struct page *p, const struct bell_verdicts *all)
{
	if (!all->count)
		return;
	bell_put(p, "<ul class=\"say-list\">");
	for (size_t i = 0; i < all->count; i++) {
		bell_put(p, "<li><strong>");
		put_verdict(p, &all->verdict[i]);
		bell_put(p, "</strong> ");
		bell_text(p, bell_verdict_advice(all->verdict[i].kind));
		bell_put(p, "</li>");
	}
	bell_put(p, "</ul>");
}
