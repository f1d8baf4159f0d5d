#include "fuzz/gzip_reference.hpp"

#include "fuzz/require.hpp"

#include <zlib.h>

namespace jobaudit::fuzz {
namespace {

constexpr int gzip_alone = MAX_WBITS + 16;
// With MAX_MEM_LEVEL, deflateBound() of zlib 1.2.13 is too low for level 0.
constexpr int usual_memory = 8;

// zlib's interface takes no const bytes where ZLIB_CONST was not defined first.
Bytef* bytes_of(const char* text) { return reinterpret_cast<Bytef*>(const_cast<char*>(text)); }

}  // namespace

std::string encoded(std::string_view text, int level)
{
    z_stream stream{};
    require(deflateInit2(&stream, level, Z_DEFLATED, gzip_alone, usual_memory, Z_DEFAULT_STRATEGY) == Z_OK,
            "zlib encodes");
    std::string result(deflateBound(&stream, static_cast<uLong>(text.size())), '\0');
    stream.next_in = bytes_of(text.data());
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = bytes_of(result.data());
    stream.avail_out = static_cast<uInt>(result.size());
    require(deflate(&stream, Z_FINISH) == Z_STREAM_END, "zlib encodes in one go");
    result.resize(stream.total_out);
    deflateEnd(&stream);
    return result;
}

decoded_text decoded(std::string_view stream)
{
    // As much as the limit of who reads lets through, with some behind it.
    std::string room(1024 * 1024, '\0');
    decoded_text result{{}, false, true};
    while (!stream.empty() && !result.broken) {
        z_stream state{};
        require(inflateInit2(&state, gzip_alone) == Z_OK, "zlib decodes");
        state.next_in = bytes_of(stream.data());
        state.avail_in = static_cast<uInt>(stream.size());
        state.next_out = bytes_of(room.data());
        state.avail_out = static_cast<uInt>(room.size());
        const int status = inflate(&state, Z_SYNC_FLUSH);
        result.text.append(room.data(), state.total_out);
        stream.remove_prefix(state.total_in);
        inflateEnd(&state);
        result.whole = status == Z_STREAM_END;
        result.broken = status != Z_STREAM_END && status != Z_OK && status != Z_BUF_ERROR;
        if (!result.whole)
            return result;
    }
    return result;
}

}  // namespace jobaudit::fuzz
