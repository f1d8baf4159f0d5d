#include "policy/memory_budget.hpp"

#include <boost/test/unit_test.hpp>

namespace jobaudit::policy {

namespace {

constexpr std::size_t mebibyte = 1024 * 1024;

}  // namespace

BOOST_AUTO_TEST_SUITE(memory_budgets)

BOOST_AUTO_TEST_CASE(let_all_go_on_while_there_is_room)
{
    memory_budget budget{16 * mebibyte};
    memory_budget::share one{budget};
    memory_budget::share other{budget};
    BOOST_TEST(one.hold(2 * mebibyte));
    BOOST_TEST(other.hold(2 * mebibyte));
    BOOST_TEST(budget.held() == 4 * mebibyte);
}

BOOST_AUTO_TEST_CASE(let_one_go_on_whatever_it_takes_where_there_is_none)
{
    memory_budget budget{16 * mebibyte};
    memory_budget::share one{budget};
    memory_budget::share other{budget};
    BOOST_TEST(one.hold(3 * mebibyte));
    BOOST_TEST(other.hold(2 * mebibyte));
    BOOST_TEST(!one.may_go_on());
    BOOST_TEST(other.hold(20 * mebibyte));
    BOOST_TEST(!one.may_go_on());

    other.release();
    BOOST_TEST(one.hold(10 * mebibyte));
    BOOST_TEST(!other.hold(2 * mebibyte));
}

BOOST_AUTO_TEST_CASE(let_the_next_go_on_when_one_was_given_up)
{
    memory_budget budget{4 * mebibyte};
    memory_budget::share waits{budget};
    {
        memory_budget::share given_up{budget};
        BOOST_TEST(given_up.hold(2 * mebibyte));
        BOOST_TEST(!waits.hold(mebibyte));
    }
    BOOST_TEST(waits.hold(5 * mebibyte));
    BOOST_TEST(budget.held() == 5 * mebibyte);
}

BOOST_AUTO_TEST_CASE(hold_nobody_back_who_holds_next_to_nothing)
{
    memory_budget budget{mebibyte};
    memory_budget::share large{budget};
    memory_budget::share small{budget};
    BOOST_TEST(large.hold(50 * mebibyte));
    BOOST_TEST(small.hold(memory_budget::free_of_charge));
    BOOST_TEST(!small.hold(memory_budget::free_of_charge + 1));
    BOOST_TEST(small.hold(10));
    BOOST_TEST(budget.held() == 50 * mebibyte);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace jobaudit::policy
