#include "protocol/record_batch.hpp"

#include "protocol/failed_files_reading.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <deque>
#include <random>
#include <string>
#include <vector>

namespace protocol = jobaudit::protocol;
using field = protocol::record_batch::field;
using jobaudit::failed_file;
using protocol::record_batch;

BOOST_AUTO_TEST_SUITE(record_batches)

BOOST_AUTO_TEST_CASE(pass_on_what_is_complete_and_keep_what_is_not)
{
    protocol::recording_records consumer;
    record_batch batch;
    std::string input = "doc";
    batch.refer(field::document, input);
    batch.append(field::error, "bro");
    batch.append(field::error, "ken");
    batch.finish_record();
    batch.refer(field::document, input);
    batch.append(field::error, "un");

    batch.flush(consumer);

    BOOST_TEST((consumer.records == std::vector<failed_file>{{"doc", "broken"}}));
    input = "???";
    batch.append(field::error, "known");
    batch.finish_record();
    batch.flush(consumer);
    BOOST_TEST((consumer.records == std::vector<failed_file>{{"doc", "broken"}, {"doc", "unknown"}}));
}

BOOST_AUTO_TEST_CASE(pass_on_nothing_when_nothing_is_complete)
{
    protocol::recording_records consumer;
    record_batch batch;
    batch.append(field::document, "a");
    batch.flush(consumer);
    batch.flush(consumer);

    BOOST_TEST(consumer.records.empty());
}

BOOST_AUTO_TEST_CASE(are_full_with_so_many_records)
{
    protocol::recording_records consumer;
    record_batch batch;
    for (std::size_t i = 0; i < record_batch::max_records; ++i) {
        BOOST_TEST(!batch.is_full());
        batch.refer(field::document, "d");
        batch.refer(field::error, "e");
        batch.finish_record();
    }
    BOOST_TEST(batch.is_full());

    batch.flush(consumer);

    BOOST_TEST(!batch.is_full());
    BOOST_TEST(consumer.records.size() == record_batch::max_records);
}

BOOST_AUTO_TEST_CASE(are_full_with_so_many_bytes_that_they_had_to_keep)
{
    record_batch batch;
    batch.refer(field::document, std::string_view{"d"});
    batch.append(field::error, std::string(record_batch::kept_limit - 1, 'e'));
    batch.finish_record();
    BOOST_TEST(!batch.is_full());
    batch.refer(field::document, std::string_view{"d"});
    batch.append(field::error, "e");
    batch.finish_record();
    BOOST_TEST(batch.is_full());

    batch.clear();
    BOOST_TEST(!batch.is_full());
}

BOOST_AUTO_TEST_CASE(leave_a_long_string_where_it_grew)
{
    protocol::recording_records consumer;
    record_batch batch;
    const std::string part(record_batch::kept_limit / 2, 'e');
    std::string whole;
    batch.refer(field::document, std::string_view{"d"});
    for (int i = 0; i < 64; ++i) {
        batch.append(field::error, part);
        whole += part;
        batch.flush(consumer);
    }
    const auto while_growing = batch.memory();
    batch.finish_record();
    BOOST_TEST(batch.is_full());
    BOOST_TEST(batch.memory() < while_growing + record_batch::kept_limit);

    batch.flush(consumer);
    BOOST_TEST((consumer.records == std::vector<failed_file>{{"d", whole}}));
    BOOST_TEST(batch.memory() < 8 * record_batch::kept_limit);
}

BOOST_AUTO_TEST_CASE(forget_everything_when_cleared)
{
    protocol::recording_records consumer;
    record_batch batch;
    batch.append(field::document, "old");
    batch.append(field::error, "old");
    batch.finish_record();
    batch.append(field::document, "old");

    batch.clear();

    batch.append(field::document, "new");
    batch.append(field::error, "new");
    batch.finish_record();
    batch.flush(consumer);
    BOOST_TEST((consumer.records == std::vector<failed_file>{{"new", "new"}}));
}

BOOST_AUTO_TEST_CASE(give_each_string_whole_however_it_came_and_whenever_they_were_flushed)
{
    std::mt19937 random{3};
    const auto chance = [&](unsigned one_in) { return random() % one_in == 0; };
    for (int round = 0; round < 500; ++round) {
        protocol::recording_records consumer;
        record_batch batch;
        std::deque<std::string> inputs;
        const auto flush = [&] {
            batch.flush(consumer);
            for (auto& input : inputs)
                std::ranges::fill(input, '?');
        };
        const auto give = [&](field which, const std::string& text) {
            if (chance(2)) {
                inputs.push_back(text);
                batch.refer(which, inputs.back());
                return;
            }
            std::string_view rest{text};
            do {
                const std::size_t size = std::min<std::size_t>(random() % 4, rest.size());
                batch.append(which, rest.substr(0, size));
                rest.remove_prefix(size);
                if (chance(4))
                    flush();
            } while (!rest.empty());
        };

        std::vector<failed_file> expected;
        for (int i = 0; i < 40; ++i) {
            auto& record = expected.emplace_back();
            record.document.assign(random() % 6, static_cast<char>('a' + i % 26));
            record.error.assign(random() % 6, static_cast<char>('A' + i % 26));
            if (chance(4)) {
                const std::string_view document = inputs.emplace_back(record.document);
                const std::string_view error = inputs.emplace_back(record.error);
                batch.current() = {document, error};
                batch.finish_record();
                if (batch.is_full() || chance(5))
                    flush();
                continue;
            }
            const bool document_first = chance(2);
            give(document_first ? field::document : field::error, document_first ? record.document : record.error);
            if (chance(5))
                flush();
            give(document_first ? field::error : field::document, document_first ? record.error : record.document);
            if (chance(5))
                flush();
            batch.finish_record();
            if (batch.is_full() || chance(5))
                flush();
        }
        flush();
        BOOST_TEST_REQUIRE((consumer.records == expected));
    }
}

BOOST_AUTO_TEST_SUITE_END()
