#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#define ZLIB_CONST
#include <zlib.h>

namespace jobaudit::protocol {

/// `text` as one gzip member.
[[nodiscard]] inline std::string gzip_text(std::string_view text)
{
    z_stream stream{};
    if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        throw std::runtime_error{"deflateInit2"};
    std::string result(deflateBound(&stream, static_cast<uLong>(text.size())), '\0');
    stream.next_in = reinterpret_cast<const Bytef*>(text.data());
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(result.data());
    stream.avail_out = static_cast<uInt>(result.size());
    const int ending = deflate(&stream, Z_FINISH);
    result.resize(stream.total_out);
    deflateEnd(&stream);
    if (ending != Z_STREAM_END)
        throw std::runtime_error{"deflate"};
    return result;
}

}  // namespace jobaudit::protocol
