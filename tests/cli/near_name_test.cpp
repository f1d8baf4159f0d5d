#include "cli/options/near_name.hpp"

#include <boost/test/unit_test.hpp>

#include <vector>

namespace {

using namespace jobaudit::cli;

const std::vector<std::string> options{"--jobs", "--job-timeout", "--concurrency", "--rate", "--resume", "-j"};

}  // namespace

BOOST_AUTO_TEST_SUITE(near_names)

BOOST_AUTO_TEST_CASE(are_found_for_a_slip_of_the_finger)
{
    struct {
        const char* word;
        const char* meant;
    } const cases[] = {
        {"--cocurrency", "--concurrency"},
        {"--concurency", "--concurrency"},
        {"--concurrencyy", "--concurrency"},
        {"-concurrency", "--concurrency"},
        {"--jbos", "--jobs"},
        {"--job", "--jobs"},
        {"--job-time", "--job-timeout"},
        {"--resum", "--resume"},
        {"rat", "--rate"},
        {"--rte", "--rate"},
    };
    for (const auto& each : cases)
        BOOST_TEST(near_name(each.word, options) == each.meant);
}

BOOST_AUTO_TEST_CASE(are_none_where_another_thing_was_meant)
{
    for (const auto* word : {"", "-", "--", "--verbose", "--x", "--ro", "--api-key", "--zzzzzzzzz"})
        BOOST_TEST(near_name(word, options) == "");
    BOOST_TEST(near_name(std::string(10'000, 'r'), options) == "");
    BOOST_TEST(near_name("--jobs", {}) == "");
}

BOOST_AUTO_TEST_CASE(make_a_question)
{
    BOOST_TEST(suggestion("--jbos", options) == ": did you mean --jobs?");
    BOOST_TEST(suggestion("--verbose", options) == "");
}

BOOST_AUTO_TEST_SUITE_END()
