#include <jobaudit/outcome.hpp>

#include <boost/test/unit_test.hpp>

#include <set>
#include <sstream>

using jobaudit::outcome_kind;

namespace {

template <class Function>
void for_each_kind(Function function)
{
    for (std::size_t i = 0; i < jobaudit::outcome_kind_count; ++i)
        function(static_cast<outcome_kind>(i));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(outcome_kinds)

BOOST_AUTO_TEST_CASE(have_names_of_their_own_that_are_read_back)
{
    std::set<std::string_view> names;
    for_each_kind([&](outcome_kind kind) {
        names.insert(to_string(kind));
        BOOST_TEST((jobaudit::parse_outcome_kind(to_string(kind)) == kind));
    });
    BOOST_TEST(names.size() == jobaudit::outcome_kind_count);
}

BOOST_AUTO_TEST_CASE(have_the_names_of_the_output_format)
{
    BOOST_TEST(to_string(outcome_kind::ok) == "ok");
    BOOST_TEST(to_string(outcome_kind::payment_required) == "payment_required");
    BOOST_TEST(to_string(outcome_kind::malformed_body) == "malformed_body");
    BOOST_TEST(to_string(outcome_kind::too_large) == "too_large");
    std::ostringstream out;
    out << outcome_kind::rate_limited;
    BOOST_TEST(out.str() == "rate_limited");
}

BOOST_AUTO_TEST_CASE(are_not_read_from_other_names)
{
    for (const std::string_view name : {"", "OK", "ok ", "unknown"})
        BOOST_TEST(!jobaudit::parse_outcome_kind(name).has_value());
}

BOOST_AUTO_TEST_CASE(have_ended_when_asking_again_gives_the_same)
{
    const std::set<outcome_kind> ended{outcome_kind::ok, outcome_kind::not_found, outcome_kind::validation,
                                       outcome_kind::invalid_job_id};
    for_each_kind([&](outcome_kind kind) { BOOST_TEST(has_ended(kind) == ended.contains(kind), kind); });
}

BOOST_AUTO_TEST_CASE(may_pass_when_it_was_neither_the_job_nor_the_request)
{
    const std::set<outcome_kind> final{outcome_kind::ok,           outcome_kind::invalid_job_id,
                                       outcome_kind::unauthorized, outcome_kind::payment_required,
                                       outcome_kind::forbidden,    outcome_kind::not_found,
                                       outcome_kind::validation,   outcome_kind::http_error,
                                       outcome_kind::too_large};
    for_each_kind([&](outcome_kind kind) { BOOST_TEST(may_pass(kind) != final.contains(kind), kind); });
}

BOOST_AUTO_TEST_SUITE_END()
