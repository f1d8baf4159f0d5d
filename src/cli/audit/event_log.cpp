#include "cli/audit/event_log.hpp"

#include "cli/options/quantities.hpp"

#include <array>
#include <ctime>
#include <new>
#include <utility>

namespace jobaudit::cli {
namespace {

constexpr std::size_t most_lines = 20'000;

/// `2026-11-30T02:45:38.123Z`.
std::string timestamp(event_log::clock::time_point when)
{
    const auto milliseconds = std::chrono::floor<std::chrono::milliseconds>(when.time_since_epoch()).count();
    const std::time_t seconds = milliseconds / 1000;
    std::tm parts{};
    std::array<char, 32> buffer{};
    if (::gmtime_r(&seconds, &parts) == nullptr)
        return {};
    const auto size = std::strftime(buffer.data(), buffer.size(), "%Y-%m-%dT%H:%M:%S", &parts);
    auto thousandths = std::to_string(milliseconds % 1000 + 1000);
    thousandths.front() = '.';
    return std::string{buffer.data(), size} + thousandths + 'Z';
}

}  // namespace

void event_log::add(log_level level, std::string_view line) noexcept
{
    if (!wants(level))
        return;
    const std::lock_guard lock{mutex_};
    if (lines_.size() >= most_lines) {
        ++dropped_;
        return;
    }
    try {
        lines_.push_back(timestamp(now_()).append("  ").append(line));
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
