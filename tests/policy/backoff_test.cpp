#include "virtual_time.hpp"

#include "policy/backoff.hpp"

#include <boost/test/unit_test.hpp>

namespace jobaudit::policy {

BOOST_AUTO_TEST_SUITE(backoff)

BOOST_AUTO_TEST_CASE(doubles_with_each_failure_up_to_its_limit)
{
    const struct {
        duration base;
        duration limit;
        unsigned failures;
        duration expected;
    } table[] = {
        {250ms, 20s, 0, 250ms},  {250ms, 20s, 1, 500ms},
        {250ms, 20s, 6, 16s},    {250ms, 20s, 7, 20s},
        {250ms, 20s, 4000, 20s}, {30s, 20s, 0, 20s},
        {0s, 20s, 5, 0s},        {1ns, duration::max(), 62, duration::max()},
    };
    for (const auto& row : table)
        BOOST_TEST(exponential(row.base, row.limit, row.failures) == row.expected);
}

BOOST_AUTO_TEST_CASE(spreads_pauses_over_the_whole_span)
{
    random_source random{1};
    unsigned below_a_tenth = 0;
    unsigned above_nine_tenths = 0;

    for (int i = 0; i < 1000; ++i) {
        const duration pause = full_jitter(random, 250ms, 20s, 2);
        BOOST_TEST(pause >= 0s);
        BOOST_TEST(pause < 1s);
        below_a_tenth += pause < 100ms ? 1 : 0;
        above_nine_tenths += pause > 900ms ? 1 : 0;
    }
    BOOST_TEST(below_a_tenth > 50u);
    BOOST_TEST(above_nine_tenths > 50u);
}

BOOST_AUTO_TEST_CASE(never_comes_back_before_the_time_that_was_asked_for)
{
    random_source random{1};
    for (const duration asked : {duration{1ms}, duration{1s}, duration{2min}, duration{24h}}) {
        for (int i = 0; i < 100; ++i) {
            const duration pause = at_least(random, asked);
            BOOST_TEST(pause >= asked + 5ms);
            BOOST_TEST(pause <= asked + 5ms + std::min(asked / 20, duration{1s}));
        }
    }
}

BOOST_AUTO_TEST_CASE(leaves_a_wait_of_zero_at_zero)
{
    random_source random{1};
    BOOST_TEST(at_least(random, 0s) == 0s);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace jobaudit::policy
