#include "protocol/gzip_text.hpp"
#include "protocol/reply_reading.hpp"
#include "protocol/response_reader.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace protocol = jobaudit::protocol;
using jobaudit::errc;
using protocol::afterwards;
using protocol::chunk;
using protocol::read_at_every_split;
using protocol::response_reader;

namespace {

const std::string ok = "HTTP/1.1 200 OK\r\n";
const std::string chunked = ok + "Transfer-Encoding: chunked\r\n\r\n";

response_reader::limits bounded_head(std::size_t size)
{
    response_reader::limits bounds;
    bounds.head = size;
    return bounds;
}

response_reader::limits bounded_body(std::uint64_t size)
{
    response_reader::limits bounds;
    bounds.body = size;
    return bounds;
}

response_reader::limits bounded_chunk_line(std::size_t size)
{
    response_reader::limits bounds;
    bounds.chunk_line = size;
    return bounds;
}

struct refusal {
    std::string reply;
    std::string problem;  ///< part of what the reader says
};

void check_refused(const std::vector<refusal>& rows)
{
    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.reply)
        {
            const auto result = read_at_every_split(row.reply);
            BOOST_TEST(!result.complete);
            BOOST_TEST((result.error == errc::bad_response));
            BOOST_TEST(result.problem.find(row.problem) != std::string::npos, result.problem);
        }
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(response_framing)

BOOST_AUTO_TEST_CASE(refuses_what_is_no_status_line)
{
    check_refused({
        {"\r\nHTTP/1.1 200 OK\r\n\r\n", "does not begin with an HTTP/1.x status line"},
        {" HTTP/1.1 200 OK\r\n\r\n", "does not begin"},
        {"<html>", "does not begin"},
        {"http/1.1 200 OK\r\n\r\n", "does not begin"},
        {"HTTP/2 200\r\n\r\n", "does not begin"},
        {"HTTP/0.9 200 OK\r\n\r\n", "does not begin"},
        {"ICY 200 OK\r\n\r\n", "does not begin"},
        {"\x15\x03\x01\x00\x02", "does not begin"},
        {"HTTP/1.2 200 OK\r\n\r\n", "not that of HTTP/1.0 or HTTP/1.1"},
        {"HTTP/1.11 200 OK\r\n\r\n", "not that of HTTP/1.0 or HTTP/1.1"},
        {"HTTP/1.x 200 OK\r\n\r\n", "not that of HTTP/1.0 or HTTP/1.1"},
        {"HTTP/1.1\t200 OK\r\n\r\n", "not that of HTTP/1.0 or HTTP/1.1"},
        {"HTTP/1.1  200 OK\r\n\r\n", "three digits"},
        {"HTTP/1.1 20 OK\r\n\r\n", "three digits"},
        {"HTTP/1.1 2000 OK\r\n\r\n", "three digits"},
        {"HTTP/1.1 -20 OK\r\n\r\n", "three digits"},
        {"HTTP/1.1 2x0 OK\r\n\r\n", "three digits"},
        {"HTTP/1.1 099 OK\r\n\r\n", "below 100"},
        {"HTTP/1.1 000 OK\r\n\r\n", "below 100"},
        {"HTTP/1.1 200 O\x01K\r\n\r\n", "control character"},
        {"HTTP/1.1 200 O\x7fK\r\n\r\n", "control character"},
    });
}

BOOST_AUTO_TEST_CASE(refuses_lines_that_do_not_end_in_carriage_return_and_line_feed)
{
    check_refused({
        {"HTTP/1.1 200 OK\n\r\n", "bare line feed"},
        {ok + "X: y\nContent-Length: 0\r\n\r\n", "bare line feed"},
        {ok + "Content-Length: 0\r\n\n", "bare line feed"},
        {ok + "\n", "bare line feed"},
        {ok + "X: y\rZ: w\r\nContent-Length: 0\r\n\r\n", "carriage return"},
        {ok + "X: y\r\r\nContent-Length: 0\r\n\r\n", "carriage return"},
        {"HTTP/1.1 200 O\rK\r\nContent-Length: 0\r\n\r\n", "carriage return"},
        {ok + "\rX: y\r\nContent-Length: 0\r\n\r\n", "carriage return"},
    });
}

BOOST_AUTO_TEST_CASE(refuses_fields_that_are_not_well_formed)
{
    check_refused({
        {ok + "X: y\r\n folded\r\nContent-Length: 0\r\n\r\n", "folded"},
        {ok + "X: y\r\n\tfolded\r\nContent-Length: 0\r\n\r\n", "folded"},
        {ok + " X: y\r\nContent-Length: 0\r\n\r\n", "folded"},
        {ok + "Content-Length : 0\r\n\r\n", "field name"},
        {ok + "Content-Length\t: 0\r\n\r\n", "field name"},
        {ok + ": x\r\nContent-Length: 0\r\n\r\n", "field name"},
        {ok + "X\r\nContent-Length: 0\r\n\r\n", "field name"},
        {ok + "X(y): z\r\nContent-Length: 0\r\n\r\n", "field name"},
        {ok + "\xc3\xa4: z\r\nContent-Length: 0\r\n\r\n", "field name"},
        {ok + std::string{"X\0: z", 5} + "\r\nContent-Length: 0\r\n\r\n", "field name"},
        {ok + std::string{"X: a\0b", 6} + "\r\nContent-Length: 0\r\n\r\n", "field value"},
        {ok + "X: \x1b[2J\r\nContent-Length: 0\r\n\r\n", "field value"},
        {ok + "X: a\x7f\r\nContent-Length: 0\r\n\r\n", "field value"},
        {ok + "X: a\vb\r\nContent-Length: 0\r\n\r\n", "field value"},
    });
}

BOOST_AUTO_TEST_CASE(refuses_every_control_character_in_a_field)
{
    for (int value = 0; value < 256; ++value) {
        const char character = static_cast<char>(value);
        const bool is_control = (value < 0x20 && character != '\t') || value == 0x7f;
        const auto result = read_at_every_split(ok + "X: a" + character + "b\r\nContent-Length: 0\r\n\r\n");
        BOOST_TEST_CONTEXT("character " << value)
        BOOST_TEST((result.error == errc::bad_response) == is_control);
    }
}

BOOST_AUTO_TEST_CASE(refuses_a_length_that_is_no_single_number)
{
    for (const std::string value : {"", "x", "+5", "-5", "5x", "0x5", "5 5", "5.0", "5;5", "\"5\"", "5,", ",5", ",",
                                    "5, ,5", "18446744073709551616", "99999999999999999999999999", "\xd9\xa5"})
        check_refused({{ok + "Content-Length: " + value + "\r\n\r\nhello", "Content-Length is no number"}});
    check_refused({
        {ok + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello", "Content-Length fields differ"},
        {ok + "Content-Length: 5, 6\r\n\r\nhello", "Content-Length fields differ"},
        {ok + "Content-Length: 0\r\nContent-Length: 5\r\n\r\nhello", "Content-Length fields differ"},
        {"HTTP/1.1 304 Not Modified\r\nContent-Length: x\r\n\r\n", "Content-Length is no number"},
    });
}

BOOST_AUTO_TEST_CASE(refuses_a_length_beside_a_transfer_coding)
{
    check_refused({
        {ok + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "Transfer-Encoding"},
        {ok + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n", "Transfer-Encoding"},
        {ok + "Content-Length: 0\r\nTransfer-Encoding: identity\r\n\r\n", "Transfer-Encoding"},
        {ok + "Transfer-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello", "Transfer-Encoding"},
    });
}

BOOST_AUTO_TEST_CASE(refuses_transfer_codings_but_a_single_chunked)
{
    for (const std::string value : {"", "identity", "gzip", "gzip, chunked", "chunked, gzip", "chunked, chunked",
                                    "chunked,", ", chunked", "chunked;q=1", "\"chunked\"", "xchunked", "chunked x",
                                    "chunked\r\n"
                                    "Transfer-Encoding: chunked",
                                    "chunked\r\nTransfer-Encoding: identity", "identity\r\nTransfer-Encoding: chunked"})
        check_refused({{ok + "Transfer-Encoding: " + value + "\r\n\r\n0\r\n\r\n", "Transfer-Encoding"}});
    check_refused(
        {{"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "stands in a response of HTTP/1.0"}});
}

BOOST_AUTO_TEST_CASE(skips_five_interim_responses_and_no_more)
{
    const std::string interim = "HTTP/1.1 102 Processing\r\n\r\n";
    std::string five;
    for (int i = 0; i < 5; ++i)
        five += interim;
    const std::string last = ok + "Content-Length: 0\r\n\r\n";

    BOOST_TEST(read_at_every_split(five + last).complete);
    check_refused({{five + interim + last, "more than 5 interim responses"}});
}

BOOST_AUTO_TEST_CASE(counts_interim_responses_for_each_response_anew)
{
    std::string four;
    for (int i = 0; i < 4; ++i)
        four += "HTTP/1.1 100 Continue\r\n\r\n";
    response_reader reader{{}};
    for (int i = 0; i < 3; ++i)
        BOOST_TEST(read_pieces(reader, {four + ok + "Content-Length: 0\r\n\r\n"}, afterwards::stays).complete);
}

BOOST_AUTO_TEST_CASE(refuses_interim_responses_that_are_more_than_a_hint)
{
    check_refused({
        {"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n", "101"},
        {"HTTP/1.1 100 Continue\r\nContent-Length: 5\r\n\r\nhello", "claims to have a body"},
        {"HTTP/1.1 100 Continue\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "claims to have a body"},
        {"HTTP/1.1 100 Continue\r\n\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", "does not begin"},
    });
}

BOOST_AUTO_TEST_CASE(refuses_chunks_that_are_not_well_formed)
{
    check_refused({
        {chunked + "\r\n", "has no size"},
        {chunked + "x\r\n", "has no size"},
        {chunked + "-5\r\nhello\r\n0\r\n\r\n", "has no size"},
        {chunked + "+5\r\nhello\r\n0\r\n\r\n", "has no size"},
        {chunked + " 5\r\nhello\r\n0\r\n\r\n", "has no size"},
        {chunked + ";x\r\nhello\r\n0\r\n\r\n", "has no size"},
        {chunked + "10000000000000005\r\nhello", "has no size"},
        {chunked + "fffffffffffffffff\r\nhello", "has no size"},
        {chunked + "5 \r\nhello\r\n0\r\n\r\n", "size line is not valid"},
        {chunked + "0x5\r\nhello\r\n0\r\n\r\n", "size line is not valid"},
        {chunked + "5x\r\nhello\r\n0\r\n\r\n", "size line is not valid"},
        {chunked + "5;\r\nhello\r\n0\r\n\r\n", "size line is not valid"},
        {chunked + "5;x=\r\nhello\r\n0\r\n\r\n", "size line is not valid"},
        {chunked + "5;x=\"y\r\nhello\r\n0\r\n\r\n", ""},
        {chunked + "5 x\r\nhello\r\n0\r\n\r\n", "size line is not valid"},
        {chunked + "0 x\r\n\r\n", "size line is not valid"},
        {chunked + "5;x=\"\r\"\r\nhello\r\n0\r\n\r\n", "control character"},
        {chunked + "5;x\x01\r\nhello\r\n0\r\n\r\n", "control character"},
        {chunked + "5\rx\r\nhello\r\n0\r\n\r\n", "control character"},
        {chunked + "5\nhello\r\n0\r\n\r\n", "bare line feed"},
        {chunked + "5\r\nhello\n0\r\n\r\n", "does not end where its size says"},
        {chunked + "5\r\nhello\r0\r\n\r\n", "does not end where its size says"},
        {chunked + "5\r\nhello!\r\n0\r\n\r\n", "does not end where its size says"},
        {chunked + "6\r\nhello\r\n0\r\n\r\n", "does not end where its size says"},
        {chunked + "5\r\nhello0\r\n\r\n", "does not end where its size says"},
        {chunked + "0\n\r\n", "bare line feed"},
    });
}

BOOST_AUTO_TEST_CASE(refuses_trailers_that_are_no_fields)
{
    check_refused({
        {chunked + "0\r\nX\r\n\r\n", "a trailer is not a field line"},
        {chunked + "0\r\nX : y\r\n\r\n", "a trailer is not a field line"},
        {chunked + "0\r\n: y\r\n\r\n", "a trailer is not a field line"},
        {chunked + "0\r\nX: a\x01\r\n\r\n", "a trailer is not a field line"},
        {chunked + "0\r\nX: a\rb\r\n\r\n", "a trailer is not a field line"},
        {chunked + "0\r\nX: y\r\n folded\r\n\r\n", "a trailer is not a field line"},
        {chunked + "0\r\nX: y\n\r\n", "bare line feed"},
        {chunked + "0\r\n\n", "bare line feed"},
        {chunked + "0\r\nHTTP/1.1 200 OK\r\n\r\n", "a trailer is not a field line"},
    });
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(response_limits)

BOOST_AUTO_TEST_CASE(bound_the_head)
{
    const std::string head = ok + "X: " + std::string(40, 'x') + "\r\nContent-Length: 0\r\n\r\n";

    BOOST_TEST(read_at_every_split(head, afterwards::stays, bounded_head(head.size())).complete);
    const auto refused = read_at_every_split(head, afterwards::stays, bounded_head(head.size() - 1));
    BOOST_TEST((refused.error == errc::head_too_large));
    BOOST_TEST(refused.problem ==
               "the response's head is larger than the limit of " + std::to_string(head.size() - 1) + " bytes");
    BOOST_TEST(refused.heads.empty());
}

BOOST_AUTO_TEST_CASE(refuse_a_head_without_an_end_as_soon_as_it_is_too_large)
{
    const auto result = read_at_every_split(ok + "X: " + std::string(300, 'x'), afterwards::stays, bounded_head(200));
    BOOST_TEST((result.error == errc::head_too_large));
}

BOOST_AUTO_TEST_CASE(bound_each_interim_head_by_itself)
{
    const std::string interim = "HTTP/1.1 103 Early Hints\r\n\r\n";
    const std::string last = ok + "Content-Length: 0\r\n\r\n";
    BOOST_TEST(read_at_every_split(interim + interim + last, afterwards::stays, bounded_head(last.size())).complete);
}

BOOST_AUTO_TEST_CASE(bound_a_chunk_line_with_its_extensions)
{
    const auto with_line = [](const std::string& line) { return chunked + line + "\r\nhello\r\n0\r\n\r\n"; };
    const std::string line = "5;x=" + std::string(60, 'y');

    BOOST_TEST(read_at_every_split(with_line(line), afterwards::stays, bounded_chunk_line(line.size() + 2)).complete);
    const auto refused = read_at_every_split(with_line(line), afterwards::stays, bounded_chunk_line(line.size() + 1));
    BOOST_TEST((refused.error == errc::bad_response));
    BOOST_TEST(refused.problem ==
               "a chunk's size line is longer than the limit of " + std::to_string(line.size() + 1) + " bytes");
    BOOST_TEST((read_at_every_split(chunked + std::string(5000, '0')).error == errc::bad_response));
}

BOOST_AUTO_TEST_CASE(bound_the_trailers_together)
{
    const std::string trailers = "A: " + std::string(100, 'a') + "\r\nB: " + std::string(100, 'b') + "\r\n\r\n";

    BOOST_TEST(
        read_at_every_split(chunked + "0\r\n" + trailers, afterwards::stays, bounded_head(trailers.size())).complete);
    const auto refused =
        read_at_every_split(chunked + "0\r\n" + trailers, afterwards::stays, bounded_head(trailers.size() - 1));
    BOOST_TEST((refused.error == errc::head_too_large));
    BOOST_TEST(refused.problem.find("trailers are larger") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(refuse_a_length_above_the_body_limit_before_the_body)
{
    BOOST_TEST(read_at_every_split(ok + "Content-Length: 5\r\n\r\nhello", afterwards::stays, bounded_body(5)).complete);
    for (const std::string length : {"6", "18446744073709551615"}) {
        const auto refused = read_at_every_split(ok + "Content-Length: " + length + "\r\n\r\nhello!", afterwards::stays,
                                                 bounded_body(5));
        BOOST_TEST((refused.error == errc::body_too_large));
        BOOST_TEST(refused.problem == "Content-Length is " + length + ", the limit is 5 bytes");
        BOOST_TEST(refused.heads.size() == 1u);
        BOOST_TEST(refused.body == "");
    }
}

BOOST_AUTO_TEST_CASE(refuse_a_chunk_that_would_pass_the_body_limit_before_its_data)
{
    const std::string within = chunked + chunk("he") + chunk("llo") + "0\r\n\r\n";
    BOOST_TEST(read_at_every_split(within, afterwards::stays, bounded_body(5)).complete);
    for (const std::string size : {"4", "ffffffffffffffff"}) {
        const auto refused =
            read_at_every_split(chunked + chunk("he") + size + "\r\nllo!\r\n", afterwards::stays, bounded_body(5));
        BOOST_TEST((refused.error == errc::body_too_large));
        BOOST_TEST(refused.body == "he");
    }
}

BOOST_AUTO_TEST_CASE(end_a_body_without_a_length_where_it_passes_the_body_limit)
{
    BOOST_TEST(read_at_every_split(ok + "\r\nhello", afterwards::closes, bounded_body(5)).complete);
    const auto refused = read_at_every_split(ok + "\r\nhello!", afterwards::closes, bounded_body(5));
    BOOST_TEST((refused.error == errc::body_too_large));
    BOOST_TEST(refused.body == "hello");
    BOOST_TEST(refused.problem == "the body is larger than the limit of 5 bytes");
}

BOOST_AUTO_TEST_CASE(bound_a_body_as_decoded)
{
    constexpr std::size_t size = 100'000;
    const auto bomb = protocol::gzip_text(std::string(size, 'x'));
    const auto sent =
        ok + "Content-Encoding: gzip\r\nContent-Length: " + std::to_string(bomb.size()) + "\r\n\r\n" + bomb;

    BOOST_TEST(read_at_every_split(sent, afterwards::stays, bounded_body(size)).complete);
    const auto refused = read_at_every_split(sent, afterwards::stays, bounded_body(size - 1));
    BOOST_TEST((refused.error == errc::body_too_large));
    BOOST_TEST(refused.body.size() == size - 1);
    BOOST_TEST(refused.problem == "the body is larger, decoded, than the limit of 99999 bytes");
}

BOOST_AUTO_TEST_CASE(let_a_body_without_a_limit_come_in_any_number_of_chunks)
{
    auto bounds = bounded_body(std::numeric_limits<std::uint64_t>::max());
    bounds.head = 128;
    std::string reply = chunked;
    for (int i = 0; i < 200; ++i)
        reply += chunk("x");
    BOOST_TEST(read_at_every_split(reply + "0\r\n\r\n", afterwards::stays, bounds).complete);
}

BOOST_AUTO_TEST_SUITE_END()
