/* SPDX-License-Identifier: BSD-3-Clause */
/* number.cc - numbers to text and back: <charconv> for C. */
#include <charconv>
#include <cstdlib>
#include <string>
#include <system_error>

#include "number.h"

static bool blank(char c) { return c == ' ' || c == '\t'; }

bool number_parse(const char *text, size_t length, double *value)
{
	const char *first = text, *last = text + length;

	while (first < last && blank(*first))
		first++;
	while (first < last && blank(last[-1]))
		last--;
	if (last - first > 1 && *first == '+' && first[1] != '-')
		first++;
	const auto [end, error] = std::from_chars(first, last, *value);
	if (end != last || error == std::errc::invalid_argument)
		return false;
	if (error == std::errc::result_out_of_range) /* from_chars does not say which way */
		*value = std::strtod(std::string(first, last).c_str(), nullptr);
	return true;
}

size_t number_format(double value, char text[NUMBER_LENGTH])
{
	return static_cast<size_t>(std::to_chars(text, text + NUMBER_LENGTH, value).ptr - text);
}

size_t number_format_f32(float value, char text[NUMBER_LENGTH])
{
	return static_cast<size_t>(std::to_chars(text, text + NUMBER_LENGTH, value).ptr - text);
}
