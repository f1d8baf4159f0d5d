#pragma once

#include <jobaudit/outcome.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace jobaudit::store {

/// The fields of an output's line that a resumed run needs.
struct outcome_line {
    std::string job;  ///< as it stands there: a UUID, or the printed text of an invalid line
    outcome_kind kind = outcome_kind::not_tried;
    std::uint64_t failed_files = 0;
};

/// Checks that a line is one outcome as ndjson_line writes it, its keys in their order, piece by piece: the
/// line may be hundreds of megabytes long, of which only the fields of outcome_line are kept.
class outcome_line_reader {
public:
    outcome_line_reader();
    ~outcome_line_reader();

    /// Forgets the line before.
    void start();

    /// Takes the next piece of the line, without its line break. False where the line can't become an
    /// outcome; problem() says why.
    [[nodiscard]] bool feed(std::string_view piece);

    /// Whether what was fed is a whole outcome.
    [[nodiscard]] bool complete() const noexcept;

    /// Of a complete line.
    [[nodiscard]] const outcome_line& line() const noexcept;

    /// `it is not JSON`, `it has no field attempts`, …
    [[nodiscard]] const std::string& problem() const noexcept;

private:
    class parser;
    std::unique_ptr<parser> parser_;
};

}  // namespace jobaudit::store
