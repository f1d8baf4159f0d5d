#include "protocol/utf8_check.hpp"

#include "protocol/instruction_sets.hpp"
#include "protocol/utf8.hpp"

#include <boost/test/unit_test.hpp>

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

using namespace jobaudit::protocol;

namespace {

bool is_valid(std::string_view text)
{
    while (!text.empty()) {
        const auto size = utf8_character_size(text);
        if (size == 0)
            return false;
        text.remove_prefix(size);
    }
    return true;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(a_check_of_utf8)

BOOST_AUTO_TEST_CASE(says_of_any_three_bytes_what_a_look_at_each_character_says)
{
    with_each_instruction_set([] {
        // All first and second bytes, with a third and a fourth of each kind.
        const std::string kinds = "a\x7f\x80\x8f\x90\x9f\xa0\xbf\xc2\xe0\xf0\xff";
        for (int first = 0x7f; first < 256; ++first)
            for (int second = 0x70; second < 256; ++second)
                for (const char third : kinds)
                    for (const char fourth : {'a', '\x80', '\xbf', '\xc3'}) {
                        const std::string text{static_cast<char>(first), static_cast<char>(second), third, fourth};
                        if (check_utf8(text).is_valid != is_valid(text))
                            BOOST_FAIL(first << ' ' << second << ' ' << int{third} << ' ' << int{fourth});
                    }
    });
}

BOOST_AUTO_TEST_CASE(is_the_same_wherever_a_character_stands)
{
    const std::vector<std::string> right{"\xc2\x80",     "\xdf\xbf",         "\xe0\xa0\x80",    "\xed\x9f\xbf",
                                         "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"};
    const std::vector<std::string> wrong{
        "\x80",         "\xc1\xbf",         "\xc3",         "\xe0\x9f\xbf",     "\xe2\x80",
        "\xed\xa0\x80", "\xf0\x8f\xbf\xbf", "\xf0\x90\x80", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80",
        "\xff"};
    with_each_instruction_set([&] {
        for (std::size_t in_front = 0; in_front <= 140; ++in_front)
            for (const std::size_t behind : {0U, 1U, 2U, 3U, 40U, 100U}) {
                const auto within = [&](const std::string& one) {
                    return check_utf8(std::string(in_front, 'a') + one + std::string(behind, 'b')).is_valid;
                };
                for (const auto& each : right)
                    BOOST_TEST_REQUIRE(within(each), in_front << ' ' << behind);
                for (const auto& each : wrong)
                    BOOST_TEST_REQUIRE(!within(each), in_front << ' ' << behind);
            }
    });
}

BOOST_AUTO_TEST_CASE(finds_line_separators_wherever_they_stand)
{
    with_each_instruction_set([] {
        for (std::size_t in_front = 0; in_front <= 140; ++in_front) {
            const std::string before(in_front, 'a');
            for (const std::string_view separator : {"\u2028", "\u2029"})
                BOOST_TEST_REQUIRE(check_utf8(before + std::string{separator} + "b").has_line_separators);
            for (const std::string_view other : {"\u2027", "\u202a", "\u2128", "\u3028"})
                BOOST_TEST_REQUIRE(!check_utf8(before + std::string{other} + "b").has_line_separators);
        }
    });
}

BOOST_AUTO_TEST_CASE(reads_nothing_around_the_text)
{
    with_each_instruction_set([] {
        for (std::size_t size = 0; size <= 140; ++size) {
            const std::string around = "\xf0\x9f" + std::string(size, 'a') + "\x80\x80";
            BOOST_TEST_REQUIRE(check_utf8(std::string_view{around}.substr(2, size)).is_valid);
        }
    });
}

BOOST_AUTO_TEST_CASE(agrees_with_a_look_at_each_character_on_texts_drawn_at_random)
{
    std::mt19937 random{20211};
    const std::vector<std::string> parts{"a", "plain text ", "ü", "予算", "🙂", "\xe2\x80", "\x80", "\xf0\x9f"};
    for (int i = 0; i < 3'000; ++i) {
        std::string text;
        const bool may_be_wrong = i % 2 == 0;
        for (auto count = random() % 40; count > 0; --count)
            text += parts[random() % (may_be_wrong ? parts.size() : 5)];
        with_each_instruction_set([&] { BOOST_TEST_REQUIRE(check_utf8(text).is_valid == is_valid(text)); });
    }
}

BOOST_AUTO_TEST_SUITE_END()
