# shellcheck shell=bash disable=SC2154 # $long is set by common.sh
# triton: the layers for GPUs, every kernel compiled for sm_80, sm_90 and gfx942, without a GPU.

step() {
	local venv=$long/triton wheel
	wheel=$(scripts/wheel 2>"$long/wheel.log") || { bad "triton: scripts/wheel" && return; }
	[ -x "$venv/bin/python" ] || check "triton: makes $venv" python3 -m venv "$venv" || return
	check "triton: installs the packages" "$venv/bin/pip" install -q -r tests/python/requirements.txt &&
		check "triton: installs $wheel" "$venv/bin/pip" install -q --no-deps --force-reinstall "$wheel" ||
		return
	check "triton: kernels in the interpreter, and compiled" env BELLSHAPE_LONG=1 \
		"$venv/bin/python" -m pytest -q -p no:cacheprovider tests/python/test_nn_triton.py
}
