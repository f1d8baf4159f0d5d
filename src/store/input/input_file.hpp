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

    /// Whether it may keep a reader waiting: a pipe, a terminal, a socket.
    [[nodiscard]] bool may_block() const noexcept { return interruption_ >= 0; }

    /// Ends a read that waits, and each later one, as the end of the input would. From any thread.
    void interrupt() noexcept;
    /// Whether what read() said last was no end of the input, but such an interruption.
    [[nodiscard]] bool was_interrupted() const noexcept { return interrupted_; }

    /// Lines of a regular file, estimated beyond its first 64 MiB; nothing for anything else.
    [[nodiscard]] std::optional<std::uint64_t> estimate_lines() const;

private:
    [[nodiscard]] bool wait_for_more() const noexcept;
    void check_text(std::string_view block);

    std::string name_;
    std::uint64_t offset_ = 0;
    int fd_;
    bool owned_;
    bool interrupted_ = false;
    int interruption_ = -1;  // an eventfd, where reading may block
};

}  // namespace jobaudit::store
