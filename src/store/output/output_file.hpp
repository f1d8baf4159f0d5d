#pragma once

#include "store/compression/batch_encoder.hpp"
#include "store/compression/compression.hpp"
#include "store/open_mode.hpp"
#include "store/output/output_error.hpp"
#include "store/owned_descriptor.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace jobaudit::store {

/// The file, device or pipe that the results go to. A regular file is locked (flock) until unlock().
///
/// What a finished audit left in a file is renamed to kept_name() before a new one is begun, over what stood there. Of
/// anything else (open_mode::overwrite) that is done where that name is free; otherwise it is cut, so that what is kept
/// under that name, maybe the last audit that finished, outlives any number of audits that did not.
///
/// After an error, a regular file is cut back to the last whole line; to the last whole batch where it is compressed,
/// as each of these is a member of its own, and where a job has several lines. Thread safety: none.
class output_file {
public:
    /// Opens `path`, or takes the descriptor that it names (inherited_descriptor). Throws output_error.
    output_file(std::string path, open_mode mode, compression kind = compression::none, bool jobs_are_lines = true);
    output_file(const output_file&) = delete;
    output_file& operator=(const output_file&) = delete;
    /// Appends lines, each with its line break; a long one may come in pieces. After an error it throws, and nothing is
    /// ever written again. On a terminal, escapes stand in the place of what it might act upon.
    void write(std::string_view lines);

    /// Ends a batch: what was written since the one before. Throws as write does.
    void end_batch();

    /// Bytes of `lines` that have left, also by a write() that threw. Where batches stay or go as a whole, nothing
    /// counts.
    [[nodiscard]] std::ptrdiff_t written() const noexcept { return written_; }

    /// Cuts a line, or a batch that is to stay whole, that was begun and will not be ended off a regular file.
    void drop_begun_line() noexcept;

    /// Cuts a regular file to `size` bytes and, where asked, ends its last line. For resuming, before the
    /// first write.
    void repair(std::uint64_t size, bool append_line_break);

    /// Forces what was written, and a regular file's name, onto the disk. Throws output_error.
    void sync();

    /// Throws output_error for what the system reports only now, and when others have cut, replaced or written to a
    /// regular file meanwhile. May be called again. The lock of a named file is held on.
    void close();

    /// Lets others lock it. After close().
    void unlock() noexcept { lock_.reset(); }

    /// Removes a file that was not there before it was opened. Before the first write.
    void take_back() noexcept;

    /// For reading what a resumed file holds; -1 when closed.
    [[nodiscard]] int descriptor() const noexcept { return fd_.get(); }
    [[nodiscard]] const std::string& path() const noexcept { return path_; }

    /// Whether it is a regular file, named by its path, which can be resumed.
    [[nodiscard]] bool is_named_file() const noexcept { return regular_ && !inherited_; }

    /// The folder of a named file; empty for others.
    [[nodiscard]] std::string folder() const;

    /// The name under which an output is kept that a new one of the name `path` replaces.
    [[nodiscard]] static std::string kept_name(const std::string& path) { return path + '~'; }

    /// What was done with the file that had the output's name.
    enum class older_file : std::uint8_t {
        none,     ///< there was none, or an empty one
        kept,     ///< it bears its kept_name()
        dropped,  ///< it was cut, as something else bears that name
    };
    [[nodiscard]] older_file older() const noexcept { return older_; }

    /// Whether it held nothing when it was opened, or holds nothing any more of what stood there.
    [[nodiscard]] bool began_empty() const noexcept { return began_empty_; }

    /// Whether its file system knows no locks: nothing then keeps another process from writing it too.
    [[nodiscard]] bool lacks_lock() const noexcept { return lacks_lock_; }

    /// Where what was written ends.
    [[nodiscard]] std::uint64_t end() const noexcept { return end_; }

private:
    void open_inherited(int number, open_mode mode);
    void open_special(open_mode mode);
    void open_regular(open_mode mode);
    void make_way(open_mode mode, std::uint64_t size);
    void keep_older_file();
    void drop_older_file();
    void lock();
    [[nodiscard]] std::string change_by_others() const;
    [[nodiscard]] bool has_hole_at_start() const;
    [[noreturn]] void fail_to_open(int error) const;
    [[noreturn]] void fail_to_write(int error, std::string_view written);
    [[noreturn]] void lose_the_end(int error);
    [[nodiscard]] int sync_name() const;
    // Bytes of a begun line or batch at the end, once `written` stands there too.
    [[nodiscard]] std::size_t torn_after(std::string_view written) const noexcept;
    [[nodiscard]] bool cut_back(std::size_t torn) noexcept;
    void write_bytes(std::string_view lines);
    /// Keeps a character back that goes on in the next piece.
    [[nodiscard]] std::string for_terminal(std::string_view lines);

    std::string path_;
    std::optional<batch_encoder> encoder_;
    bool batches_are_whole_ = false;  // no part of one is left after an error
    std::optional<output_error> failure_;
    owned_descriptor fd_;
    owned_descriptor lock_;  // holds the lock when fd_ is closed
    older_file older_ = older_file::none;
    bool began_empty_ = true;
    bool was_created_ = false;
    bool lacks_lock_ = false;
    bool regular_ = false;
    bool inherited_ = false;
    bool is_terminal_ = false;
    std::string cut_character_;
    bool name_is_synced_ = false;
    std::ptrdiff_t written_ = 0;
    std::size_t begun_ = 0;    // bytes of a line whose line break, or of a batch whose end is still to come
    std::uint64_t start_ = 0;  // of a regular file: where this run's first byte went,
    std::uint64_t end_ = 0;    // and where its last one ends
};

}  // namespace jobaudit::store
