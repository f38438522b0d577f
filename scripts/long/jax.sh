# shellcheck shell=bash disable=SC2154 # $long is set by common.sh
# jax: bellshape.jax and its modules for Flax, on the CPU, in an environment of their own.

step() {
	local venv=$long/jax wheel
	wheel=$(scripts/wheel 2>"$long/wheel.log") || { bad "jax: scripts/wheel" && return; }
	[ -x "$venv/bin/python" ] || check "jax: makes $venv" python3 -m venv "$venv" || return
	check "jax: installs the packages" "$venv/bin/pip" install -q jax flax numpy pytest &&
		check "jax: installs $wheel" "$venv/bin/pip" install -q --no-deps --force-reinstall "$wheel" ||
		return
	check "jax: the layers, and docs/jax.md" "$venv/bin/python" -m pytest -q -p no:cacheprovider \
		tests/python/test_jax.py
	check "jax: the examples in docstrings" "$venv/bin/python" -m pytest -q -p no:cacheprovider \
		tests/python/test_docs.py -k jax
}
