#include "fuzz/beast_reading.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <limits>

namespace jobaudit::fuzz {
namespace {

namespace http = boost::beast::http;
using parser = http::response_parser<http::string_body>;

/// Gives the bytes taken; the parser is done when they were a whole response.
std::size_t read_one(parser& into, std::string_view bytes, bool closes)
{
    into.eager(true);
    into.header_limit(std::numeric_limits<std::uint32_t>::max());
    into.body_limit(boost::none);
    std::size_t taken = 0;
    boost::system::error_code error;
    while (!into.is_done() && taken < bytes.size()) {
        const auto size = into.put(boost::asio::buffer(bytes.data() + taken, bytes.size() - taken), error);
        taken += size;
        if (error || size == 0)
            break;
    }
    if (!error && !into.is_done() && closes && taken == bytes.size() && into.is_header_done())
        into.put_eof(error);
    return taken;
}

}  // namespace

std::optional<beast_reading> read_with_beast(std::string_view bytes, bool closes)
{
    for (;;) {
        parser one;
        bytes.remove_prefix(read_one(one, bytes, closes));
        if (!one.is_done())
            return std::nullopt;
        if (const auto& response = one.get(); response.result_int() / 100 != 1)
            return beast_reading{static_cast<int>(response.result_int()), response.body(),
                                 response.count(http::field::content_encoding) != 0};
    }
}

}  // namespace jobaudit::fuzz
