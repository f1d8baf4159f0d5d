#include "protocol/gzip_decoder.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <new>

#define ZLIB_CONST
#include <zlib.h>

namespace jobaudit::protocol {
namespace {

// The largest window, and 16 for "gzip alone" (zlib.h, inflateInit2).
constexpr int gzip_window_bits = MAX_WBITS + 16;

}  // namespace

struct gzip_decoder::state {
    state()
    {
        if (inflateInit2(&stream, gzip_window_bits) != Z_OK)
            throw std::bad_alloc{};
    }

    state(const state&) = delete;
    state& operator=(const state&) = delete;

    ~state() { inflateEnd(&stream); }

    z_stream stream{};
    bool between_members = true;
    std::array<char, piece_size> output;
};

gzip_decoder::gzip_decoder() noexcept = default;
gzip_decoder::gzip_decoder(gzip_decoder&&) noexcept = default;
gzip_decoder& gzip_decoder::operator=(gzip_decoder&&) noexcept = default;
gzip_decoder::~gzip_decoder() = default;

void gzip_decoder::begin()
{
    if (!state_)
        state_ = std::make_unique<state>();
    else
        inflateReset2(&state_->stream, gzip_window_bits);
    state_->between_members = true;
}

gzip_decoder::piece gzip_decoder::next(std::string_view& encoded)
{
    z_stream& stream = state_->stream;
    auto& output = state_->output;
    stream.next_out = reinterpret_cast<Bytef*>(output.data());
    stream.avail_out = static_cast<uInt>(output.size());
    const auto finish = [&](error_code error) {
        return piece{{output.data(), output.size() - stream.avail_out}, error};
    };
    for (;;) {
        const std::size_t shown = std::min<std::size_t>(encoded.size(), std::numeric_limits<uInt>::max());
        stream.next_in = reinterpret_cast<const Bytef*>(encoded.data());
        stream.avail_in = static_cast<uInt>(shown);
        if (shown != 0)
            state_->between_members = false;
        const int result = inflate(&stream, Z_NO_FLUSH);
        encoded.remove_prefix(shown - stream.avail_in);
        if (result == Z_MEM_ERROR)
            throw std::bad_alloc{};
        if (result == Z_STREAM_END) {
            inflateReset2(&stream, gzip_window_bits);
            state_->between_members = true;
        } else if (result != Z_OK && result != Z_BUF_ERROR) {
            return finish(make_error_code(errc::bad_content_coding));
        }
        if (stream.avail_out == 0 || encoded.empty())
            return finish({});
    }
}

bool gzip_decoder::at_member_end() const noexcept { return state_->between_members; }

}  // namespace jobaudit::protocol
