#include "emulator/gzip_encoder.hpp"

#include <zlib.h>

#include <array>
#include <new>

namespace jobaudit::emulator {

struct gzip_encoder::state {
    state()
    {
        constexpr int fastest = 1;
        constexpr int window_of_4_kib_in_gzip = 12 + 16;
        constexpr int memory_level = 5;
        if (deflateInit2(&stream, fastest, Z_DEFLATED, window_of_4_kib_in_gzip, memory_level, Z_DEFAULT_STRATEGY) !=
            Z_OK)
            throw std::bad_alloc{};
    }
    state(const state&) = delete;
    state& operator=(const state&) = delete;
    ~state() { deflateEnd(&stream); }

    z_stream stream{};
};

gzip_encoder::gzip_encoder() : state_{std::make_unique<state>()} {}
gzip_encoder::gzip_encoder(gzip_encoder&&) noexcept = default;
gzip_encoder& gzip_encoder::operator=(gzip_encoder&&) noexcept = default;
gzip_encoder::~gzip_encoder() = default;

void gzip_encoder::add(std::string_view piece, bool is_last, std::string& out)
{
    auto& stream = state_->stream;
    std::array<unsigned char, 4096> ready;
    // zlib reads it only; its declaration is older than const.
    stream.next_in = reinterpret_cast<unsigned char*>(const_cast<char*>(piece.data()));
    stream.avail_in = static_cast<unsigned>(piece.size());
    do {
        stream.next_out = ready.data();
        stream.avail_out = static_cast<unsigned>(ready.size());
        deflate(&stream, is_last ? Z_FINISH : Z_NO_FLUSH);
        out.append(reinterpret_cast<const char*>(ready.data()), ready.size() - stream.avail_out);
    } while (stream.avail_out == 0);
}

}  // namespace jobaudit::emulator
