#include "cli/event_log.hpp"

#include "cli/quantities.hpp"

#include <new>
#include <utility>

namespace jobaudit::cli {
namespace {

constexpr std::size_t most_lines = 20'000;

}  // namespace

void event_log::add(log_level level, std::string line) noexcept
{
    if (!wants(level))
        return;
    const std::lock_guard lock{mutex_};
    if (lines_.size() >= most_lines) {
        ++dropped_;
        return;
    }
    try {
        lines_.push_back(std::move(line));
    } catch (const std::bad_alloc&) {
        ++dropped_;
    }
}

std::vector<std::string> event_log::take()
{
    const std::lock_guard lock{mutex_};
    auto lines = std::exchange(lines_, {});
    if (const auto lost = std::exchange(dropped_, 0); lost > 0)
        lines.push_back("(" + counted(lost, "log line was", "log lines were") +
                        " dropped: lines came faster than they could be written)");
    return lines;
}

}  // namespace jobaudit::cli
