#pragma once

#include <jobaudit/emulator/fault.hpp>
#include <jobaudit/emulator/script.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace jobaudit::emulator {

/// One answer, and what is to go wrong with it.
struct reply {
    int status = 200;
    std::string_view content_type = "application/json";
    std::string fields;  ///< further lines of the head, each with its CRLF
    std::string body;
    /// A body made while it is sent: appends the next piece, false with the last one. `body` is empty then.
    std::function<bool(std::string&)> more{};
    jobaudit::emulator::framing framing = jobaudit::emulator::framing::automatic;
    jobaudit::emulator::fault fault = jobaudit::emulator::fault::none;
    std::chrono::nanoseconds duration{};
    std::chrono::nanoseconds delay{};
    std::optional<std::string> raw{};
    bool keep_open = false;        ///< after raw
    std::uint64_t randomness = 0;  ///< decides the sizes of chunks

    /// An answer without anything; keeps the memory of the strings.
    void clear();
    void add_field(std::string_view name, std::string_view value);
};

/// Appends the body that a status usually comes with (platform-api.md), and sets its type and fields.
void fill_usual_body(reply& into);

[[nodiscard]] std::string_view reason_phrase(int status) noexcept;

/// The time in the form of RFC 9110, section 5.6.7 (IMF-fixdate).
[[nodiscard]] std::string http_date(std::chrono::system_clock::time_point time);

}  // namespace jobaudit::emulator
