#include "store/compression/gzip_codec.hpp"

#define ZLIB_CONST
#include <zlib.h>

#include <algorithm>
#include <limits>
#include <new>

namespace jobaudit::store {

namespace {

// An audit waits for it: level 6 takes twice as long, and saves a sixth.
constexpr int level = 1;
constexpr int default_memory = 8;
// With zlib's own format left out: gzip alone.
constexpr int gzip_window = 16 + MAX_WBITS;

/// One step of zlib's on these bytes.
class step {
public:
    step(z_stream& stream, std::string_view bytes, std::span<char> into) noexcept : stream_{stream}
    {
        constexpr std::size_t most = std::numeric_limits<uInt>::max();
        stream_.next_in = reinterpret_cast<const Bytef*>(bytes.data());
        stream_.avail_in = taken_ = static_cast<uInt>(std::min(bytes.size(), most));
        stream_.next_out = reinterpret_cast<Bytef*>(into.data());
        stream_.avail_out = given_ = static_cast<uInt>(std::min(into.size(), most));
    }

    [[nodiscard]] coded result(bool ended) const noexcept
    {
        return {taken_ - stream_.avail_in, given_ - stream_.avail_out, ended};
    }

private:
    z_stream& stream_;
    uInt taken_ = 0;
    uInt given_ = 0;
};

class gzip_encoder final : public member_encoder {
public:
    gzip_encoder()
    {
        if (::deflateInit2(&stream_, level, Z_DEFLATED, gzip_window, default_memory, Z_DEFAULT_STRATEGY) != Z_OK)
            throw std::bad_alloc{};
    }
    ~gzip_encoder() override { (void)::deflateEnd(&stream_); }

    coded encode(std::string_view text, std::span<char> into) noexcept override
    {
        const step taken{stream_, text, into};
        (void)::deflate(&stream_, Z_NO_FLUSH);
        return taken.result(false);
    }

    coded end(std::span<char> into) noexcept override
    {
        const step taken{stream_, {}, into};
        const bool ended = ::deflate(&stream_, Z_FINISH) == Z_STREAM_END;
        if (ended)
            (void)::deflateReset(&stream_);
        return taken.result(ended);
    }

private:
    z_stream stream_{};
};

class gzip_decoder final : public member_decoder {
public:
    gzip_decoder()
    {
        if (::inflateInit2(&stream_, gzip_window) != Z_OK)
            throw std::bad_alloc{};
    }
    ~gzip_decoder() override { (void)::inflateEnd(&stream_); }

    coded decode(std::string_view bytes, std::span<char> into) override
    {
        const step taken{stream_, bytes, into};
        const int result = ::inflate(&stream_, Z_NO_FLUSH);
        if (result == Z_MEM_ERROR)
            throw std::bad_alloc{};
        if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR)
            throw decoding_error{stream_.msg != nullptr ? stream_.msg : "not in its format"};
        if (result == Z_STREAM_END)
            (void)::inflateReset(&stream_);
        return taken.result(result == Z_STREAM_END);
    }

private:
    z_stream stream_{};
};

}  // namespace

std::unique_ptr<member_encoder> make_gzip_encoder() { return std::make_unique<gzip_encoder>(); }

std::unique_ptr<member_decoder> make_gzip_decoder() { return std::make_unique<gzip_decoder>(); }

}  // namespace jobaudit::store
