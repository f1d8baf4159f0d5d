// How a parser of Boost.JSON is given long texts, seen through the reader that stands on it.
#include "protocol/parser_feed.hpp"

#include "protocol/failed_files_reading.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace protocol = jobaudit::protocol;

BOOST_AUTO_TEST_SUITE(parser_feed)

BOOST_AUTO_TEST_CASE(leaves_a_long_string_as_it_is_wherever_a_character_near_its_beginning_is_cut)
{
    const std::string front = R"({"failed_files":[{"document":"d","error":"\n)";
    const std::string rest(9000, 'a');
    const std::vector<std::pair<std::string, std::string>> characters{
        {R"(\u20AC)", "€"}, {"€", "€"},         {R"(\ud83d\ude42)", "🙂"},
        {"🙂", "🙂"},   {R"(\u00e9)", "é"}, {R"(\\)", R"(\)"},
    };
    protocol::failed_files_reader reader;
    for (const auto& [written, meant] : characters) {
        const std::string body = front + written + rest + R"("}]})";
        for (std::size_t cut = front.size() - 1; cut <= front.size() + written.size(); ++cut) {
            const auto result = protocol::read_files(
                reader, {std::string_view{body}.substr(0, cut), std::string_view{body}.substr(cut)});
            BOOST_TEST((result.records == std::vector<jobaudit::failed_file>{{"d", "\n" + meant + rest}}),
                       written << " cut at " << cut - front.size());
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
