#include "store/output/ndjson_output.hpp"

#include "scratch_folder.hpp"
#include "store/file_size_limit.hpp"
#include "store/written_outcome.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

namespace {

using namespace jobaudit;
using store::output_error;
using test::contains;
using test::file_size_limit;
using test::line_of;
using test::ok_outcome;
using reason = output_error::reason;
using time_point = store::ndjson_output::time_point;

template <class Action>
std::optional<output_error> error_of(Action&& action)
{
    try {
        action();
    } catch (const output_error& error) {
        return error;
    }
    return std::nullopt;
}

std::optional<output_error> error_of_opening(const std::string& path, store::open_mode mode = store::open_mode::fresh)
{
    return error_of([&] {
        store::job_ledger ledger;
        const store::ndjson_output output{path, mode, ledger};
    });
}

void check(const std::optional<output_error>& error, reason why, std::string_view text)
{
    BOOST_REQUIRE(error.has_value());
    BOOST_TEST((error->why() == why));
    BOOST_TEST(contains(error->what(), text), error->what());
}

class ignored_sigpipe {
public:
    ignored_sigpipe() : handler_{std::signal(SIGPIPE, SIG_IGN)} {}
    ignored_sigpipe(const ignored_sigpipe&) = delete;
    ignored_sigpipe& operator=(const ignored_sigpipe&) = delete;
    ~ignored_sigpipe() { std::signal(SIGPIPE, handler_); }

private:
    void (*handler_)(int);
};

}  // namespace

BOOST_AUTO_TEST_SUITE(ndjson_output_errors)

BOOST_AUTO_TEST_CASE(says_what_to_do_where_the_output_cannot_be_opened)
{
    const test::scratch_folder folder;
    (void)folder.write("file", "");

    check(error_of_opening(folder.path("missing/out")), reason::cannot_open, "its folder does not exist: create it");
    check(error_of_opening(folder.path("")), reason::cannot_open, "it is a folder: name a file in it");
    check(error_of_opening(folder.path("file/out")), reason::cannot_open, "a part of its path is no folder");
}

BOOST_AUTO_TEST_CASE(says_that_a_pipe_has_no_reader)
{
    const test::scratch_folder folder;
    BOOST_REQUIRE(::mkfifo(folder.path("pipe").c_str(), 0600) == 0);

    check(error_of_opening(folder.path("pipe")), reason::cannot_open, "a pipe that nobody reads");
}

BOOST_AUTO_TEST_CASE(names_an_output_that_it_may_not_write,
                     *boost::unit_test::precondition([](auto) { return ::geteuid() != 0; }))
{
    const test::scratch_folder folder;
    const auto path = folder.write("out", "");
    BOOST_REQUIRE(::chmod(path.c_str(), 0400) == 0);

    check(error_of_opening(path), reason::cannot_open, "no permission to write it");
}

BOOST_AUTO_TEST_CASE(refuses_a_second_writer_of_one_output)
{
    const test::scratch_folder folder;
    store::job_ledger ledger;
    store::ndjson_output first{folder.path("out"), store::open_mode::fresh, ledger};
    first.write(ok_outcome(1));
    first.flush();

    for (const auto mode : {store::open_mode::fresh, store::open_mode::resume})
        check(error_of_opening(folder.path("out"), mode), reason::locked, "is being written by another jobaudit");
    BOOST_TEST(!folder.has("out~"));

    first.close();
    BOOST_TEST(!error_of_opening(folder.path("out"), store::open_mode::resume));
}

BOOST_AUTO_TEST_CASE(leaves_the_older_file_where_it_cannot_be_kept)
{
    const test::scratch_folder folder;
    std::string old = line_of(ok_outcome(1));
    const auto path = folder.write("out", old);
    std::filesystem::create_directory(path + "~");

    {
        store::job_ledger ledger;
        store::ndjson_output finished{path, store::open_mode::resume, ledger};
        finished.finish();
    }

    check(error_of_opening(path), reason::cannot_open, "move it away, or name another output");
    BOOST_TEST(folder.read("out") == old);
}

BOOST_AUTO_TEST_CASE(refuses_to_resume_what_is_no_file)
{
    check(error_of_opening("-", store::open_mode::resume), reason::not_resumable, "cannot resume what went to stdout");
    check(error_of_opening("/dev/null", store::open_mode::resume), reason::not_resumable, "no regular file");
}

