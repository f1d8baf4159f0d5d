#pragma once

#include "policy/time.hpp"

#include <jobaudit/job_id.hpp>
#include <jobaudit/outcome.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace jobaudit::policy {

class connection_share;

/// An answer that was passed on, and may turn out to be that to another request.
struct unproven_answer {
    job_id job;
    outcome_kind kind = outcome_kind::ok;
    std::uint64_t failed_files = 0;
    std::uint64_t digest = 0;  ///< of the body; 0: none was made
};

/// What is known of the order of one connection's responses, which alone tells the request that each of them answers
/// (RFC 9112 §9.3.2).
///
/// One response too many shifts all that come behind it, and looks like any other: it is noticed when nothing is
/// awaited any more, and yet something comes. So the answers of a connection are proven by a look at it that finds
/// silence, after a time in which a response that is left over would have come. As the peer may close the connection
/// before, and then nothing is left over, an answer that came strangely early is followed by a look at once.
class answer_order {
public:
    /// A connection is looked at after so many responses, however much there is to do.
    static constexpr std::size_t longest_run = 512;

    void note_response(duration took, bool as_promised)
    {
        ++responses_;
        latest_ = took;
        slowest_ = std::max(slowest_, took);
        irregular_ = irregular_ || !as_promised;
    }

    /// Other requests were under way at the same time.
    void note_line() noexcept { in_line_ = true; }

    /// `asker` is the same for all that are not proven. What came first, to a request that was alone, is its answer.
    void note_answer(connection_share& asker, const unproven_answer& passed_on);

    /// The connection was silent for settling_time() with nothing awaited.
    void prove() noexcept;

    [[nodiscard]] std::vector<unproven_answer> take() noexcept { return std::exchange(unproven_, {}); }

    /// Whose answers are not proven; null where all are.
    [[nodiscard]] connection_share* asker() const noexcept { return unproven_.empty() ? nullptr : asker_; }

    /// Whether the connection is to be looked at once the `awaited` responses have come.
    [[nodiscard]] bool ends_run(std::size_t awaited) const noexcept
    {
        return !unproven_.empty() && (came_early_ || responses_ + awaited >= longest_run);
    }

    [[nodiscard]] bool had_line() const noexcept { return in_line_; }

    /// Where each response answers the request before, the last one's own comes after the time that it takes: the sum
    /// of two waits, of which each is at most the longest one.
    [[nodiscard]] duration settling_time() const noexcept
    {
        return std::min(2 * slowest_ + margin, longest_settling_time);
    }

private:
    static constexpr duration margin = std::chrono::milliseconds{2};
    static constexpr duration longest_settling_time = std::chrono::seconds{2};

    std::vector<unproven_answer> unproven_;
    connection_share* asker_ = nullptr;
    std::size_t responses_ = 0;
    duration slowest_{};
    duration latest_{};
    duration quickest_ = duration::max();  // of the answers to requests that were alone
    bool came_early_ = false;
    bool in_line_ = false;
    bool irregular_ = false;
};

}  // namespace jobaudit::policy
