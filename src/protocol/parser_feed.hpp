#pragma once

#include <jobaudit/error.hpp>

#include <boost/json/basic_parser.hpp>

#include <cstddef>
#include <string_view>

namespace jobaudit::protocol {

/// As much as a parser of Boost.JSON may be given at once. When it goes on inside an escape or a character of several
/// bytes, Boost 1.81 takes as many bytes as its buffer on the stack holds, and appends up to three more to it than it
/// takes: beyond the buffer's end (boostorg/json issue 876). Boost 1.82 and newer need no such limit.
inline constexpr std::size_t parser_feed_limit = BOOST_JSON_STACK_BUFFER_SIZE - 4;

/// basic_parser::write_some for bytes of any number, behind which more may follow. Gives the bytes taken; fewer than
/// all were when the JSON has ended, or with an error.
template <class Parser>
[[nodiscard]] std::size_t feed_parser(Parser& parser, std::string_view bytes, error_code& error)
{
    std::size_t taken = 0;
    while (taken < bytes.size() && !error) {
        const auto piece = bytes.substr(taken, parser_feed_limit);
        const auto size = parser.write_some(true, piece.data(), piece.size(), error);
        taken += size;
        if (size < piece.size())
            break;
    }
    return taken;
}

}  // namespace jobaudit::protocol
