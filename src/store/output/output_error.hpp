#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>

namespace jobaudit::store {

/// The output can't be opened, resumed or written. what() names the path, the reason, and what to do.
class output_error : public std::runtime_error {
public:
    enum class reason : std::uint8_t {
        cannot_open,    ///< missing folder, a folder, no permission, …
        locked,         ///< another process writes it
        unfinished,     ///< it holds what no finished audit left, which is not replaced unasked; nothing was changed
        not_resumable,  ///< stdout, a pipe, a file that is none of ours or is corrupt; nothing was changed in
                        ///< it
        write_failed,   ///< full disk, broken device; whole lines are in the file
        closed_pipe,    ///< the reader went away
    };

    output_error(reason why, std::string path, const std::string& message)
        : std::runtime_error{message}, why_{why}, path_{std::move(path)}
    {}

    [[nodiscard]] reason why() const noexcept { return why_; }
    [[nodiscard]] const std::string& path() const noexcept { return path_; }

private:
    reason why_;
    std::string path_;
};

}  // namespace jobaudit::store
