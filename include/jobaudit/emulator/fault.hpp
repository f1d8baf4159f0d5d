#pragma once

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string_view>

namespace jobaudit::emulator {

/// What can go wrong with one exchange. The enumerators' names are also those of a script's `"fault"`.
///
/// A fault marked *harmless* still delivers the right answer to a client that follows RFC 9112.
enum class fault : std::uint8_t {
    none,

    // The connection breaks.
    reset_before_head,         ///< TCP reset in place of an answer
    reset_in_head,             ///< TCP reset in the middle of the response head
    reset_in_body,             ///< TCP reset in the middle of the body
    close_before_response,     ///< orderly close (close_notify, FIN) in place of an answer
    truncated_body,            ///< orderly close in the middle of a body with Content-Length
    truncated_chunked,         ///< orderly close in the middle of a chunked body
    eof_without_close_notify,  ///< FIN without close_notify in the middle of a body with Content-Length
    stale_keep_alive,  ///< a reused connection is closed when the request arrives; a fresh one answers (harmless)

    // The body of a 200 is not what the API promises.
    empty_body,      ///< 200 with Content-Length 0
    detail_body,     ///< 200 with {"detail":…}
    cut_json,        ///< 200, framing intact, JSON cut in the middle
    invalid_utf8,    ///< 200 whose strings hold bytes that are no UTF-8
    corrupted_gzip,  ///< Content-Encoding: gzip over bytes that are not

    // The framing is not what RFC 9112 allows, or above any sensible limit.
    garbage,               ///< bytes that are no HTTP, then an orderly close
    length_and_chunked,    ///< Content-Length together with Transfer-Encoding
    wrong_content_length,  ///< Content-Length smaller than the body: the rest stays on the connection
    oversized_head,        ///< a head of 1 MiB
    huge_chunk_extension,  ///< a chunk line of 1 MiB

    // Unusual, but right.
    continue_first,        ///< 100 Continue before the answer (harmless)
    early_hints,           ///< 103 Early Hints before the answer (harmless)
    slow_head,             ///< the head comes in pieces with pauses (harmless)
    dribble,               ///< the body comes in pieces with pauses (harmless)
    close_after_response,  ///< Connection: close, and does it (harmless)
    unsolicited_bytes,     ///< a 408 on the idle connection after the answer (harmless)
    unknown_values,        ///< what is said of a job's state is in words that nobody has heard of (harmless)

    // Others.
    stall,     ///< no answer: for ever, or for a time after which the answer comes
    redirect,  ///< 307 to http:// on the same host
};

/// Number of enumerators, `none` among them.
inline constexpr std::size_t fault_count = static_cast<std::size_t>(fault::redirect) + 1;

/// The enumerator's name.
[[nodiscard]] std::string_view to_string(fault value) noexcept;
/// The fault of that name; nothing: there is none.
[[nodiscard]] std::optional<fault> parse_fault(std::string_view name) noexcept;
/// Writes the enumerator's name.
std::ostream& operator<<(std::ostream& out, fault value);

/// How much of it happens by itself.
enum class fault_profile : std::uint8_t {
    none,     ///< every request is answered right
    rough,    ///< about 20 % of the requests fail, at most 3 in a row of one job; all of it short
    hostile,  ///< about 45 % fail, at most 5 in a row of one job; some stall until the client gives up
};

/// The enumerator's name.
[[nodiscard]] std::string_view to_string(fault_profile value) noexcept;
/// The profile of that name; nothing: there is none.
[[nodiscard]] std::optional<fault_profile> parse_fault_profile(std::string_view name) noexcept;
/// Writes the enumerator's name.
std::ostream& operator<<(std::ostream& out, fault_profile value);

}  // namespace jobaudit::emulator
