#!/usr/bin/env bash
# Builds llama.cpp's library once, into the cache, unless pkg-config knows one already. With the word `bench`, also
# builds llama.cpp's own llama-batched-bench, which `make bench` compares with.
set -euo pipefail

version=0.3.36
sha256=832db0699007f1be95a7e41ef12e88926b02ba836461e36a36372db2760c1a2e
cache=${CONCORD_CACHE:-$HOME/.cache/concord}
prefix=$cache/llama.cpp-$version
tool=$prefix/bin/llama-batched-bench

if [[ "${1:-}" == bench ]]; then
    [[ -x $tool ]] && exit 0
elif [[ -f $prefix/lib/pkgconfig/llama.pc ]]; then
    exit 0
elif known=$(pkg-config --modversion llama 2>/dev/null); then
    echo "==> Using the llama.cpp $known that pkg-config knows"
    exit 0
fi

mkdir -p "$cache"
work=$(mktemp -d "$cache/llama-build.XXXXXX")
trap 'rm -rf "$work"' EXIT

quietly() { # runs a command, and shows what it printed only if it fails
    "$@" >"$work/log" 2>&1 || { cat "$work/log" >&2; echo "Building llama.cpp failed; the lines above say why." >&2; exit 1; }
}

# PyPI's source archive of llama-cpp-python carries all of llama.cpp.
archive=$cache/llama_cpp_python-$version.tar.gz
if ! echo "$sha256  $archive" | sha256sum --check --status 2>/dev/null; then
    echo "==> Fetching llama.cpp's source (76 MB)"
    quietly python3 -m pip download --disable-pip-version-check --no-deps --no-binary llama-cpp-python \
        --dest "$work" "llama-cpp-python==$version"
    echo "$sha256  $work/llama_cpp_python-$version.tar.gz" | sha256sum --check --status || {
        echo "llama.cpp's source archive does not have the expected SHA-256; nothing was built." >&2
        exit 1
    }
    mv "$work/llama_cpp_python-$version.tar.gz" "$archive"
fi
tar -xzf "$archive" -C "$work"
source=$work/llama_cpp_python-$version/vendor/llama.cpp
options=(-G Ninja -DCMAKE_BUILD_TYPE=Release -DLLAMA_BUILD_TESTS=OFF -DLLAMA_BUILD_EXAMPLES=OFF
         -DLLAMA_BUILD_SERVER=OFF -DLLAMA_BUILD_APP=OFF)

if [[ "${1:-}" == bench ]]; then
    echo "==> Building llama-batched-bench (about 4 minutes, once)"
    quietly cmake -S "$source" -B "$work/build" "${options[@]}" -DBUILD_SHARED_LIBS=OFF -DLLAMA_BUILD_COMMON=ON \
        -DLLAMA_BUILD_TOOLS=ON -DLLAMA_CURL=OFF -DLLAMA_OPENSSL=OFF
    quietly ninja -C "$work/build" llama-batched-bench
    mkdir -p "$prefix/bin"
    mv "$work/build/bin/llama-batched-bench" "$tool"
else
    echo "==> Building llama.cpp's library (about 3 minutes, once)"
    quietly cmake -S "$source" -B "$work/build" "${options[@]}" -DBUILD_SHARED_LIBS=ON -DLLAMA_BUILD_COMMON=OFF \
        -DLLAMA_BUILD_TOOLS=OFF -DCMAKE_INSTALL_PREFIX="$prefix" -DCMAKE_INSTALL_RPATH='$ORIGIN'
    quietly ninja -C "$work/build"
    # Installed beside its place first, so that a prefix that exists is whole.
    DESTDIR="$work/installed" quietly ninja -C "$work/build" install
    rm -rf "$prefix"
    mv "$work/installed$prefix" "$prefix"
fi
