#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace jobaudit::store {

/// A file of text, or stdin, read block by block.
class input_file {
public:
    /// Opens `path`; `-` is stdin. Throws input_error.
    explicit input_file(const std::string& path);
    input_file(const input_file&) = delete;
    input_file& operator=(const input_file&) = delete;
    ~input_file();

    /// For messages.
    [[nodiscard]] const std::string& name() const noexcept { return name_; }

    /// Bytes read into `out`; 0 at the end. Throws input_error when reading fails, or when the first 64 KiB
    /// hold a zero byte.
    [[nodiscard]] std::size_t read(std::span<char> out);

    /// Lines of a regular file, estimated beyond its first 64 MiB; nothing for anything else.
    [[nodiscard]] std::optional<std::uint64_t> estimate_lines() const;

private:
    void check_text(std::string_view block);

    std::string name_;
    std::uint64_t offset_ = 0;
    int fd_;
    bool owned_;
};

}  // namespace jobaudit::store
