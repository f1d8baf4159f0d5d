#pragma once

#include "store/open_mode.hpp"
#include "store/output/line_checksum.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace jobaudit::store {

/// The checksums of an output's lines, in a file beside it: the output itself stays as its readers expect it.
///
/// 16 bytes that name the format and the function (checksum_kind), then eight bytes a line, little-endian, in the order
/// of the lines; the line breaks are not part of it. The checksums of a batch are written before its lines: after a
/// kill there may be some too many, which are cut, but no line of a batch lacks its own. Whoever holds the output's
/// lock owns this file too.
///
/// Behind the last checksum, 24 bytes may say that the audit has finished: eight zeros, `finished`, and the size of the
/// output that it is true of, little-endian. To go on with the output takes them away.
///
/// Thread safety: none.
class checksum_file {
public:
    [[nodiscard]] static std::string path_for(const std::string& output) { return output + ".sums"; }

    /// Whether they say that the audit has finished whose output has `size` bytes.
    [[nodiscard]] static bool is_finished(const std::string& output, std::uint64_t size) noexcept;

    /// Moves the checksums of an output that is kept under another name; those of nobody else.
    static void follow(const std::string& output, const std::string& kept_as) noexcept;

    /// The same for an output that was finished, and renamed by a run that was killed before it came to this. What was
    /// kept before has to have lost its own.
    static void catch_up(const std::string& output, const std::string& kept_as) noexcept;

    /// Removes the checksums of an output; those of nobody else.
    static void remove(const std::string& output) noexcept;

    /// Begins the file for `output`, or opens it to resume; then a missing one counts as empty, and is begun by cut().
    /// Where that is impossible, or another's file stands there, problem() says so, and the file stays as it is.
    checksum_file(const std::string& output, open_mode mode);
    /// Opens the file of an output that is only read; a missing one counts as empty.
    explicit checksum_file(const std::string& output);
    checksum_file(const checksum_file&) = delete;
    checksum_file& operator=(const checksum_file&) = delete;
    ~checksum_file() { close(); }

    /// Of those that it holds, and is to be given. A file that is begun has xxh3; one that is resumed keeps its own.
    [[nodiscard]] checksum_kind kind() const noexcept { return kind_; }

    /// Throws output_error.
    void append(std::span<const std::uint64_t> checksums);

    /// Keeps the first `count` of them. Before the first append to a resumed file.
    void cut(std::uint64_t count);

    /// Says that the audit has finished. Nothing is to be appended behind it. Throws output_error, also when others
    /// have cut or replaced the file meanwhile.
    void mark_finished(std::uint64_t output_size);

    /// As output_file::sync.
    void sync();

    void close() noexcept;

    /// Reads up to `into.size()` of them from the one with the number `index` on; says how many there are. One that a
    /// power loss left as zeros is where they end.
    [[nodiscard]] std::size_t read(std::uint64_t index, std::span<std::uint64_t> into) const;

    /// Why there is none; empty when all is well.
    [[nodiscard]] const std::string& problem() const noexcept { return problem_; }
    [[nodiscard]] const std::string& path() const noexcept { return path_; }

private:
    void open_existing(int access);
    [[nodiscard]] std::string checked_heading();
    void begin();
    void give_up(const std::string& why);
    void write(std::string_view bytes);
    [[nodiscard]] bool is_as_written() const noexcept;
    [[noreturn]] void fail(int error) const;

    std::string path_;
    std::string problem_;
    std::string encoded_;  // what append() writes; its memory is kept
    int fd_ = -1;
    checksum_kind kind_ = checksum_kind::xxh3;
    std::uint64_t size_ = 0;  // once it is begun or cut
};

/// Compares the lines of an output with their checksums, one line after the other.
class checksum_match {
public:
    explicit checksum_match(const checksum_file& file) : file_{file} {}

    enum class result : std::uint8_t {
        same,
        different,  ///< the line was changed: its checksum is none of those that are left
        unknown,    ///< there are no more checksums
    };

    [[nodiscard]] checksum_kind kind() const noexcept { return file_.kind(); }

    /// A line that somebody took out is passed over: its job is missing, which is seen elsewhere.
    [[nodiscard]] result check(std::uint64_t line);

    /// How many checksums stand up to the last line that was the same.
    [[nodiscard]] std::uint64_t matched() const noexcept { return matched_; }

    /// Checksums of the lines that had none.
    [[nodiscard]] const std::vector<std::uint64_t>& unknown() const noexcept { return unknown_; }

private:
    [[nodiscard]] bool at_end();

    const checksum_file& file_;
    std::vector<std::uint64_t> buffer_;
    std::uint64_t buffer_start_ = 0;
    std::size_t next_ = 0;  // in the buffer
    std::uint64_t matched_ = 0;
    std::vector<std::uint64_t> unknown_;
};

}  // namespace jobaudit::store
