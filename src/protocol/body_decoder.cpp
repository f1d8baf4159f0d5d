#include "protocol/body_decoder.hpp"

#include "protocol/line_scan.hpp"
#include "protocol/response_reader.hpp"

#include <algorithm>

namespace jobaudit::protocol {
namespace {

content_coding combine(content_coding so_far, std::string_view name) noexcept
{
    if (name.empty() || is_in_any_case(name, "identity"))
        return so_far;
    const bool is_gzip = is_in_any_case(name, "gzip") || is_in_any_case(name, "x-gzip");
    return is_gzip && so_far == content_coding::identity ? content_coding::gzip : content_coding::unknown;
}

}  // namespace

content_coding read_content_coding(content_coding so_far, std::string_view value) noexcept
{
    for (;;) {
        const auto comma = value.find(',');
        so_far = combine(so_far, without_blanks(value.substr(0, comma)));
        if (comma == std::string_view::npos)
            return so_far;
        value.remove_prefix(comma + 1);
    }
}

void body_decoder::begin(response_consumer& consumer, content_coding coding)
{
    consumer_ = &consumer;
    coding_ = coding;
    sent_ = 0;
    decoded_ = 0;
    problem_.clear();
    if (coding == content_coding::gzip)
        gzip_.begin();
}

error_code body_decoder::write(std::string_view bytes)
{
    const auto allowed =
        bytes.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), limit_ - sent_)));
    sent_ += allowed.size();
    const auto error = coding_ == content_coding::gzip ? decode(allowed) : pass_on(allowed);
    if (error || allowed.size() == bytes.size())
        return error;
    problem_ = "the body is larger than the limit of " + std::to_string(limit_) + " bytes";
    return errc::body_too_large;
}

bool body_decoder::may_end() const noexcept { return coding_ != content_coding::gzip || gzip_.at_member_end(); }

error_code body_decoder::pass_on(std::string_view decoded)
{
    const auto allowed =
        decoded.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(decoded.size(), limit_ - decoded_)));
    decoded_ += allowed.size();
    if (!allowed.empty()) {
        if (const auto error = consumer_->on_body(allowed))
            return error;
    }
    if (allowed.size() == decoded.size())
        return {};
    problem_ = "the body is larger, decoded, than the limit of " + std::to_string(limit_) + " bytes";
    return errc::body_too_large;
}

error_code body_decoder::decode(std::string_view bytes)
{
    gzip_decoder::piece piece;
    do {
        piece = gzip_.next(bytes);
        if (const auto error = pass_on(piece.decoded))
            return error;
        if (piece.error) {
            problem_ = "the gzip stream is broken after " + std::to_string(decoded_) + " decoded bytes";
            return piece.error;
        }
    } while (!bytes.empty() || piece.decoded.size() == gzip_decoder::piece_size);
    return {};
}

}  // namespace jobaudit::protocol
