#pragma once

#include <cstdint>

namespace jobaudit::policy {

/// How an exchange ended, as far as that says whether its request is to be repeated.
struct exchange_end {
    bool is_lost = false;        ///< the connection ended before the first byte of a response
    bool is_farewell = false;    ///< with which a server ends an idle connection
    bool was_idle = false;       ///< the connection, before it
    bool stood_in_line = false;  ///< behind others of its connection
};

/// The connection on which a request is repeated at once, at no cost to its job.
enum class request_replay : std::uint8_t {
    none,          ///< this end is that of the attempt
    in_its_place,  ///< its peer had ended the old one while that was idle: another, in its place
    on_any         ///< the old one ended while the request was behind others there
};

/// RFC 9112 §9.3.1: a GET is safe to repeat, and a connection that was idle may be closed at any time.
[[nodiscard]] constexpr request_replay replay_behind(const exchange_end& ended) noexcept
{
    if ((ended.is_lost || ended.is_farewell) && ended.was_idle && !ended.stood_in_line)
        return request_replay::in_its_place;
    return ended.is_lost && ended.stood_in_line ? request_replay::on_any : request_replay::none;
}

}  // namespace jobaudit::policy
