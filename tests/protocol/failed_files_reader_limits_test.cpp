#include "protocol/failed_files_reader.hpp"

#include "protocol/allocated_bytes.hpp"
#include "protocol/failed_files_reading.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace protocol = jobaudit::protocol;
using jobaudit::errc;
using jobaudit::error_code;
using jobaudit::failed_file;
using protocol::body_of_two;
using protocol::failed_files_reader;
using protocol::gives;
using protocol::two;

namespace {

class counting_records final : public protocol::record_consumer {
public:
    void on_records(std::span<const jobaudit::failed_file_view> passed) override
    {
        count += passed.size();
        longest = std::max(longest, passed.size());
        if (count > room)
            throw std::runtime_error{"full"};
    }

    std::size_t count = 0;
    std::size_t longest = 0;
    std::size_t room = static_cast<std::size_t>(-1);
};

}  // namespace

BOOST_AUTO_TEST_SUITE(failed_files_readers)

BOOST_AUTO_TEST_CASE(stay_small_however_many_records_come)
{
    constexpr std::size_t records = 1'000'000;
    const std::string record = R"({"document":"folder/document.pdf","error":"500: it \"broke\""})";
    counting_records consumer;
    failed_files_reader reader;
    reader.begin(consumer);
    std::string text = R"({"failed_files":[)";
    text.reserve(4096);
    (void)protocol::take_allocation_peak();
    const auto before = protocol::allocated_bytes();

    error_code error;
    for (std::size_t i = 0; i < records && !error; ++i) {
        text += record;
        text += i + 1 < records ? "," : "]}";
        if (text.size() > 2000) {
            error = reader.write(text);
            text.clear();
        }
    }
    BOOST_TEST(!error);
    BOOST_TEST(!reader.write(text));

    BOOST_TEST(!reader.finish());
    BOOST_TEST(consumer.count == records);
    BOOST_TEST(consumer.longest <= 64u);
    BOOST_TEST(protocol::take_allocation_peak() - before < 1024u * 1024);
}

BOOST_AUTO_TEST_CASE(pass_on_a_bounded_number_of_records_at_a_time)
{
    constexpr std::size_t records = 1000;
    std::string body = R"({"failed_files":[)";
    for (std::size_t i = 0; i < records; ++i)
        body += std::string{i == 0 ? "" : ","} + R"({"document":"d","error":"e"})";
    counting_records consumer;
    failed_files_reader reader;
    reader.begin(consumer);

    BOOST_TEST(!reader.write(body + "]}"));

    BOOST_TEST(consumer.count == records);
    BOOST_TEST(consumer.longest == 64u);
}

BOOST_AUTO_TEST_CASE(give_back_the_memory_of_an_enormous_string)
{
    const std::string body =
        R"({"failed_files":[{"document":")" + std::string(4 * 1024 * 1024, 'x') + R"(","error":""}]})";
    counting_records consumer;
    failed_files_reader reader;
    const auto before = protocol::allocated_bytes();
    reader.begin(consumer);
    std::size_t most = 0;
    for (const auto piece : protocol::cut_evenly(body, 10'000)) {
        BOOST_TEST_REQUIRE(!reader.write(piece));
        most = std::max(most, reader.memory());
    }
    BOOST_TEST(!reader.finish());
    BOOST_TEST(consumer.count == 1u);
    BOOST_TEST(most > 4u * 1024 * 1024);
    BOOST_TEST(protocol::allocated_bytes() - before < 1024u * 1024);
}

BOOST_AUTO_TEST_CASE(give_back_the_memory_of_what_was_given_up)
{
    const std::string beginning = R"({"failed_files":[{"document":")" + std::string(4 * 1024 * 1024, 'x');
    counting_records consumer;
    failed_files_reader reader;
    const auto before = protocol::allocated_bytes();
    reader.begin(consumer);
    for (const auto piece : protocol::cut_evenly(beginning, 10'000))
        BOOST_TEST_REQUIRE(!reader.write(piece));
    BOOST_TEST(protocol::allocated_bytes() - before > 4u * 1024 * 1024);

    reader.forget();

    BOOST_TEST(protocol::allocated_bytes() - before < 1024u * 1024);
    BOOST_TEST(reader.memory() < 1024u * 1024);
}

BOOST_AUTO_TEST_CASE(pass_on_what_a_consumer_throws_and_go_on_with_the_next_body)
{
    failed_files_reader reader;
    for (const std::size_t piece_size : {1u, 1000u}) {
        counting_records consumer;
        consumer.room = 0;
        reader.begin(consumer);
        const auto write_all = [&] {
            for (const auto piece : protocol::cut_evenly(body_of_two, piece_size))
                (void)protocol::write_and_spoil(reader, piece);
        };

        BOOST_CHECK_THROW(write_all(), std::runtime_error);

        BOOST_TEST((reader.write("x") == errc::sink_failed));
        BOOST_TEST((reader.finish() == errc::sink_failed));
        BOOST_TEST(gives(protocol::read_files(reader, {body_of_two}), two));
    }
}

BOOST_AUTO_TEST_CASE(read_each_body_alone)
{
    failed_files_reader reader;
    for (const std::string before :
         {R"({"failed_files":[{"document":"x)", R"({"failed_files":[{"document":"x","error":"y)",
          R"({"failed_files":[],)", R"({"failed_fi)", R"({"failed_files":7})", R"({"failed_files":[]})", "",
          R"([[[[)"}) {
        (void)protocol::read_files(reader, {before});
        BOOST_TEST(gives(protocol::read_files(reader, {body_of_two}), two), before);
        BOOST_TEST(reader.problem() == "");
        (void)protocol::read_files(reader, {before});
        BOOST_TEST(gives(protocol::read_files(reader, protocol::cut_evenly(body_of_two, 1)), two), before);
        BOOST_TEST(protocol::read_files(reader, {}).problem == "the body is empty");
    }
}

BOOST_AUTO_TEST_SUITE_END()
