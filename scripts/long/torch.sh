# shellcheck shell=bash disable=SC2154 # $long is set by common.sh
# torch: bellshape.nn with the oldest torch that it supports, in an environment of its own.

step() {
	local venv=$long/torch wheel oldest
	oldest=$(sed -n 's/^torch = \["torch>=\([0-9.]*\)"\]/\1/p' pyproject.toml)
	wheel=$(scripts/wheel 2>"$long/wheel.log") || { bad "torch: scripts/wheel" && return; }
	[ -x "$venv/bin/python" ] || check "torch: makes $venv" python3 -m venv "$venv" || return
	check "torch: installs torch $oldest" "$venv/bin/pip" install -q "torch==$oldest.*" numpy pytest &&
		check "torch: installs $wheel" "$venv/bin/pip" install -q --no-deps --force-reinstall "$wheel" ||
		return
	check "torch: the tests of bellshape.nn" "$venv/bin/python" -m pytest -q -p no:cacheprovider \
		tests/python/test_nn*.py
}
