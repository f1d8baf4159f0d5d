#pragma once

#include "store/compression/compressed_file.hpp"
#include "store/compression/compression.hpp"
#include "store/output/outcome_source.hpp"
#include "store/output/spill_file.hpp"
#include "store/owned_descriptor.hpp"

#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace jobaudit::store {

/// An output in NDJSON, compressed where its first bytes say so. What it holds when it is opened counts, though another
/// run may be writing it. Memory is flat but for 17 bytes or so a job.
class outcome_file final : public outcome_source {
public:
    /// Opens the file (`-`: stdin, which is kept in a temporary file) and checks all of it: its form, its checksums
    /// where it has any, and which line of a job counts. Throws input_error, or output_error for want of room for
    /// stdin.
    explicit outcome_file(const std::string& path);

    /// Passes on what counts: of a job with several lines, the last. Throws input_error, and what the visitor throws.
    void read(outcome_visitor& visitor) const override;

    [[nodiscard]] const std::string& name() const noexcept override { return name_; }

    /// Lines that count.
    [[nodiscard]] std::uint64_t jobs() const noexcept override { return lines_ - superseded_.size(); }

    [[nodiscard]] const std::string& note() const noexcept override { return note_; }

private:
    using take_block = std::function<void(std::string_view)>;

    void open(const std::string& path);
    void keep_input();
    void find_compression();
    void check_members();
    [[nodiscard]] whole_members found_members() const;
    void check();
    void read_blocks(std::uint64_t end, const take_block& take) const;
    void read_text(const take_block& take) const;

    std::string name_;
    owned_descriptor file_;
    spill_file input_;  // what came from a pipe
    compression compression_ = compression::none;
    std::uint64_t size_ = 0;                                               // of what is read, in the file
    std::uint64_t text_size_ = std::numeric_limits<std::uint64_t>::max();  // of it, once it is known
    std::uint64_t lines_ = 0;
    std::vector<std::uint64_t> superseded_;  // numbers of lines, from 0 on, in order
    std::string note_;
};

}  // namespace jobaudit::store
