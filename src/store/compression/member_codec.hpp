#pragma once

#include "store/compression/compression.hpp"

#include <cstddef>
#include <memory>
#include <span>
#include <stdexcept>
#include <string_view>

namespace jobaudit::store {

/// What one step of a codec came to.
struct coded {
    std::size_t taken = 0;  ///< bytes of its input
    std::size_t given = 0;  ///< bytes of its output
    bool ended = false;     ///< a member ends here; the next step begins another
};

/// Makes members of texts. Once made it allocates nothing.
///
/// Thread safety: none.
class member_encoder {
public:
    member_encoder() = default;
    member_encoder(const member_encoder&) = delete;
    member_encoder& operator=(const member_encoder&) = delete;
    virtual ~member_encoder() = default;

    /// Takes of `text` what has room in `into`, which is not empty.
    [[nodiscard]] virtual coded encode(std::string_view text, std::span<char> into) noexcept = 0;

    /// Ends the member, in as many steps as it takes.
    [[nodiscard]] virtual coded end(std::span<char> into) noexcept = 0;
};

/// A member is not as it was written; what() says what is wrong.
class decoding_error : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Makes texts of members again. Memory is bounded whatever comes.
///
/// Thread safety: none.
class member_decoder {
public:
    member_decoder() = default;
    member_decoder(const member_decoder&) = delete;
    member_decoder& operator=(const member_decoder&) = delete;
    virtual ~member_decoder() = default;

    /// Takes of `bytes` what has room in `into`, no further than to the end of a member. Throws decoding_error.
    [[nodiscard]] virtual coded decode(std::string_view bytes, std::span<char> into) = 0;
};

/// Of a kind other than none. Throws std::bad_alloc.
[[nodiscard]] std::unique_ptr<member_encoder> make_encoder(compression kind);
[[nodiscard]] std::unique_ptr<member_decoder> make_decoder(compression kind);

}  // namespace jobaudit::store
