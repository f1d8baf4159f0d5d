#pragma once

#include "store/owned_descriptor.hpp"

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace jobaudit::store {

/// Holds text that is too long for memory in a file without a name, which is gone with its owner, however that ends.
///
/// Thread safety: none.
class spill_file {
public:
    /// `folder`: where there should be room for it; the system's folders for temporary files are the second choice.
    /// `purpose` says in messages who needs it, and what to do once there is room.
    explicit spill_file(std::string folder, const char* purpose = job_with_many_files)
        : folder_{std::move(folder)}, purpose_{purpose}
    {}
    /// The text goes along; the one that is moved from can only be assigned to or destroyed.
    spill_file(spill_file&&) noexcept = default;
    spill_file& operator=(spill_file&&) noexcept = default;
    ~spill_file() = default;

    [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }

    /// Throws output_error that says where there is no room.
    void append(std::string_view text);

    /// Passes the text on in pieces. Throws output_error when it can't be read back, and what `take` throws.
    template <class Take>
    void read(Take take) const
    {
        std::array<char, 64 * 1024> buffer;
        for (std::size_t at = 0; at < size_;) {
            const auto piece = read_at(at, buffer.data(), buffer.size());
            at += piece.size();
            take(piece);
        }
    }

    /// Forgets the text and closes the file.
    void clear() noexcept
    {
        file_.reset();
        size_ = 0;
    }

    /// What stands from `at` on, which is before the end; at least one byte. Throws output_error.
    [[nodiscard]] std::string_view read_at(std::size_t at, char* buffer, std::size_t capacity) const;

private:
    static constexpr const char* job_with_many_files =
        "a job with very many failed files needs: make room there, then go on with --resume";

    void open();
    [[noreturn]] void fail(const char* what, int error) const;

    std::string folder_;
    const char* purpose_;
    owned_descriptor file_;
    std::size_t size_ = 0;
};

}  // namespace jobaudit::store
