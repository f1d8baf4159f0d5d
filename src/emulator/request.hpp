#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace jobaudit::emulator {

/// The parts of a request that the emulator uses.
struct request {
    bool is_get = false;
    std::string target;
    bool http_1_0 = false;
    bool keep_alive = true;
    bool accepts_gzip = false;
    std::string host;
    std::optional<std::string> api_key;
    std::optional<std::string> authorization;

    /// The target without its query.
    [[nodiscard]] std::string_view path() const noexcept;
    /// The value of a parameter of the query, as it stands there; nothing where it is missing.
    [[nodiscard]] std::optional<std::string_view> parameter(std::string_view name) const noexcept;
};

/// How far the beginning of some bytes is a request.
struct request_parsed {
    enum class state : std::uint8_t { complete, needs_more, malformed };
    state what = state::needs_more;
    std::size_t size = 0;  ///< of the request, where it is complete
};

/// Reads one request with its body, which is thrown away, off the front of `bytes`.
[[nodiscard]] request_parsed parse_request(std::string_view bytes, request& into);

}  // namespace jobaudit::emulator
