#include "emulator/request.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/basic_parser.hpp>

#include <algorithm>

namespace jobaudit::emulator {

namespace {

namespace beast = boost::beast;
namespace http = beast::http;

class parser final : public http::basic_parser<true> {
public:
    explicit parser(request& into) : into_{into}
    {
        eager(true);
        header_limit(64 * 1024);
        body_limit(1024 * 1024);
    }

private:
    using text = beast::string_view;

    static std::string to_string(text value) { return {value.data(), value.size()}; }

    void on_request_impl(http::verb method, text, text target, int version, beast::error_code&) override
    {
        into_.is_get = method == http::verb::get;
        into_.target.assign(target.data(), target.size());
        into_.http_1_0 = version < 11;
        into_.accepts_gzip = false;
        into_.api_key.reset();
        into_.authorization.reset();
        into_.host.clear();
    }

    void on_field_impl(http::field field, text name, text value, beast::error_code&) override
    {
        if (field == http::field::host)
            into_.host.assign(value.data(), value.size());
        else if (field == http::field::authorization)
            into_.authorization = to_string(value);
        else if (field == http::field::accept_encoding)
            into_.accepts_gzip = value.find("gzip") != text::npos;
        else if (beast::iequals(name, "unstructured-api-key"))
            into_.api_key = to_string(value);
    }

    void on_response_impl(int, text, int, beast::error_code&) override {}
    void on_header_impl(beast::error_code&) override {}
    void on_body_init_impl(const boost::optional<std::uint64_t>&, beast::error_code&) override {}
    std::size_t on_body_impl(text body, beast::error_code&) override { return body.size(); }
    void on_chunk_header_impl(std::uint64_t, text, beast::error_code&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, text body, beast::error_code&) override { return body.size(); }
    void on_finish_impl(beast::error_code&) override {}

    request& into_;
};

}  // namespace

std::string_view request::path() const noexcept { return std::string_view{target}.substr(0, target.find('?')); }

std::optional<std::string_view> request::parameter(std::string_view name) const noexcept
{
    std::string_view rest{target};
    const auto mark = rest.find('?');
    rest = mark == std::string_view::npos ? std::string_view{} : rest.substr(mark + 1);
    while (!rest.empty()) {
        const auto end = std::min(rest.find('&'), rest.size());
        const auto one = rest.substr(0, end);
        const auto equals = std::min(one.find('='), one.size());
        if (one.substr(0, equals) == name)
            return one.substr(std::min(equals + 1, one.size()));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return std::nullopt;
}

request_parsed parse_request(std::string_view bytes, request& into)
{
    using state = request_parsed::state;
    parser one{into};
    std::size_t read = 0;
    while (!one.is_done()) {
        beast::error_code failed;
        const auto used = one.put(boost::asio::const_buffer{bytes.data() + read, bytes.size() - read}, failed);
        read += used;
        if (failed == http::error::need_more || (!failed && used == 0))
            return {state::needs_more, 0};
        if (failed)
            return {state::malformed, 0};
    }
    into.keep_alive = one.keep_alive();
    return {state::complete, read};
}

}  // namespace jobaudit::emulator
