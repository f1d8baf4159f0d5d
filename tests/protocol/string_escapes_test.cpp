#include "protocol/string_escapes.hpp"

#include "protocol/instruction_sets.hpp"

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

#include <cstddef>
#include <random>
#include <string>
#include <string_view>
#include <vector>

using namespace jobaudit::protocol;

namespace {

std::string unescaped(std::string_view spelled)
{
    std::string out(spelled.size(), '\0');
    out.resize(static_cast<std::size_t>(write_unescaped(spelled, out.data()) - out.data()));
    return out;
}

std::string as_boost_reads_it(const std::string& spelled)
{
    return std::string{boost::json::parse('"' + spelled + '"').as_string()};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(string_escapes)

BOOST_AUTO_TEST_CASE(are_the_eight_of_two_characters_and_no_other)
{
    const std::string escapes = R"("\/bfnrt)";
    for (int byte = 0; byte < 256; ++byte) {
        const std::string text{'\\', static_cast<char>(byte), 'x'};
        const bool is_one = escapes.find(static_cast<char>(byte)) != std::string::npos;
        BOOST_TEST(escapes_size(text) == (is_one ? 2U : 0U), "byte " << byte);
        if (is_one)
            BOOST_TEST(unescaped(text.substr(0, 2)) == as_boost_reads_it(text.substr(0, 2)));
    }
}

BOOST_AUTO_TEST_CASE(have_four_digits_behind_a_u)
{
    with_each_instruction_set([] {
        for (std::size_t place = 2; place < 6; ++place)
            for (int byte = 0; byte < 256; ++byte) {
                for (const std::size_t following : {0U, 3U, 80U}) {
                    std::string text = R"(\u1234)";
                    text[place] = static_cast<char>(byte);
                    const bool is_one =
                        std::string_view{"0123456789abcdefABCDEF"}.find(text[place]) != std::string::npos;
                    BOOST_TEST_REQUIRE(escapes_size(text + std::string(following, 'x')) == (is_one ? 6U : 0U),
                                       place << ' ' << byte);
                }
            }
    });
}

BOOST_AUTO_TEST_CASE(are_whole_or_none)
{
    with_each_instruction_set([] {
        for (const std::string text : {R"(\n)", R"(\u00fc)", R"(\ud83d\ude42)"})
            for (std::size_t size = 0; size < text.size(); ++size)
                BOOST_TEST_REQUIRE(escapes_size(text.substr(0, size)) == 0U, text.substr(0, size));
    });
}

BOOST_AUTO_TEST_CASE(are_no_halves_of_pairs)
{
    with_each_instruction_set([] {
        const std::string behind(100, 'x');
        BOOST_TEST(escapes_size(R"(\ud83d\ude42)" + behind) == 12U);
        BOOST_TEST(escapes_size(R"(\uDBFF\uDFFF)" + behind) == 12U);
        for (const std::string half : {R"(\ud83d)", R"(\ude42)", R"(\ud83d\ud83d)", R"(\ud83d\n)", R"(\uDFFF\uDBFF)"}) {
            BOOST_TEST(escapes_size(half + behind) == 0U, half);
            // Those in front of it are.
            const auto size = escapes_size(R"(\u00e4\u20ac)" + half + behind);
            BOOST_TEST((size == 6U || size == 12U), half);
        }
        BOOST_TEST(escapes_size(R"(\ud7ff)" + behind) == 6U);
        BOOST_TEST(escapes_size(R"(\ue000)" + behind) == 6U);
    });
}

BOOST_AUTO_TEST_CASE(are_taken_many_at_a_time_up_to_what_is_none)
{
    with_each_instruction_set([] {
        for (std::size_t count = 1; count <= 30; ++count)
            for (const std::string end : {"", "x", R"(\)", R"(\u12)", R"(\n)", R"(\u123x)", R"(\ud800)", "\\u123\""}) {
                std::string text;
                for (std::size_t i = 0; i < count; ++i)
                    text += i % 2 == 0 ? R"(\u00FC)" : R"(\uD7ff)";
                const auto all = text.size();
                std::string_view rest{text += end};
                std::size_t taken = 0;
                while (taken < all) {
                    const auto size = escapes_size(rest.substr(taken));
                    BOOST_TEST_REQUIRE(size != 0U);
                    BOOST_TEST_REQUIRE(size % 6 == 0U);
                    taken += size;
                }
                BOOST_TEST_REQUIRE(taken == all, count << ' ' << end);
            }
    });
}

BOOST_AUTO_TEST_CASE(mean_what_boost_json_takes_them_for)
{
    const std::vector<std::string> parts{"a",
                                         "some plain text, quite long as it is",
                                         R"(\n)",
                                         R"(\")",
                                         R"(\\)",
                                         R"(\/)",
                                         R"(\u0000)",
                                         R"(\u007f)",
                                         R"(\u0080)",
                                         R"(\u07FF)",
                                         R"(\u0800)",
                                         R"(\uffff)",
                                         R"(\ud83d\ude42)",
                                         R"(\uDBFF\uDFFF)",
                                         "ü予🙂"};
    std::mt19937 random{8259};
    for (int i = 0; i < 2'000; ++i) {
        std::string text;
        for (auto count = random() % 20; count > 0; --count)
            text += parts[random() % parts.size()];
        BOOST_TEST_REQUIRE(unescaped(text) == as_boost_reads_it(text));
    }
}

BOOST_AUTO_TEST_SUITE_END()
