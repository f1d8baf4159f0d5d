#pragma once

#include "store/compression/member_codec.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace jobaudit::store {

/// A member is not as it was written; what() names it, its place, and what is wrong.
class member_error : public std::runtime_error {
public:
    member_error(const std::string& problem, std::uint64_t members, std::uint64_t begin)
        : std::runtime_error{problem}, members_{members}, begin_{begin}
    {}

    /// Whole members before it.
    [[nodiscard]] std::uint64_t members() const noexcept { return members_; }

    /// Where it begins, in bytes from the front of the file.
    [[nodiscard]] std::uint64_t begin() const noexcept { return begin_; }

private:
    std::uint64_t members_;
    std::uint64_t begin_;
};

/// Reads the members of a compressed file from its front, block by block. Memory is flat, however long they are.
///
/// Thread safety: none.
class member_reader {
public:
    explicit member_reader(compression kind) : kind_{kind}, decoder_{make_decoder(kind)}, text_(text_capacity) {}

    /// Passes on the text of the next bytes, that of a member before its checksum was seen. Throws member_error, and
    /// what `take` throws.
    template <class Take>
    void read(std::string_view bytes, Take take)
    {
        for (bool has_more = true; has_more;) {
            const auto done = decode(bytes);
            bytes.remove_prefix(done.taken);
            if (done.given > 0)
                take(std::string_view{text_.data(), done.given});
            has_more = !bytes.empty() || done.given == text_.size();
        }
    }

    /// Whole members that came.
    [[nodiscard]] std::uint64_t members() const noexcept { return members_; }

    /// Where the last one of them ends.
    [[nodiscard]] std::uint64_t whole() const noexcept { return whole_; }

    /// Throws member_error for the one behind it.
    [[noreturn]] void refuse(const std::string& problem) const;

private:
    static constexpr std::size_t text_capacity = 256 * 1024;

    [[nodiscard]] coded decode(std::string_view bytes);

    compression kind_;
    std::unique_ptr<member_decoder> decoder_;
    std::vector<char> text_;
    std::uint64_t at_ = 0;
    std::uint64_t whole_ = 0;
    std::uint64_t members_ = 0;
};

}  // namespace jobaudit::store
