#include "client/batch_checks.hpp"
#include "client/live_client.hpp"
#include "client/strict_sink.hpp"

#include <exception>
#include <new>

namespace {

using namespace jobaudit;
using namespace jobaudit::test;
using emulator::fault;
using stage = strict_sink::stage;

std::pair<error_code, summary> stream(live_client& at, strict_sink& sink, audit_options how = brisk_audit())
{
    return at.audit_into(sink, at.jobs(), how);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(audit_streaming)

BOOST_AUTO_TEST_CASE(delivers_the_records_of_each_job_between_begin_and_commit)
{
    for (const unsigned threads : {1U, 2U, 4U}) {
        live_client at{{.jobs = 300, .share_missing = 0.1}};
        strict_sink sink;
        const auto [error, totals] = stream(at, sink, brisk_audit(12, threads));

        BOOST_TEST(!error);
        BOOST_TEST(sink.breaches() == "");
        BOOST_TEST(sink.writers() == 12U);
        check_each_once(at.jobs(), sink.outcomes());
        check_truth(at.server, sink.outcomes());
        check_sums(totals, sink.outcomes());
        BOOST_TEST(totals.failed_files > 0U);
    }
}

BOOST_AUTO_TEST_CASE(delivers_a_large_job_in_pieces)
{
    live_client at{scripted({{.records = 100'000}}, {.jobs = 1})};
    strict_sink sink;
    const auto [error, totals] = stream(at, sink);

    BOOST_TEST(!error);
    BOOST_TEST(sink.breaches() == "");
    BOOST_TEST_REQUIRE(sink.outcomes().size() == 1U);
    BOOST_TEST(sink.outcomes().front().failed_files.size() == 100'000U);
    BOOST_TEST(sink.outcomes().front().failed_file_count == 100'000U);
    BOOST_TEST(totals.failed_files == 100'000U);
    BOOST_TEST(sink.largest_append() < 10'000U);
}

BOOST_AUTO_TEST_CASE(takes_back_what_a_broken_response_gave)
{
    const emulator::step broken[]{{.records = 20'000, .fault = fault::truncated_chunked},
                                  {.records = 20'000, .fault = fault::reset_in_body},
                                  {.fault = fault::cut_json},
                                  {.fault = fault::eof_without_close_notify}};
    for (const auto& how : broken) {
        live_client at{scripted({how, how, {}}, {.jobs = 1, .records_per_job = 200})};
        strict_sink sink;
        (void)stream(at, sink);

        BOOST_TEST(sink.breaches() == "");
        BOOST_TEST(sink.discards() == 2U);
        check_truth(at.server, sink.outcomes());
        BOOST_TEST(sink.outcomes().front().attempts == 3U);
    }
}

BOOST_AUTO_TEST_CASE(commits_an_error_behind_the_discard_of_the_last_attempt)
{
    live_client at{scripted({{.fault = fault::truncated_body}}, {.jobs = 1, .records_per_job = 200})};
    strict_sink sink;
    (void)stream(at, sink);

    BOOST_TEST(sink.breaches() == "");
    BOOST_TEST(sink.discards() == 5U);
    BOOST_TEST_REQUIRE(sink.outcomes().size() == 1U);
    BOOST_TEST(sink.outcomes().front().kind == outcome_kind::transport);
    BOOST_TEST(sink.outcomes().front().failed_file_count == 0U);
}

BOOST_AUTO_TEST_CASE(takes_back_what_a_cancellation_cut_off)
{
    const std::string beginning = R"({"failed_files":[{"document":"a","error":"b"},)";
    live_client at{scripted({{.raw = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + beginning, .keep_open = true}},
                            {.jobs = 6})};
    strict_sink sink;
    operation_probe<summary> started;
    at.client->async_audit(at.jobs(), sink, brisk_audit(2), started.token());
    at.await_requests(2);
    started.cancel();
    at.finish(started);

    BOOST_TEST(started.error() == errc::canceled);
    BOOST_TEST(sink.breaches() == "");
    check_each_once(at.jobs(), sink.outcomes());
    check_sums(started.result(), sink.outcomes());
}

BOOST_AUTO_TEST_CASE(ends_the_batch_when_a_member_throws)
{
    for (const auto where : {stage::begin, stage::append, stage::commit}) {
        for (const unsigned threads : {1U, 4U}) {
            live_client at{{.jobs = 200, .records_per_job = 3}};
            strict_sink sink;
            sink.fail_in(where, 20);
            const auto [error, totals] = stream(at, sink, brisk_audit(8, threads));

            BOOST_TEST_CONTEXT("stage " << static_cast<int>(where) << ", threads " << threads)
            {
                BOOST_TEST(error == errc::sink_failed);
                BOOST_TEST(totals.stopped == stop_reason::sink_failed);
                BOOST_TEST(contains(totals.message, "the disk is full"));
                BOOST_TEST(totals.jobs == 200U);
                BOOST_TEST(totals.count(outcome_kind::ok) == sink.outcomes().size());
                BOOST_TEST(totals.count(outcome_kind::ok) + totals.count(outcome_kind::not_tried) == 200U);
                BOOST_TEST(totals.failed_files == 3 * sink.outcomes().size());
                // Another thread may commit while a begin or append is just failing.
                if (threads == 1 || where == stage::commit)
                    BOOST_TEST(sink.commits_after_failure() == 0U);
                BOOST_TEST(totals.requests >= at.server.stats().requests);
                BOOST_TEST(at.leaves_nothing());
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(ends_the_batch_when_a_member_has_no_memory)
{
    for (const auto where : {stage::begin, stage::append, stage::commit}) {
        for (const unsigned threads : {1U, 4U}) {
            live_client at{{.jobs = 200, .records_per_job = 3}};
            strict_sink sink;
            sink.fail_in(where, 20, std::make_exception_ptr(std::bad_alloc{}));
            const auto [error, totals] = stream(at, sink, brisk_audit(8, threads));

            BOOST_TEST(error == errc::sink_failed);
            BOOST_TEST(totals.message == "the sink failed: out of memory");
            BOOST_TEST(totals.count(outcome_kind::ok) + totals.count(outcome_kind::not_tried) == 200U);
            BOOST_TEST(at.leaves_nothing());
        }
    }
}

BOOST_AUTO_TEST_CASE(ends_the_batch_when_a_discard_throws)
{
    live_client at{scripted({{.fault = fault::cut_json}}, {.jobs = 20, .records_per_job = 3})};
    strict_sink sink;
    sink.fail_in(stage::discard, 3);
    const auto [error, totals] = stream(at, sink);

    BOOST_TEST(error == errc::sink_failed);
    BOOST_TEST(totals.count(outcome_kind::not_tried) == 20U);
    BOOST_TEST(sink.outcomes().empty());
}

BOOST_AUTO_TEST_CASE(fails_in_order_when_there_is_no_writer_to_be_had)
{
    live_client at{{.jobs = 20}};
    strict_sink sink;
    sink.fail_in(stage::make_writer, 3);
    const auto [error, totals] = stream(at, sink);

    BOOST_TEST(error == errc::sink_failed);
    BOOST_TEST(totals.stopped == stop_reason::sink_failed);
    BOOST_TEST(contains(totals.message, "the disk is full"));
    BOOST_TEST(at.server.stats().requests == 0U);
    BOOST_TEST(at.leaves_nothing());
}

BOOST_AUTO_TEST_CASE(leaves_no_writer_behind_when_it_completes)
{
    for (const unsigned threads : {1U, 4U}) {
        for (int round = 0; round < 30; ++round) {
            live_client at{scripted({{.fault = fault::stall}}, {.jobs = 40})};
            strict_sink sink;
            auto options = brisk_audit(8, threads);
            options.deadline = 60ms;
            unsigned living = 1;
            bool done = false;
            at.client->async_audit(at.jobs(), sink, options, [&](error_code, summary) {
                living = sink.living_writers();
                done = true;
            });
            at.loop.run_until([&] { return done; });

            BOOST_TEST(living == 0U);
            BOOST_TEST(sink.writers() > 0U);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
