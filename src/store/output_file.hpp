#pragma once

#include "store/output_error.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace jobaudit::store {

enum class open_mode : std::uint8_t {
    fresh,   ///< an older file of that name is kept as `PATH~`
    resume,  ///< goes on with the file; a missing or empty one is begun
};

/// When lines are forced onto the disk (fdatasync). What was written outlives the process in any case; this is about
/// the machine: a power loss, a crash of the system.
enum class sync_policy : std::uint8_t {
    never,   ///< when the system sees fit: a power loss may cost the last half minute or so
    at_end,  ///< when the run has ended, however it did, unless it was killed
    always,  ///< and every ndjson_output::longest_wait while it runs
};

/// The file, device or pipe that the results go to. A regular file is locked (flock) as long as it is open.
///
/// After an error, a regular file is cut back to the last whole line.
/// Thread safety: none.
class output_file {
public:
    /// Opens `path`, or takes the descriptor that it names (inherited_descriptor). Throws output_error.
    output_file(std::string path, open_mode mode);
    output_file(const output_file&) = delete;
    output_file& operator=(const output_file&) = delete;
    ~output_file();

    /// Appends lines, each with its line break; a long one may come in pieces. After an error it throws, and nothing is
    /// ever written again. On a terminal, escapes stand in the place of what it might act upon.
    void write(std::string_view lines);

    /// Bytes of `lines` that have left, also by a write() that threw.
    [[nodiscard]] std::ptrdiff_t written() const noexcept { return written_; }

    /// Cuts a line that was begun and will not be ended off a regular file.
    void drop_begun_line() noexcept;

    /// Cuts a regular file to `size` bytes and, where asked, ends its last line. For resuming, before the
    /// first write.
    void repair(std::uint64_t size, bool append_line_break);

    /// Forces what was written, and a regular file's name, onto the disk. Throws output_error.
    void sync();

    /// Throws output_error for what the system reports only now. May be called again.
    void close();

    /// For reading what a resumed file holds; -1 when closed.
    [[nodiscard]] int descriptor() const noexcept { return fd_; }
    [[nodiscard]] const std::string& path() const noexcept { return path_; }

    /// Whether it is a regular file, named by its path, which can be resumed.
    [[nodiscard]] bool is_named_file() const noexcept { return regular_ && !inherited_; }

    /// The folder of a named file; empty for others.
    [[nodiscard]] std::string folder() const;

    /// Nonempty when a regular file stood in the way: the name under which it is kept.
    [[nodiscard]] const std::string& kept_as() const noexcept { return kept_as_; }

private:
    void open_inherited(int number, open_mode mode);
    void open_special(open_mode mode);
    void open_regular(open_mode mode);
    void keep_older_file();
    void lock() const;
    [[nodiscard]] bool still_names_the_file() const;
    [[noreturn]] void fail_to_open(int error) const;
    [[noreturn]] void fail_to_write(int error, std::string_view written);
    [[noreturn]] void lose_the_end(int error);
    [[nodiscard]] int sync_name() const;
    // Bytes of a begun line at the end, once `written` stands there too.
    [[nodiscard]] std::size_t torn_after(std::string_view written) const noexcept;
    [[nodiscard]] bool cut_back(std::size_t torn) const noexcept;
    void adopt(int fd) noexcept;
    void write_bytes(std::string_view lines);
    /// Keeps a character back that goes on in the next piece.
    [[nodiscard]] std::string for_terminal(std::string_view lines);

    std::string path_;
    std::string kept_as_;
    std::optional<output_error> failure_;
    int fd_ = -1;
    bool regular_ = false;
    bool inherited_ = false;
    bool is_terminal_ = false;
    std::string cut_character_;
    bool name_is_synced_ = false;
    std::ptrdiff_t written_ = 0;
    std::size_t begun_ = 0;  // bytes of a line whose line break is still to come
};

}  // namespace jobaudit::store
