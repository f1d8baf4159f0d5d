#pragma once

#include "store/output/outcome_line_reader.hpp"
#include "store/output/spill_file.hpp"
#include "store/owned_descriptor.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace jobaudit::store {

/// Hears of each job of an output, in the order of its lines.
class outcome_visitor : public outcome_line_visitor {
public:
    /// A job, behind its failed files.
    virtual void on_job(const outcome_line& job) = 0;

protected:
    ~outcome_visitor() = default;
};

/// An output of an audit that is read, as often as it takes. Nothing is changed in it, and another run may be writing
/// it: what it holds when it is opened counts. Memory is flat but for 17 bytes or so a job.
///
/// Thread safety: none.
class outcome_file {
public:
    /// Opens the file (`-`: stdin, which is kept in a temporary file) and checks all of it: its form, its checksums
    /// where it has any, and which line of a job counts. Throws input_error, or output_error for want of room for
    /// stdin.
    explicit outcome_file(const std::string& path);

    /// Passes on what counts: of a job with several lines, the last. Throws input_error, and what the visitor throws.
    void read(outcome_visitor& visitor) const;

    /// For messages.
    [[nodiscard]] const std::string& name() const noexcept { return name_; }

    /// Lines that count.
    [[nodiscard]] std::uint64_t jobs() const noexcept { return lines_ - superseded_.size(); }

    /// What a reader of the report should know: that the last line is torn. Empty when there is nothing to say.
    [[nodiscard]] const std::string& note() const noexcept { return note_; }

private:
    using take_block = std::function<void(std::string_view)>;

    void open(const std::string& path);
    void keep_input();
    void check();
    void read_blocks(std::uint64_t end, const take_block& take) const;

    std::string name_;
    owned_descriptor file_;
    spill_file input_;  // what came from a pipe
    std::uint64_t size_ = 0;
    std::uint64_t lines_ = 0;
    std::vector<std::uint64_t> superseded_;  // numbers of lines, from 0 on, in order
    std::string note_;
};

}  // namespace jobaudit::store
