#include "protocol/response_parser.hpp"

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include <limits>

namespace jobaudit::protocol {
namespace {

namespace http = boost::beast::http;
using text = boost::beast::string_view;

std::string_view to_std(text from) noexcept { return {from.data(), from.size()}; }

// Those that Beast has no number for.
std::optional<response_field> known_by_name(text name) noexcept
{
    const auto is = [&](text other) { return boost::beast::iequals(name, other); };
    switch (name.size()) {
    case 9:
        return is("RateLimit") ? std::optional{response_field::limit} : std::nullopt;
    case 14:
        return is("retry-after-ms") ? std::optional{response_field::retry_after_ms} : std::nullopt;
    case 15:
        return is("RateLimit-Reset") ? std::optional{response_field::limit_reset} : std::nullopt;
    case 17:
        return is("X-RateLimit-Reset") ? std::optional{response_field::limit_reset} : std::nullopt;
    case 19:
        return is("RateLimit-Remaining") ? std::optional{response_field::limit_remaining} : std::nullopt;
    case 21:
        return is("X-RateLimit-Remaining") ? std::optional{response_field::limit_remaining} : std::nullopt;
    default:
        return std::nullopt;
    }
}

std::optional<response_field> known(http::field name) noexcept
{
    switch (name) {
    case http::field::content_encoding:
        return response_field::content_encoding;
    case http::field::content_type:
        return response_field::content_type;
    case http::field::date:
        return response_field::date;
    case http::field::keep_alive:
        return response_field::keep_alive;
    case http::field::location:
        return response_field::location;
    case http::field::retry_after:
        return response_field::retry_after;
    case http::field::transfer_encoding:
        return response_field::transfer_encoding;
    default:
        return std::nullopt;
    }
}

std::string describe(http::error error)
{
    switch (error) {
    case http::error::bad_version:
        return "the status line is not that of HTTP/1.0 or HTTP/1.1";
    case http::error::bad_status:
        return "the status line has no status of three digits";
    case http::error::bad_reason:
        return "the status line holds a control character";
    case http::error::bad_line_ending:
        return "a carriage return stands without its line feed";
    case http::error::bad_field:
        return "a field name in the head is empty, or holds a character that is not allowed";
    case http::error::bad_value:
        return "a field value in the head is not valid";
    case http::error::bad_content_length:
        return "Content-Length is no number, or stands beside Transfer-Encoding";
    case http::error::multiple_content_length:
        return "the Content-Length fields differ";
    case http::error::bad_transfer_encoding:
        return "Transfer-Encoding stands twice, or beside Content-Length";
    case http::error::bad_chunk:
        return std::string{bad_chunk};
    case http::error::bad_chunk_extension:
        return "a chunk's size line is not valid";
    default:
        return "it does not follow the rules of HTTP/1.1";
    }
}

class beast_parser final : public http::basic_parser<false> {
public:
    explicit beast_parser(response_events& events) noexcept : events_{events}
    {
        header_limit(std::numeric_limits<std::uint32_t>::max());
        body_limit(boost::none);
    }

private:
    void on_request_impl(http::verb, text, text, int, error_code&) override {}
    void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
    std::size_t on_body_impl(text bytes, error_code&) override { return bytes.size(); }

    void on_response_impl(int status, text reason, int version, error_code&) override
    {
        events_.on_status_line(status, to_std(reason), version);
    }

    void on_field_impl(http::field name, text spelled, text value, error_code& error) override
    {
        if (const auto field = name == http::field::unknown ? known_by_name(spelled) : known(name))
            events_.on_field(*field, to_std(value), error);
    }

    void on_header_impl(error_code& error) override { events_.on_end_of_head(error); }

    void on_chunk_header_impl(std::uint64_t size, text, error_code& error) override { events_.on_chunk(size, error); }

    std::size_t on_chunk_body_impl(std::uint64_t remaining, text bytes, error_code& error) override
    {
        events_.on_chunk_data(to_std(bytes), remaining - bytes.size(), error);
        return bytes.size();
    }

    void on_finish_impl(error_code& error) override { events_.on_end_of_body(error); }

    response_events& events_;
};

}  // namespace

class response_parser::implementation {
public:
    explicit implementation(response_events& to) noexcept : events{to} {}

    response_events& events;
    std::optional<beast_parser> parser;
};

response_parser::response_parser(response_events& events) : implementation_{std::make_unique<implementation>(events)} {}
response_parser::~response_parser() = default;

void response_parser::begin() { implementation_->parser.emplace(implementation_->events); }

std::size_t response_parser::put(std::string_view bytes, error_code& error, std::string& problem)
{
    auto& parser = *implementation_->parser;
    const auto consumed = parser.put(boost::beast::net::const_buffer{bytes.data(), bytes.size()}, error);
    if (error && error.category() == make_error_code(http::error::need_more).category()) {
        problem = describe(static_cast<http::error>(error.value()));
        error = errc::bad_response;
    }
    return consumed;
}

bool response_parser::keep_alive() const { return implementation_->parser->keep_alive(); }

std::optional<std::uint64_t> response_parser::content_length() const
{
    const auto length = implementation_->parser->content_length();
    return length ? std::optional{*length} : std::nullopt;
}

}  // namespace jobaudit::protocol
