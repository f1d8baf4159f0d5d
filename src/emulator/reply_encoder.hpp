#pragma once

#include "emulator/gzip_encoder.hpp"
#include "emulator/random.hpp"
#include "emulator/reply.hpp"
#include "emulator/request.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace jobaudit::emulator {

/// Turns a reply into bytes: the head, then the body in pieces.
class reply_encoder {
public:
    /// Decides the framing from the reply, its fault and the request.
    reply_encoder(const reply& what, const request& asked);

    /// Whether the connection may serve another request afterwards.
    [[nodiscard]] bool keeps_connection() const noexcept { return keep_; }

    void append_head(std::string& out) const;
    /// Appends a piece of the body. `is_last` ends it: at most one call has it.
    void append_body(std::string& out, std::string_view piece, bool is_last);

private:
    [[nodiscard]] framing choose_framing(const request& asked) const;
    [[nodiscard]] std::size_t announced_length() const noexcept;
    void append_framing_fields(std::string& out) const;
    void append_chunks(std::string& out, std::string_view piece);
    void append_chunk(std::string& out, std::string_view piece);

    const reply& reply_;
    framing framing_;
    bool keep_;
    random_stream random_;
    std::optional<gzip_encoder> gzip_;
    bool huge_line_sent_ = false;
};

}  // namespace jobaudit::emulator
