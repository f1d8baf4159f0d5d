#pragma once

#include "store/compression/member_codec.hpp"

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace jobaudit::store {

/// Makes one member of each batch, which may come in pieces. A member that fits into a mebibyte is written at once.
///
/// Thread safety: none.
class batch_encoder {
public:
    /// Throws std::bad_alloc; nothing that follows allocates.
    explicit batch_encoder(compression kind)
        : encoder_{make_encoder(kind)}, buffer_{std::make_unique_for_overwrite<char[]>(capacity)}
    {}

    /// `write` is given what there is no room for. Where it throws, the batch is not to be gone on with.
    template <class Write>
    void take(std::string_view text, Write write)
    {
        while (!text.empty()) {
            const auto done = encoder_->encode(text, room(write));
            text.remove_prefix(done.taken);
            used_ += done.given;
        }
    }

    /// Ends the batch, and writes what is left of it.
    template <class Write>
    void end(Write write)
    {
        for (bool ended = false; !ended;) {
            const auto done = encoder_->end(room(write));
            used_ += done.given;
            ended = done.ended;
        }
        flush(write);
    }

private:
    static constexpr std::size_t capacity = 1024 * 1024;

    template <class Write>
    [[nodiscard]] std::span<char> room(Write& write)
    {
        if (used_ == capacity)
            flush(write);
        return {buffer_.get() + used_, capacity - used_};
    }

    template <class Write>
    void flush(Write& write)
    {
        write(std::string_view{buffer_.get(), used_});
        used_ = 0;
    }

    std::unique_ptr<member_encoder> encoder_;
    std::unique_ptr<char[]> buffer_;
    std::size_t used_ = 0;
};

}  // namespace jobaudit::store
