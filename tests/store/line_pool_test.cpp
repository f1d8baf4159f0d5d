#include "store/input/line_pool.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <utility>

using jobaudit::store::line_pool;

BOOST_AUTO_TEST_SUITE(line_pool_memory)

BOOST_AUTO_TEST_CASE(serves_one_line_after_the_other_with_the_memory_that_came_back_last)
{
    line_pool pool;
    auto first = pool.take();
    auto second = pool.take();
    first.assign(1000, 'x');
    second.assign(1000, 'x');
    const auto* memory = second.data();
    pool.give_back(std::move(first));
    pool.give_back(std::move(second));

    auto next = pool.take();
    BOOST_TEST(next.empty());
    next.assign(1000, 'y');
    BOOST_TEST(static_cast<const void*>(next.data()) == static_cast<const void*>(memory));
}

BOOST_AUTO_TEST_CASE(keeps_no_more_than_a_few_long_lines)
{
    line_pool pool;
    for (std::size_t i = 0; i < 3 * line_pool::most_long_lines; ++i)
        pool.give_back(std::string(line_pool::line_capacity + 1, 'x'));

    std::size_t kept = 0;
    while (pool.take().capacity() > line_pool::line_capacity)
        ++kept;
    BOOST_TEST(kept == line_pool::most_long_lines);
}

BOOST_AUTO_TEST_CASE(gives_back_the_memory_of_an_enormous_line)
{
    line_pool pool;
    pool.give_back(std::string(3 * line_pool::long_line_limit, 'x'));
    BOOST_TEST(pool.take().capacity() == line_pool::line_capacity);
}

BOOST_AUTO_TEST_CASE(lets_a_few_lines_at_a_time_be_long)
{
    line_pool pool;
    for (std::size_t i = 0; i < line_pool::most_long_lines; ++i)
        BOOST_TEST(pool.take_permit());
    BOOST_TEST(!pool.take_permit());

    pool.give_permit_back();
    BOOST_TEST(pool.take_permit());
}

BOOST_AUTO_TEST_SUITE_END()
