#include "policy/answer_order.hpp"

#include "policy/connection_share.hpp"

#include <boost/test/unit_test.hpp>

using namespace std::chrono_literals;

namespace jobaudit::policy {

namespace {

struct one_connection {
    void answer(duration took)
    {
        order.note_response(took, true);
        order.note_answer(share, {job_id{}, outcome_kind::ok, 0, 0});
    }

    connection_share& share;
    answer_order order{};
};

}  // namespace

BOOST_AUTO_TEST_SUITE(order_of_answers)

BOOST_AUTO_TEST_CASE(is_looked_at_behind_an_answer_that_comes_far_earlier_than_any_before)
{
    connection_share share{2};
    one_connection one{share};
    one.answer(20ms);
    one.answer(11ms);
    BOOST_TEST(!one.order.ends_run(0));

    one.answer(9ms);
    BOOST_TEST(one.order.ends_run(0));
}

BOOST_AUTO_TEST_CASE(is_looked_at_for_each_early_answer_until_one_of_them_is_proven)
{
    connection_share share{2};
    one_connection one{share};
    one_connection other{share};
    for (auto* each : {&one, &other}) {
        each->answer(20ms);
        each->answer(1ms);
        BOOST_TEST(each->order.ends_run(0));
    }

    one.order.prove();
    other.order.prove();
    one.answer(20ms);
    one.answer(1ms);
    BOOST_TEST(!one.order.ends_run(0));
}

BOOST_AUTO_TEST_CASE(is_not_looked_at_for_answers_in_line_which_come_one_behind_the_other)
{
    connection_share share{2};
    one_connection one{share};
    one.answer(20ms);
    one.order.note_line();
    one.answer(1ms);
    BOOST_TEST(!one.order.ends_run(0));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace jobaudit::policy
