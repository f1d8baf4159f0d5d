#pragma once

#include "protocol/every_split.hpp"
#include "protocol/response_reader.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

/// Replies pushed into a response_reader as a connection does it, and all that comes of them.
namespace jobaudit::protocol {

/// What a server does behind the last byte that it sends.
enum class afterwards { stays, closes };

struct reading {
    std::vector<response_head> heads;
    std::string body;
    std::uint64_t body_bytes = 0;  ///< 0 after an error: how far the reader got depends on what it was shown
    bool complete = false;
    std::size_t left = 0;  ///< bytes behind a complete response
    error_code error;
    std::string problem;
};

inline auto values_of(const response_head& head)
{
    return std::tie(head.status, head.keep_alive, head.reason, head.content_type, head.retry_after, head.date,
                    head.location, head.idle_timeout);
}

inline bool operator==(const reading& a, const reading& b)
{
    const auto same = [](const response_head& x, const response_head& y) { return values_of(x) == values_of(y); };
    return std::equal(a.heads.begin(), a.heads.end(), b.heads.begin(), b.heads.end(), same) && a.body == b.body &&
           a.body_bytes == b.body_bytes && a.complete == b.complete && a.left == b.left && a.error == b.error &&
           a.problem == b.problem;
}

inline std::ostream& operator<<(std::ostream& out, const reading& what)
{
    for (const auto& head : what.heads)
        out << "head " << head.status << ' ' << head.reason << (head.keep_alive ? ", keep-alive; " : "; ");
    out << what.body.size() << " bytes '" << what.body.substr(0, 100) << "' of " << what.body_bytes << " sent; ";
    if (what.complete)
        out << "complete, " << what.left << " bytes left; ";
    return out << (what.error ? what.error.message() : "no error") << ": '" << what.problem << '\'';
}

class recording_consumer final : public response_consumer {
public:
    void on_head(const response_head& head) override { heads.push_back(head); }

    error_code on_body(std::string_view bytes) override
    {
        BOOST_TEST(!bytes.empty());
        body += bytes;
        return {};
    }

    std::vector<response_head> heads;
    std::string body;
};

/// Reads one response with a reader that may have read others before.
inline reading read_pieces(response_reader& reader, const pieces& sent, afterwards then)
{
    recording_consumer consumer;
    reader.begin(consumer);
    reading result;
    std::string shown;  // what the reader left over, and what follows it
    for (const auto piece : sent) {
        shown += piece;
        for (bool goes_on = true; goes_on;) {
            const auto [consumed, error] = reader.put(std::string{shown});
            BOOST_TEST_REQUIRE(consumed <= shown.size());
            BOOST_TEST((!result.error || error == result.error));
            result.error = error;
            shown.erase(0, consumed);
            goes_on = consumed != 0 && !shown.empty() && !reader.complete() && !error;
        }
    }
    if (then == afterwards::closes)
        result.error = reader.end_of_stream();
    result.complete = reader.complete();
    result.left = result.complete ? shown.size() : 0;
    result.heads = consumer.heads;
    result.body = consumer.body;
    result.body_bytes = result.error ? 0 : reader.body_bytes();
    result.problem = reader.problem();
    BOOST_TEST(!(result.complete && result.error));
    BOOST_TEST(result.error.failed() == !result.problem.empty());
    return result;
}

/// Reads `reply` whole, and checks that the same comes of it however it is split.
inline reading read_at_every_split(std::string_view reply, afterwards then = afterwards::stays,
                                   response_reader::limits bounds = {})
{
    response_reader reader{bounds};
    const auto whole = read_pieces(reader, {reply}, then);
    for_each_split(reply, [&](const pieces& split) {
        const auto same = read_pieces(reader, split, then);
        if (!(same == whole))
            BOOST_ERROR("pieces of " << split.size() << ", the first of " << split.front().size() << " bytes, give\n"
                                     << same << "\nbut the whole gives\n"
                                     << whole);
    });
    return whole;
}

/// A piece of chunked coding.
inline std::string chunk(std::string_view data)
{
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string size;
    for (auto rest = data.size(); rest != 0; rest /= 16)
        size.insert(size.begin(), digits[rest % 16]);
    return size + "\r\n" + std::string{data} + "\r\n";
}

}  // namespace jobaudit::protocol
