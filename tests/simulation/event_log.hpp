#pragma once

#include "world_plan.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>

namespace jobaudit::simulation {

/// The last few things that happened in a world: cheap to keep, made into text only when something went wrong.
class event_log {
public:
    static constexpr std::size_t kept = 30;
    static constexpr std::uint32_t no_job = 0xffffffff;

    void note(time_point when, unsigned scheduler, const char* what, std::uint32_t job = no_job,
              std::int64_t figure = 0)
    {
        entries_[count_++ % kept] = {when, what, figure, job, scheduler};
    }

    [[nodiscard]] std::string text() const
    {
        std::string lines;
        for (std::size_t i = count_ > kept ? count_ - kept : 0; i < count_; ++i) {
            const entry& each = entries_[i % kept];
            std::array<char, 160> line{};
            std::snprintf(line.data(), line.size(), "  %12.6f s  scheduler %u  %s", seconds(each.when - at({})),
                          each.scheduler, each.what);
            lines += line.data();
            if (each.job != no_job)
                lines += " (job " + std::to_string(each.job) + ")";
            if (each.figure != 0)
                lines += " " + std::to_string(each.figure);
            lines += '\n';
        }
        return lines;
    }

    [[nodiscard]] static double seconds(duration length) { return std::chrono::duration<double>{length}.count(); }

private:
    struct entry {
        time_point when;
        const char* what;
        std::int64_t figure;
        std::uint32_t job;
        unsigned scheduler;
    };

    std::array<entry, kept> entries_{};
    std::size_t count_ = 0;
};

}  // namespace jobaudit::simulation
