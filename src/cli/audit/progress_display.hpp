#pragma once

#include "cli/audit/progress_line.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace jobaudit::cli {

enum class progress_mode : std::uint8_t {
    automatic,  ///< a line that is rewritten on a terminal, else a plain line every 10 s
    always,     ///< a line that is rewritten, also where there is no terminal
    never,
};

/// Shows the progress and messages on stderr, such that they don't disturb each other.
///
/// Thread safety: none.
class progress_display {
public:
    using time_point = std::chrono::steady_clock::time_point;

    static constexpr std::chrono::milliseconds redraw_interval{150};
    static constexpr std::chrono::seconds plain_interval{10};

    explicit progress_display(progress_mode mode);
    progress_display(const progress_display&) = delete;
    progress_display& operator=(const progress_display&) = delete;

    /// Leaves no half line behind.
    ~progress_display();

    /// Whether show() would show anything at `now`.
    [[nodiscard]] bool is_due(time_point now) const noexcept;

    void show(const progress_snapshot& progress, time_point now);

    /// Prints a whole line, broken between words where the terminal has no room for it; a progress line comes back
    /// below it with the next show().
    void message(std::string_view line);

    /// Takes the progress line off the terminal.
    void clear();

private:
    enum class style : std::uint8_t { none, rewritten, plain };

    [[nodiscard]] static style style_for(progress_mode mode) noexcept;

    style style_;
    bool line_is_shown_ = false;
    std::optional<time_point> shown_at_;
};

}  // namespace jobaudit::cli
