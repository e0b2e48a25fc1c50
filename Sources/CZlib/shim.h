// zlib, for compressed responses. deflateInit2 is a macro, which Swift does not see. Nothing but Server imports it.
#pragma once
#include <zlib.h>

// Prepares a stream that writes gzip (15 bits of window, 16 for the gzip header).
static inline int concord_gzip_begin(z_stream *stream, int level) {
    return deflateInit2(stream, level, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY);
}
