#include "cli/exit_code.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>
#include <ostream>

namespace {

using namespace jobaudit;
using cli::audit_end;

struct ending {
    const char* name;
    audit_end end;
    int code;
};

// A complete audit is the start; each ending says what was different.
audit_end complete()
{
    audit_end end;
    end.all_fetched = true;
    return end;
}

template <class Change>
ending after(const char* name, int code, Change change)
{
    auto end = complete();
    change(end);
    return {name, end, code};
}

ending stopped_by(const char* name, stop_reason reason, int code)
{
    return after(name, code, [reason](auto& end) {
        end.stopped = reason;
        end.all_fetched = false;
    });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(exit_codes)

BOOST_AUTO_TEST_CASE(tell_how_an_audit_ended)
{
    for (const auto& each : {
             ending{"complete", complete(), 0},
             after("failed files that nobody minds", 0, [](auto& end) { end.failed_files = true; }),
             after("failed files that are minded", 4,
                   [](auto& end) { end.failed_files = end.fail_on_failed_files = true; }),
             after("documents that fail and did not before", 4, [](auto& end) { end.new_failures = true; }),
             after("no failed files, which would be minded", 0, [](auto& end) { end.fail_on_failed_files = true; }),
             after("a job that has no list for good", 1, [](auto& end) { end.all_fetched = false; }),
             after("a job that failed for a passing reason", 6,
                   [](auto& end) {
                       end.all_fetched = false;
                       end.passing_failures = true;
                   }),
             after("answers out of order", 6, [](auto& end) { end.out_of_order = true; }),
             stopped_by("fatal", stop_reason::fatal, 3),
             stopped_by("a wait that is too long", stop_reason::wait_too_long, 3),
             stopped_by("outage", stop_reason::outage, 6),
             stopped_by("deadline", stop_reason::deadline, 6),
             stopped_by("canceled", stop_reason::canceled, 6),
             stopped_by("a sink that failed", stop_reason::sink_failed, 5),
             stopped_by("a source that failed", stop_reason::source_failed, 6),
             after("a sink's error", 5, [](auto& end) { end.error = errc::sink_failed; }),
             after("a source's error", 6, [](auto& end) { end.error = errc::source_failed; }),
             after("a list that could not be read on", 6, [](auto& end) { end.input_failed = true; }),
             after("an output that failed at the end", 5, [](auto& end) { end.output_failed = true; }),
             after("SIGHUP", 129, [](auto& end) { end.signal = SIGHUP; }),
             after("SIGINT", 130, [](auto& end) { end.signal = SIGINT; }),
             after("SIGTERM", 143, [](auto& end) { end.signal = SIGTERM; }),
         })
        BOOST_TEST(cli::exit_code_of(each.end) == each.code, each.name);
}

BOOST_AUTO_TEST_CASE(tell_the_gravest_of_several_things)
{
    auto end = complete();
    end.failed_files = end.fail_on_failed_files = true;
    BOOST_TEST(cli::exit_code_of(end) == 4);
    end.all_fetched = false;
    BOOST_TEST(cli::exit_code_of(end) == 1);
    end.passing_failures = true;
    BOOST_TEST(cli::exit_code_of(end) == 6);
    end.stopped = stop_reason::fatal;
    BOOST_TEST(cli::exit_code_of(end) == 3);
    end.output_failed = true;
    BOOST_TEST(cli::exit_code_of(end) == 5);
    end.signal = SIGTERM;
    BOOST_TEST(cli::exit_code_of(end) == 143);
}

BOOST_AUTO_TEST_SUITE_END()
