#include "virtual_time.hpp"

#include "policy/retry_budget.hpp"

#include <boost/test/unit_test.hpp>

namespace jobaudit::policy {

namespace {

[[nodiscard]] unsigned takes_until_empty(retry_budget& budget, time_point now, unsigned tokens)
{
    unsigned count = 0;
    while (budget.take(now, tokens))
        ++count;
    return count;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(budget_of_retries)

BOOST_AUTO_TEST_CASE(pays_for_a_hundred_retries_or_fifty_after_timeouts)
{
    retry_budget one;
    BOOST_TEST(takes_until_empty(one, at(0s), retry_budget::retry_cost) == 100u);

    retry_budget other;
    BOOST_TEST(takes_until_empty(other, at(0s), retry_budget::timeout_retry_cost) == 50u);
}

BOOST_AUTO_TEST_CASE(lets_ten_retries_a_second_through_when_empty)
{
    retry_budget budget;
    (void)takes_until_empty(budget, at(0s), 5);

    BOOST_TEST(budget.available_at(at(0s), 5) == at(100ms));
    BOOST_TEST(!budget.take(at(99ms), 5));
    BOOST_TEST(budget.take(at(100ms), 5));
    BOOST_TEST(takes_until_empty(budget, at(1100ms), 5) == 10u);
}

BOOST_AUTO_TEST_CASE(takes_back_tokens_up_to_its_capacity)
{
    retry_budget budget;
    (void)takes_until_empty(budget, at(0s), 5);

    budget.give_back(at(0s), 15);
    BOOST_TEST(budget.level(at(0s)) == 15u);

    for (int i = 0; i < 1000; ++i)
        budget.give_back(at(0s), 10);
    BOOST_TEST(budget.level(at(0s)) == retry_budget::capacity);
    BOOST_TEST(takes_until_empty(budget, at(0s), 5) == 100u);
}

BOOST_AUTO_TEST_CASE(is_available_at_once_while_there_are_tokens)
{
    retry_budget budget;
    BOOST_TEST(budget.available_at(at(3s), 10) == at(3s));
    BOOST_TEST(budget.take(at(3s), 10));
    BOOST_TEST(budget.level(at(3s)) == 490u);
    BOOST_TEST(budget.available_at(at(3s), 10) == at(3s));
}

BOOST_AUTO_TEST_CASE(costs_nothing_where_nothing_is_asked)
{
    retry_budget budget;
    (void)takes_until_empty(budget, at(0s), 5);
    BOOST_TEST(budget.take(at(0s), 0));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace jobaudit::policy
