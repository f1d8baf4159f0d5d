#include "cli/options/points_in_time.hpp"

#include "cli/options/quantities.hpp"

#include <string>

namespace jobaudit::cli {

using std::chrono::microseconds;

result<protocol::utc_time> parse_point_in_time(std::string_view text, end_of_span which, protocol::utc_time now)
{
    if (const auto day = protocol::parse_date(text)) {
        const protocol::utc_time begins{*day};
        return which == end_of_span::first ? begins : begins + std::chrono::days{1} - microseconds{1};
    }
    if (const auto time = protocol::parse_date_time(text))
        return *time;
    // A bare number would be taken for seconds, where a year may be meant.
    const bool has_unit = text.find_first_not_of("0123456789.") != std::string_view::npos;
    if (const auto back = parse_duration(text); back && has_unit)
        return now - std::chrono::ceil<microseconds>(*back);
    return problem{"\"" + std::string{text} + "\" is no time: give a day such as 2026-11-29, a time such as " +
                   "2026-11-29T10:15 (UTC) or 2026-11-29T10:15+02:00, or how long ago, such as 7d or 24h"};
}

}  // namespace jobaudit::cli
