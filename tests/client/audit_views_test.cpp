// Apart from audit_sources_test.cpp, as clang before 16 compiles no views of libstdc++ 12: CMakeLists.txt leaves this
// file out there.
#include "client/platform_of_300.hpp"

#include <ranges>
#include <sstream>
#include <stdexcept>

using namespace jobaudit;
using namespace jobaudit::test;

BOOST_FIXTURE_TEST_SUITE(audit_views, platform_of_300)

BOOST_AUTO_TEST_CASE(may_refer_to_jobs_or_make_them)
{
    const auto all = jobs();
    check_all(audit(std::views::all(all)));
    check_all(audit(std::views::iota(std::uint64_t{0}, server.jobs()) |
                    std::views::transform([this](std::uint64_t i) { return server.job(i); })));
}

BOOST_AUTO_TEST_CASE(may_be_readable_only_once)
{
    std::stringstream text;
    for (const auto& job : jobs())
        text << job << '\n';
    check_all(audit(std::views::istream<std::string>(text) |
                    std::views::transform([](const std::string& id) { return *job_id::parse(id); })));
}

BOOST_AUTO_TEST_CASE(that_throw_lose_none_of_the_jobs_before)
{
    const auto batch =
        audit(std::views::iota(std::uint64_t{0}, std::uint64_t{10}) | std::views::transform([this](std::uint64_t i) {
                  return i < 9 ? job(i) : throw std::runtime_error{"no tenth"};
              }));
    BOOST_TEST(batch.error == errc::source_failed);
    BOOST_TEST(contains(batch.totals.message, "no tenth"));
    auto first_nine = jobs();
    first_nine.resize(9);
    check_each_once(first_nine, batch.outcomes);
}

BOOST_AUTO_TEST_SUITE_END()
