#include "emulator/reply_encoder.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace jobaudit::emulator {

namespace {

constexpr std::size_t mebibyte = 1024 * 1024;

void append_padding(std::string& out)
{
    constexpr std::size_t line = 8192;
    for (std::size_t size = 0; size < mebibyte; size += line)
        out.append("X-Padding: ").append(line - 13, 'x').append("\r\n");
}

}  // namespace

reply_encoder::reply_encoder(const reply& what, const request& asked)
    : reply_{what}, framing_{choose_framing(asked)}, keep_{asked.keep_alive}, random_{what.randomness}
{
    if (framing_ == framing::close || what.fault == fault::close_after_response)
        keep_ = false;
    if (framing_ == framing::gzip)
        gzip_.emplace();
}

framing reply_encoder::choose_framing(const request& asked) const
{
    if (asked.http_1_0)
        return framing::close;
    switch (reply_.fault) {
    case fault::truncated_chunked:
    case fault::huge_chunk_extension:
    case fault::length_and_chunked:
        return framing::chunked;
    case fault::truncated_body:
    case fault::eof_without_close_notify:
    case fault::wrong_content_length:
    case fault::reset_in_body:
        // A length that was promised is what makes the loss of the rest certain.
        return reply_.more ? framing::chunked : framing::length;
    default:
        break;
    }
    if (reply_.framing == framing::gzip)
        return asked.accepts_gzip ? framing::gzip : framing::chunked;
    if (reply_.more && reply_.framing != framing::close)
        return framing::chunked;
    return reply_.framing == framing::automatic ? framing::length : reply_.framing;
}

std::size_t reply_encoder::announced_length() const noexcept
{
    return reply_.fault == fault::wrong_content_length ? reply_.body.size() / 2 : reply_.body.size();
}

void reply_encoder::append_head(std::string& out) const
{
    out += framing_ == framing::close ? "HTTP/1.0 " : "HTTP/1.1 ";
    out += std::to_string(reply_.status);
    out += ' ';
    out += reason_phrase(reply_.status);
    out += "\r\n";
    if (!reply_.content_type.empty())
        out.append("Content-Type: ").append(reply_.content_type).append("\r\n");
    append_framing_fields(out);
    if (!keep_)
        out += "Connection: close\r\n";
    out += reply_.fields;
    if (reply_.fault == fault::oversized_head)
        append_padding(out);
    out += "\r\n";
}

void reply_encoder::append_framing_fields(std::string& out) const
{
    if (framing_ == framing::length || reply_.fault == fault::length_and_chunked)
        out += "Content-Length: " + std::to_string(announced_length()) + "\r\n";
    if (framing_ == framing::gzip || reply_.fault == fault::corrupted_gzip)
        out += "Content-Encoding: gzip\r\n";
    if (framing_ == framing::chunked || framing_ == framing::gzip)
        out += "Transfer-Encoding: chunked\r\n";
}

void reply_encoder::append_body(std::string& out, std::string_view piece, bool is_last)
{
    if (framing_ == framing::length || framing_ == framing::close) {
        out += piece;
        return;
    }
    if (gzip_) {
        std::string compressed;
        gzip_->add(piece, is_last, compressed);
        append_chunks(out, compressed);
    } else {
        append_chunks(out, piece);
    }
    if (!is_last)
        return;
    out += "0\r\n";
    if (random_.below(8) == 0)
        out += "X-Served-By: emulator\r\n";
    out += "\r\n";
}

void reply_encoder::append_chunks(std::string& out, std::string_view piece)
{
    while (!piece.empty()) {
        const auto most = std::max<std::size_t>(16, piece.size() / 2);
        const auto size = std::min(piece.size(), static_cast<std::size_t>(random_.between(1, most)));
        append_chunk(out, piece.substr(0, size));
        piece.remove_prefix(size);
    }
}

void reply_encoder::append_chunk(std::string& out, std::string_view piece)
{
    std::array<char, 16> size{};
    auto* end = std::to_chars(size.data(), size.data() + size.size(), piece.size(), 16).ptr;
    out.append(size.data(), end);
    if (reply_.fault == fault::huge_chunk_extension && !huge_line_sent_) {
        out.append(";padding=").append(mebibyte, 'x');
        huge_line_sent_ = true;
    } else if (random_.below(8) == 0) {
        out += ";part=1";
    }
    out.append("\r\n").append(piece).append("\r\n");
}

}  // namespace jobaudit::emulator
