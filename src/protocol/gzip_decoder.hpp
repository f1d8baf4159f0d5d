#pragma once

#include <jobaudit/error.hpp>

#include <cstddef>
#include <memory>
#include <string_view>

namespace jobaudit::protocol {

/// Decodes a gzip stream (RFC 1952) of one or more members piece by piece. Its memory (about 60 KiB) comes with the
/// first use, and is kept.
class gzip_decoder {
public:
    /// The most that one call of next() gives.
    static constexpr std::size_t piece_size = 16 * 1024;

    gzip_decoder() noexcept;
    gzip_decoder(gzip_decoder&&) noexcept;
    gzip_decoder& operator=(gzip_decoder&&) noexcept;
    ~gzip_decoder();

    /// Makes ready for the next stream. Throws std::bad_alloc.
    void begin();

    struct piece {
        std::string_view decoded;  ///< valid until the next call
        error_code error;          ///< errc::bad_content_coding; what was decoded before it stands
    };

    /// Decodes the front of `encoded` and removes it. An empty piece without an error: all of `encoded` is taken, more
    /// is needed.
    [[nodiscard]] piece next(std::string_view& encoded);

    /// Whether the stream may end here: after a whole member, or before the first byte.
    [[nodiscard]] bool at_member_end() const noexcept;

private:
    struct state;
    std::unique_ptr<state> state_;
};

}  // namespace jobaudit::protocol
