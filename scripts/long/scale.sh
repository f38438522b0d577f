# shellcheck shell=bash disable=SC2154 # $long is set by common.sh
# scale: bench/scale.py with its targets (5 GB of Parquet in 300 MB, Dask), and two ranks of gloo.

step() {
	local venv=$long/scale wheel
	wheel=$(scripts/wheel 2>"$long/wheel.log") || { bad "scale: scripts/wheel" && return; }
	[ -x "$venv/bin/python" ] || check "scale: makes $venv" python3 -m venv "$venv" || return
	check "scale: installs the packages" "$venv/bin/pip" install -q -r tests/python/requirements.txt &&
		check "scale: installs $wheel" "$venv/bin/pip" install -q --no-deps --force-reinstall "$wheel" ||
		return
	shown "scale: the targets of docs/scale.md" "$long/scale.log" "$venv/bin/python" bench/scale.py
	check "scale: two ranks of gloo" env BELLSHAPE_LONG=1 \
		"$venv/bin/python" -m pytest -q -p no:cacheprovider tests/python/test_examples.py -k gloo
}
