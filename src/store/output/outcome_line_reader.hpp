#pragma once

#include <jobaudit/outcome.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace jobaudit::store {

/// One job of an output.
struct outcome_line {
    std::uint64_t row = 0;  ///< the number of its row; 0 where it stands in a line
    std::string job;        ///< as it stands there: a UUID, or the printed text of an invalid line
    outcome_kind kind = outcome_kind::not_tried;
    int http_status = 0;  ///< 0 where there was no response
    unsigned attempts = 0;
    double elapsed_ms = 0;
    std::uint64_t failed_files = 0;

    // Where there is a visitor; empty where the line has nothing there.
    std::string message;
    std::string workflow_id;
    std::string workflow_name;
    std::string job_status;
    std::string created_at;
    std::string runtime;
};

/// Hears of what stands in a line besides the fields of outcome_line.
class outcome_line_visitor {
public:
    virtual void on_failed_file(std::string_view document, std::string_view error) = 0;

protected:
    ~outcome_line_visitor() = default;
};

/// Checks that a line is one outcome as ndjson_line writes it, its keys in their order, piece by piece: the
/// line may be hundreds of megabytes long, of which only the fields of outcome_line are kept. Lines of older versions,
/// which leave out what is `null` today, are outcomes too.
class outcome_line_reader {
public:
    /// Without a visitor no more is kept than a resumed run needs.
    explicit outcome_line_reader(outcome_line_visitor* visitor = nullptr);
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
