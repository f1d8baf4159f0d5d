#include "client/live_client.hpp"

#include <algorithm>
#include <memory>
#include <vector>

namespace {

using namespace jobaudit;
using namespace jobaudit::test;

constexpr double once_in_a_long_while = 0.001;

/// Fetches that were started, and how many have ended.
struct fetches {
    void start(jobaudit::client& through, live_client& at, unsigned count)
    {
        for (unsigned i = 0; i < count; ++i) {
            started.emplace_back();
            through.async_fetch(at.job(i), brisk(), started.back().token());
        }
    }

    [[nodiscard]] std::size_t ended() const
    {
        return static_cast<std::size_t>(
            std::count_if(started.begin(), started.end(), [](const auto& each) { return each.done(); }));
    }

    std::vector<operation_probe<outcome>> started;
};

struct pause_observer final : observer {
    void retry_scheduled(const request_info&, unsigned, std::chrono::nanoseconds, std::string_view) noexcept override
    {
        pauses = true;
    }

    bool pauses = false;
};

struct platform : live_client {
    platform() : live_client{{.tls = false, .jobs = 50}} {}

    [[nodiscard]] client_options sharing(std::shared_ptr<shared_limits> limits) const
    {
        client_options how;
        how.limits = std::move(limits);
        return towards(server, how);
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(limits, platform)

BOOST_AUTO_TEST_CASE(the_rate_of_a_client_holds_for_its_fetches_together)
{
    client_options how;
    how.rate = once_in_a_long_while;
    jobaudit::client slow{loop.executor(), towards(server, how)};
    fetches all;
    all.start(slow, *this, 5);
    loop.run_until([&] { return all.ended() == 1; });
    loop.settle();
    BOOST_TEST(server.stats().requests == 1U);

    bool closed = false;
    slow.async_close([&closed](error_code) { closed = true; });
    loop.run_until([&] { return closed; });
    BOOST_TEST(all.ended() == 5U);
    BOOST_TEST(server.stats().requests == 1U);
}

BOOST_AUTO_TEST_CASE(in_common_hold_for_the_fetches_and_audits_of_all_clients_together)
{
    const auto limits = std::make_shared<shared_limits>(once_in_a_long_while);
    jobaudit::client one{loop.executor(), sharing(limits)};
    jobaudit::client other{loop.executor(), sharing(limits)};
    fetches all;
    all.start(one, *this, 1);
    loop.run_until([&] { return all.ended() == 1; });
    all.start(one, *this, 2);
    all.start(other, *this, 2);
    operation_probe<summary> audit;
    other.async_audit(
        jobs(), [](outcome&&) {}, brisk_audit(8, 2), audit.token());
    loop.settle();
    BOOST_TEST(server.stats().requests == 1U);

    limits->set_rate(0);
    loop.run_until([&] { return all.ended() == 5; });
    finish(audit);
    BOOST_TEST(audit.result().count(outcome_kind::ok) == 50U);
}

BOOST_AUTO_TEST_CASE(in_common_tell_all_clients_of_a_pause_that_one_was_asked_for)
{
    emulator::emulator busy{scripted({{.status = 429, .retry_after = "3600"}}, {.tls = false, .jobs = 50})};
    const auto limits = std::make_shared<shared_limits>();
    client_options how;
    how.limits = limits;
    jobaudit::client other{loop.executor(), towards(busy, how)};
    pause_observer seen;
    how.observer = &seen;
    jobaudit::client one{loop.executor(), towards(busy, how)};
    auto patient = brisk();
    patient.max_wait = 2h;
    operation_probe<outcome> first;
    one.async_fetch(busy.job(0), patient, first.token());
    loop.run_until([&] { return seen.pauses; });
    operation_probe<outcome> second;
    other.async_fetch(busy.job(1), brisk(), second.token());
    finish(second);
    BOOST_TEST(second.result().kind == outcome_kind::rate_limited);
    BOOST_TEST(busy.stats().requests == 1U);

    // The observer must live until then.
    bool closed = false;
    one.async_close([&closed](error_code) { closed = true; });
    loop.run_until([&] { return closed; });
}

BOOST_AUTO_TEST_CASE(in_common_leave_what_a_batch_counts_its_own)
{
    const auto limits = std::make_shared<shared_limits>();
    emulator::emulator refusing{scripted({{.status = 429}, {}}, {.tls = false, .jobs = 5})};
    client_options how;
    how.limits = limits;
    jobaudit::client one{loop.executor(), towards(refusing, how)};
    std::vector<std::uint64_t> refusals;
    for (int batch = 0; batch < 2; ++batch) {
        operation_probe<summary> audit;
        one.async_audit(
            std::vector{refusing.job(0)}, [](outcome&&) {}, brisk_audit(1), audit.token());
        finish(audit);
        refusals.push_back(audit.result().refusals);
    }
    BOOST_TEST(refusals == (std::vector<std::uint64_t>{1, 0}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(in_common_leave_no_rate_to_a_client_or_an_audit)
{
    auto how = sharing(std::make_shared<shared_limits>());
    jobaudit::client one{loop.executor(), how};
    auto limited = brisk_audit();
    limited.rate = 5;
    const auto sink = [](outcome&&) {};
    BOOST_CHECK_THROW(one.async_audit(jobs(), sink, limited, [](error_code, const summary&) {}), option_error);
    BOOST_CHECK_THROW(one.set_rate(0), option_error);
    how.rate = 5;
    BOOST_CHECK_THROW((jobaudit::client{loop.executor(), how}), option_error);
    BOOST_CHECK_THROW((shared_limits{-1}), option_error);
    BOOST_CHECK_THROW((shared_limits{1, 0}), option_error);
    BOOST_CHECK_THROW(shared_limits{}.set_rate(-1), option_error);
}

BOOST_AUTO_TEST_SUITE_END()
