#pragma once

#include "store/compression/compressed_file.hpp"
#include "store/compression/compression.hpp"
#include "store/output/ndjson_reader.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace jobaudit::store {

/// The text of an output that is resumed, which may be compressed; read as often as it takes, in flat memory.
class output_text {
public:
    /// Of a compressed file, checks the members first: what follows the last whole one is no text. `fd` must be
    /// readable and seekable; `path` is for messages. Throws output_error.
    output_text(int fd, std::string path, compression kind);

    /// Passes on up to `end` bytes of it. Throws output_error, and what `take` throws.
    using take_text = std::function<void(std::string_view)>;
    void read(std::uint64_t end, const take_text& take) const;

    /// Where the file is gone on with whose text ends so. Throws output_error.
    [[nodiscard]] resume_point point_of(resume_point text) const;

    [[nodiscard]] const std::string& path() const noexcept { return path_; }
    [[nodiscard]] bool is_compressed() const noexcept { return kind_ != compression::none; }

private:
    int fd_;
    std::string path_;
    compression kind_;
    whole_members members_;
};

/// Throws output_error (not_resumable) that names the path and says why.
[[noreturn]] void refuse_to_resume(const std::string& path, const std::string& why);

/// What the user may do with an output that cannot be resumed; it ends a message.
inline constexpr const char* advice_for_resuming =
    "Nothing was changed in it. Start anew with --overwrite in place of --resume, or name another output";

}  // namespace jobaudit::store