BOOST_AUTO_TEST_CASE(tells_of_a_full_disk_and_never_writes_again)
{
    store::job_ledger ledger;
    store::ndjson_output output{"/dev/full", store::open_mode::fresh, ledger};
    const auto writer = output.make_writer();
    writer->commit(ok_outcome(1));

    output.flush_due(time_point::max());

    check(output.failure(), reason::write_failed, "free space, then go on with --resume");
    check(error_of([&] { writer->commit(ok_outcome(2)); }), reason::write_failed, "/dev/full");
    check(error_of([&] { output.write_invalid("x", "line 1"); }), reason::write_failed, "/dev/full");
    check(error_of([&] { output.flush(); }), reason::write_failed, "/dev/full");
    check(error_of([&] { output.close(); }), reason::write_failed, "/dev/full");
    BOOST_TEST(output.lost().outcomes[static_cast<std::size_t>(outcome_kind::ok)] == 1U);
}

BOOST_AUTO_TEST_CASE(hears_of_a_full_disk_at_the_end_too)
{
    store::job_ledger ledger;
    store::ndjson_output output{"/dev/full", store::open_mode::fresh, ledger};
    output.write(ok_outcome(1));

    check(error_of([&] { output.close(); }), reason::write_failed, "free space");
}

BOOST_AUTO_TEST_CASE(cuts_back_a_line_that_was_written_in_part)
{
    std::string line = line_of(ok_outcome(1));

    for (const std::size_t limit : {line.size() - 1, line.size(), line.size() + 1, 3 * line.size() + line.size() / 2}) {
        const test::scratch_folder folder;
        store::job_ledger ledger;
        store::ndjson_output output{folder.path("out"), store::open_mode::fresh, ledger};
        for (std::uint64_t job = 0; job < 5; ++job)
            output.write(ok_outcome(job));
        {
            const file_size_limit few{limit};
            check(error_of([&] { output.close(); }), reason::write_failed, "ulimit -f");
        }
        BOOST_TEST(folder.read("out").size() == limit / line.size() * line.size());
        const auto lost = output.lost();
        BOOST_TEST(lost.outcomes[static_cast<std::size_t>(outcome_kind::ok)] == 5 - limit / line.size());
        BOOST_TEST(lost.failed_files == (5 - limit / line.size()) * ok_outcome(1).failed_file_count);

        store::job_ledger resumed;
        const store::ndjson_output again{folder.path("out"), store::open_mode::resume, resumed};
        BOOST_TEST(resumed.ended_count() == limit / line.size());
        BOOST_TEST(again.note().empty());
    }
}

BOOST_AUTO_TEST_CASE(cuts_stdout_back_where_it_is_a_file)
{
    std::string line = line_of(ok_outcome(1));
    const test::scratch_folder folder;
    const int target = ::open(folder.write("out", "").c_str(), O_WRONLY | O_CLOEXEC);
    const int saved = ::dup(STDOUT_FILENO);
    ::dup2(target, STDOUT_FILENO);
    std::optional<output_error> error;
    {
        store::job_ledger ledger;
        store::ndjson_output output{"-", store::open_mode::fresh, ledger};
        output.write(ok_outcome(1));
        output.write(ok_outcome(2));
        const file_size_limit few{line.size() + 10};
        error = error_of([&] { output.close(); });
    }
    ::dup2(saved, STDOUT_FILENO);
    ::close(saved);
    ::close(target);

    check(error, reason::write_failed, "stdout");
    BOOST_TEST(folder.read("out") == line);
}

BOOST_AUTO_TEST_CASE(tells_a_closed_pipe_from_other_errors)
{
    const ignored_sigpipe quiet;
    const test::scratch_folder folder;
    BOOST_REQUIRE(::mkfifo(folder.path("pipe").c_str(), 0600) == 0);
    const int reader = ::open(folder.path("pipe").c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    store::job_ledger ledger;
    store::ndjson_output output{folder.path("pipe"), store::open_mode::fresh, ledger};
    output.write(ok_outcome(1));
    output.flush();
    ::close(reader);

    output.write(ok_outcome(2));

    check(error_of([&] { output.flush(); }), reason::closed_pipe, "pipe");
}

BOOST_AUTO_TEST_SUITE_END()
