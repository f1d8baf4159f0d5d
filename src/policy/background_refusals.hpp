#pragma once

#include "policy/time.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace jobaudit::policy {

/// Tells refusals that come at any rate, of one sick machine among many for example, from those of a limit.
///
/// A limit of requests a second lets through, from one refusal to a later one, no more than it allows: what it had
/// saved up was used up at the first. A refusal at a clearly lower rate than what got through in such a time is not its
/// doing; nor is one at a clearly lower number at a time that of a limit of those. After several of those, refusals are
/// taken for background as long as no larger share is refused than was then. They are forgotten when they stay away.
///
/// Thread safety: none.
class background_refusals {
public:
    /// What there was of requests when one left: so many a second were allowed, or so many at a time.
    struct level {
        double a_second = 0;   ///< 0: no limit; what gets through tells it
        double at_a_time = 0;  ///< 0: no limit
    };

    /// A request that left at `sent_at` was refused; `passed` were let through so far. `pause`: so long the server is
    /// not asked, in which it saves up what it then lets through above its limit; zero: none.
    void note_refusal(time_point now, time_point sent_at, std::uint64_t passed, const level& then, duration pause);

    /// Whether that refusal was background.
    [[nodiscard]] bool is_background() const noexcept { return share_ > 0 && recent_ <= tolerated(); }

    /// Whether it is the one that told so.
    [[nodiscard]] bool is_news() const noexcept { return is_news_; }

    /// What got through, in requests a second, from the end of the last pause or, without one, from an earlier refusal
    /// until the last one; 0: not known.
    [[nodiscard]] double passing() const noexcept { return passing_; }

    /// The most that got through between two refusals, in requests a second; 0: not known.
    [[nodiscard]] double borne() const noexcept { return borne_a_second_.value; }

    /// Begins anew.
    void forget() noexcept;

private:
    struct refusal {
        time_point when{};
        std::uint64_t passed = 0;
        double at_a_time = 0;
    };

    struct event {
        time_point when{};
        std::uint64_t passed = 0;  ///< so far
    };

    /// The highest that was borne.
    struct maximum {
        double value = 0;
        event then;

        void take(double other, const event& now) noexcept;
    };

    [[nodiscard]] static bool is_forgotten(const event& then, const event& now) noexcept;

    [[nodiscard]] const refusal& back(std::size_t age) const noexcept
    {
        return last_[(next_ + last_.size() - 1 - age) % last_.size()];
    }
    void judge(const event& now, const level& then) noexcept;
    [[nodiscard]] bool is_contradiction(const level& then) const noexcept;
    void measure(const refusal& last) noexcept;
    [[nodiscard]] double most_passed() const noexcept;
    [[nodiscard]] double most_at_a_time() const noexcept;
    [[nodiscard]] double passed_of_late() const noexcept;
    void settle(std::uint64_t passed) noexcept;
    void forget_rates() noexcept;
    [[nodiscard]] double tolerated() const noexcept;
    void follow_share(std::uint64_t gap) noexcept;
    void remember(const refusal& one) noexcept;

    std::array<refusal, 64> last_{};
    std::size_t next_ = 0;
    std::size_t count_ = 0;
    std::uint64_t last_passed_ = 0;
    time_point begins_at_ = time_point::max();  // what left before that tells of the time before
    refusal resumed_;                           // after the last pause
    double passing_ = 0;

    maximum borne_a_second_;
    maximum borne_at_a_time_;
    unsigned contradictions_ = 0;
    event first_contradiction_;

    double share_ = 0;   // of the background; 0: none
    double recent_ = 0;  // refused of late
    bool is_news_ = false;
};

}  // namespace jobaudit::policy
