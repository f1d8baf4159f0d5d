#include "protocol/body_decoder.hpp"

#include "protocol/gzip_text.hpp"
#include "protocol/response_reader.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

namespace protocol = jobaudit::protocol;
using jobaudit::errc;
using jobaudit::error_code;
using protocol::body_decoder;
using protocol::content_coding;
using protocol::gzip_text;
using protocol::read_content_coding;

namespace {

class limited_consumer final : public protocol::response_consumer {
public:
    void on_head(const protocol::response_head&) override {}

    error_code on_body(std::string_view bytes) override
    {
        body += bytes;
        return body.size() > room ? error_code{errc::sink_failed} : error_code{};
    }

    std::string body;
    std::size_t room = static_cast<std::size_t>(-1);
};

}  // namespace

BOOST_AUTO_TEST_SUITE(content_codings)

BOOST_AUTO_TEST_CASE(are_read_in_any_case)
{
    struct row {
        std::string value;
        content_coding expected;
    };
    const std::vector<row> rows{
        {"", content_coding::identity},
        {"identity", content_coding::identity},
        {"Identity, ,IDENTITY", content_coding::identity},
        {"gzip", content_coding::gzip},
        {"GZip", content_coding::gzip},
        {"x-gzip", content_coding::gzip},
        {" \tgzip\t ", content_coding::gzip},
        {"identity, gzip", content_coding::gzip},
        {"gzip,,identity,", content_coding::gzip},
        {"gzip, gzip", content_coding::unknown},
        {"br", content_coding::unknown},
        {"br, gzip", content_coding::unknown},
        {"gzip, br", content_coding::unknown},
        {"gzipped", content_coding::unknown},
        {"gzi", content_coding::unknown},
        {"gzip;q=1", content_coding::unknown},
        {"g zip", content_coding::unknown},
        {"\"gzip\"", content_coding::unknown},
    };
    for (const auto& row : rows)
        BOOST_TEST((read_content_coding(content_coding::identity, row.value) == row.expected), row.value);
}

