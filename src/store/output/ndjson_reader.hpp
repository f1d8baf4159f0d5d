#pragma once

#include "store/output/checksum_file.hpp"
#include "store/output/line_checksum.hpp"
#include "store/output/outcome_line_reader.hpp"

#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace jobaudit::store {

/// A line that ends the reading of an output.
class line_error : public std::runtime_error {
public:
    enum class reason : std::uint8_t {
        malformed,  ///< what() says why it is no outcome
        changed,    ///< it differs from its checksum
    };

    line_error(reason why, std::uint64_t line, const std::string& problem)
        : std::runtime_error{problem}, why_{why}, line_{line}
    {}

    [[nodiscard]] reason why() const noexcept { return why_; }
    /// From 1 on.
    [[nodiscard]] std::uint64_t line() const noexcept { return line_; }

private:
    reason why_;
    std::uint64_t line_;
};

/// Where an existing output can be gone on with.
struct resume_point {
    std::uint64_t size = 0;   ///< bytes to keep: whole lines, or all when the last line lacks its line break alone
    std::uint64_t torn = 0;   ///< bytes to cut after them
    std::uint64_t lines = 0;  ///< outcomes in what is kept
    bool lacks_line_break = false;  ///< the last line is complete but for its line break
};

/// Reads an output of ours from its front, block by block, and compares its lines with their checksums. Memory is flat,
/// however long the output and its lines are.
class ndjson_reader {
public:
    /// `on_line` hears of each line that is whole and as it was written; `checksums` may be null.
    ndjson_reader(checksum_match* checksums, std::function<void(const outcome_line&)> on_line);

    /// Throws line_error.
    void take(std::string_view block);

    /// The last line may be torn. Throws line_error.
    [[nodiscard]] resume_point finish();

private:
    void take_piece(std::string_view piece);
    void end_line();
    [[nodiscard]] bool is_as_written();
    void record();
    [[noreturn]] void refuse(const std::string& problem) const;

    checksum_match* checksums_;
    std::function<void(const outcome_line&)> on_line_;
    line_checksum checksum_;
    outcome_line_reader line_;
    resume_point point_;
    std::uint64_t line_bytes_ = 0;
    std::uint64_t nul_bytes_ = 0;
};

}  // namespace jobaudit::store
