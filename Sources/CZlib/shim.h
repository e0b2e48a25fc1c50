// zlib, for compressed responses and zip files. deflateInit2 and inflateInit2 are macros, which Swift does not see. Nothing but
// Server and Exports imports it.
#pragma once
#include <zlib.h>

// Prepares a stream that writes gzip (15 bits of window, 16 for the gzip header).
static inline int concord_gzip_begin(z_stream *stream, int level) {
    return deflateInit2(stream, level, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY);
}

// Prepares a stream that writes bare deflate (RFC 1951), as zip files hold it.
static inline int concord_deflate_begin(z_stream *stream, int level) {
    return deflateInit2(stream, level, Z_DEFLATED, -15, 9, Z_DEFAULT_STRATEGY);
}

// Prepares a stream that reads bare deflate.
static inline int concord_inflate_begin(z_stream *stream) {
    return inflateInit2(stream, -15);
}