BOOST_AUTO_TEST_CASE(of_several_fields_are_put_together)
{
    BOOST_TEST((read_content_coding(content_coding::gzip, "identity") == content_coding::gzip));
    BOOST_TEST((read_content_coding(content_coding::gzip, "gzip") == content_coding::unknown));
    for (const std::string value : {"", "identity", "gzip"})
        BOOST_TEST((read_content_coding(content_coding::unknown, value) == content_coding::unknown));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(body_decoding)

BOOST_AUTO_TEST_CASE(counts_what_is_sent)
{
    limited_consumer consumer;
    body_decoder decoder{1000};
    const auto encoded = gzip_text("hello");

    decoder.begin(consumer, content_coding::gzip);
    BOOST_TEST(!decoder.write(encoded));
    BOOST_TEST(decoder.sent() == encoded.size());
    decoder.begin(consumer, content_coding::identity);
    BOOST_TEST(decoder.sent() == 0u);
    BOOST_TEST(!decoder.write(", you"));

    BOOST_TEST(decoder.sent() == 5u);
    BOOST_TEST(consumer.body == "hello, you");
}

BOOST_AUTO_TEST_CASE(passes_on_as_much_as_the_limit_allows)
{
    for (const std::size_t limit : {0u, 1u, 4u, 5u}) {
        limited_consumer consumer;
        body_decoder decoder{limit};
        decoder.begin(consumer, content_coding::identity);
        const auto error = decoder.write("hello");
        BOOST_TEST((error == (limit < 5 ? error_code{errc::body_too_large} : error_code{})));
        BOOST_TEST(consumer.body == std::string{"hello"}.substr(0, limit));
        BOOST_TEST(decoder.problem().empty() == (limit == 5));
    }
}

BOOST_AUTO_TEST_CASE(holds_the_limit_against_what_is_sent_too)
{
    // Empty members decode to nothing.
    std::string encoded;
    for (int i = 0; i < 10; ++i)
        encoded += gzip_text("");
    limited_consumer consumer;
    body_decoder decoder{encoded.size() - 1};
    decoder.begin(consumer, content_coding::gzip);

    BOOST_TEST((decoder.write(encoded) == errc::body_too_large));
    BOOST_TEST(decoder.problem() ==
               "the body is larger than the limit of " + std::to_string(encoded.size() - 1) + " bytes");
}

BOOST_AUTO_TEST_CASE(decodes_no_further_than_the_limit)
{
    limited_consumer consumer;
    body_decoder decoder{100'000};
    decoder.begin(consumer, content_coding::gzip);

    // 100 MB, more than the limit lets through by far.
    const auto member = gzip_text(std::string(1'000'000, 'x'));
    error_code error;
    for (int i = 0; i < 100 && !error; ++i)
        error = decoder.write(member);

    BOOST_TEST((error == errc::body_too_large));
    BOOST_TEST(consumer.body.size() == 100'000u);
    BOOST_TEST(decoder.problem() == "the body is larger, decoded, than the limit of 100000 bytes");
}

BOOST_AUTO_TEST_CASE(passes_on_all_that_the_bytes_so_far_hold)
{
    const auto encoded = gzip_text(std::string(100'000, 'x'));
    limited_consumer bytewise;
    body_decoder slow{100'000};
    slow.begin(bytewise, content_coding::gzip);
    for (std::size_t size = 1; size <= encoded.size(); ++size) {
        BOOST_TEST(!slow.write(encoded.substr(size - 1, 1)));
        limited_consumer at_once;
        body_decoder decoder{100'000};
        decoder.begin(at_once, content_coding::gzip);
        BOOST_TEST(!decoder.write(encoded.substr(0, size)));
        BOOST_TEST(at_once.body.size() == bytewise.body.size(), size);
    }
}

BOOST_AUTO_TEST_CASE(gives_the_consumers_error_without_words_of_its_own)
{
    for (const auto coding : {content_coding::identity, content_coding::gzip}) {
        limited_consumer consumer;
        consumer.room = 3;
        body_decoder decoder{1000};
        decoder.begin(consumer, coding);

        BOOST_TEST((decoder.write(coding == content_coding::gzip ? gzip_text("hello") : "hello") == errc::sink_failed));
        BOOST_TEST(decoder.problem() == "");
    }
}

BOOST_AUTO_TEST_CASE(may_end_anywhere_but_inside_a_gzip_stream)
{
    limited_consumer consumer;
    body_decoder decoder{1000};
    decoder.begin(consumer, content_coding::identity);
    BOOST_TEST(decoder.may_end());
    BOOST_TEST(!decoder.write("hel"));
    BOOST_TEST(decoder.may_end());

    const auto encoded = gzip_text("hello");
    decoder.begin(consumer, content_coding::gzip);
    BOOST_TEST(decoder.may_end());
    BOOST_TEST(!decoder.write(encoded.substr(0, 12)));
    BOOST_TEST(!decoder.may_end());
    BOOST_TEST(!decoder.write(encoded.substr(12)));
    BOOST_TEST(decoder.may_end());
}

BOOST_AUTO_TEST_CASE(forgets_an_earlier_problem)
{
    limited_consumer consumer;
    body_decoder decoder{1000};
    decoder.begin(consumer, content_coding::gzip);
    BOOST_TEST((decoder.write("garbage") == errc::bad_content_coding));
    BOOST_TEST(decoder.problem() == "the gzip stream is broken after 0 decoded bytes");

    decoder.begin(consumer, content_coding::gzip);

    BOOST_TEST(decoder.problem() == "");
    BOOST_TEST(!decoder.write(gzip_text("hello")));
    BOOST_TEST(consumer.body == "hello");
}

BOOST_AUTO_TEST_SUITE_END()
