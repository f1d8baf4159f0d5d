#pragma once

#include "protocol/gzip_decoder.hpp"

#include <jobaudit/error.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace jobaudit::protocol {

class response_consumer;

enum class content_coding { identity, gzip, unknown };

/// Takes what may have been split over several fields: `so_far` is the coding that the earlier ones named. `value` is a
/// Content-Encoding field's.
[[nodiscard]] content_coding read_content_coding(content_coding so_far, std::string_view value) noexcept;

/// Passes a body on to its consumer, decoded, and counts it against its limit, both as sent and as decoded.
class body_decoder {
public:
    explicit body_decoder(std::uint64_t limit) noexcept : limit_{limit} {}

    void begin(response_consumer& consumer, content_coding coding);

    /// Takes the next bytes as sent.
    [[nodiscard]] error_code write(std::string_view bytes);

    /// Whether the content coding allows the body to end here.
    [[nodiscard]] bool may_end() const noexcept;

    [[nodiscard]] std::uint64_t limit() const noexcept { return limit_; }
    [[nodiscard]] std::uint64_t sent() const noexcept { return sent_; }
    [[nodiscard]] std::uint64_t decoded() const noexcept { return decoded_; }

    /// What is wrong, for a person; empty when nothing is, or when the consumer gave the error.
    [[nodiscard]] const std::string& problem() const noexcept { return problem_; }

private:
    error_code pass_on(std::string_view decoded);
    error_code decode(std::string_view bytes);

    std::uint64_t limit_;
    std::uint64_t sent_ = 0;
    std::uint64_t decoded_ = 0;
    response_consumer* consumer_ = nullptr;
    content_coding coding_ = content_coding::identity;
    gzip_decoder gzip_;
    std::string problem_;
};

}  // namespace jobaudit::protocol
