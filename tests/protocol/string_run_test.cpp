#include "protocol/string_run.hpp"

#include "protocol/instruction_sets.hpp"

#include <boost/test/unit_test.hpp>

#include <cstddef>
#include <string>
#include <string_view>

using jobaudit::protocol::find_string_run;
using jobaudit::protocol::with_each_instruction_set;

namespace {

bool ends_run(int byte) { return byte < 0x20 || byte == '"' || byte == '\\'; }

}  // namespace

BOOST_AUTO_TEST_SUITE(string_run)

BOOST_AUTO_TEST_CASE(ends_at_the_first_special_byte_wherever_that_stands)
{
    with_each_instruction_set([] {
        for (std::size_t size = 0; size <= 140; ++size)
            for (std::size_t at = 0; at <= size; ++at) {
                std::string text(size, 'a');
                if (at < size)
                    text[at] = '"';
                BOOST_TEST_REQUIRE(find_string_run(text).size == at);
            }
    });
}

BOOST_AUTO_TEST_CASE(ends_at_controls_quotation_marks_and_backslashes_only)
{
    with_each_instruction_set([] {
        for (const std::size_t size : {1U, 7U, 8U, 15U, 16U, 31U, 33U, 64U, 100U})
            for (int byte = 0; byte < 256; ++byte) {
                std::string text(size, 'a');
                text.back() = static_cast<char>(byte);
                const auto run = find_string_run(text);
                BOOST_TEST_REQUIRE(run.size == (ends_run(byte) ? size - 1 : size), "byte " << byte);
                BOOST_TEST_REQUIRE(run.is_ascii == (byte < 0x80), "byte " << byte);
            }
    });
}

BOOST_AUTO_TEST_CASE(is_ascii_whatever_stands_behind_it)
{
    with_each_instruction_set([] {
        for (std::size_t size = 1; size <= 130; ++size)
            for (std::size_t other = 0; other < size; ++other) {
                std::string text(size, 'a');
                text[other] = '\xe4';
                for (const auto end : {other, size}) {
                    const auto followed = text.substr(0, end) + '"' + text.substr(end);
                    const auto run = find_string_run(followed);
                    BOOST_TEST_REQUIRE(run.size == end);
                    BOOST_TEST_REQUIRE(run.is_ascii == (other >= end));
                }
            }
    });
}

BOOST_AUTO_TEST_CASE(reads_nothing_behind_the_text)
{
    with_each_instruction_set([] {
        const std::string text(80, 'a');
        for (std::size_t size = 0; size <= text.size(); ++size) {
            const std::string followed = text.substr(0, size) + "\"\xff" + text;
            const auto run = find_string_run(std::string_view{followed}.substr(0, size));
            BOOST_TEST_REQUIRE(run.size == size);
            BOOST_TEST_REQUIRE(run.is_ascii);
        }
    });
}

BOOST_AUTO_TEST_SUITE_END()
