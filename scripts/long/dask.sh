# shellcheck shell=bash disable=SC2154 # $long is set by common.sh
# dask: fits by two processes of Dask, of which one is killed, give the bits of a calm run.

step() {
	local venv=$long/dask wheel
	wheel=$(scripts/wheel 2>"$long/wheel.log") || { bad "dask: scripts/wheel" && return; }
	[ -x "$venv/bin/python" ] || check "dask: makes $venv" python3 -m venv "$venv" || return
	check "dask: installs the packages" "$venv/bin/pip" install -q "dask[dataframe]" distributed scikit-learn &&
		check "dask: installs $wheel" "$venv/bin/pip" install -q --no-deps --force-reinstall "$wheel" ||
		return
	check "dask: one of two workers is killed" "$venv/bin/python" tests/long/dask_workers.py
}
