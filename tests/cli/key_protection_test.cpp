#include "cli/process/key_protection.hpp"

#include "scratch_folder.hpp"

#include <boost/test/unit_test.hpp>

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace jobaudit;

namespace {

// A process of its own: what is hidden stays so.
bool is_hidden_in_another_process()
{
    const auto child = ::fork();
    BOOST_REQUIRE(child >= 0);
    if (child == 0) {
        cli::hide_memory();
        rlimit core{};
        const bool has_core = ::getrlimit(RLIMIT_CORE, &core) != 0 || core.rlim_cur != 0 || core.rlim_max != 0;
        ::_exit(::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0 && !has_core ? 0 : 1);
    }
    int status = 0;
    BOOST_REQUIRE(::waitpid(child, &status, 0) == child);
    return status == 0;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(protection_of_keys)

BOOST_AUTO_TEST_CASE(keeps_the_process_from_core_dumps_and_debuggers)
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    BOOST_TEST(!is_hidden_in_another_process());
#else
    BOOST_TEST(is_hidden_in_another_process());
#endif
}

BOOST_AUTO_TEST_CASE(warns_of_a_file_that_all_may_read)
{
    const test::scratch_folder folder;
    const auto file = folder.write("key", "the-key");
    for (const auto& [mode, warned] : {std::pair{0600U, false}, {0640U, false}, {0644U, true}, {0604U, true}}) {
        BOOST_REQUIRE(::chmod(file.c_str(), mode) == 0);
        BOOST_TEST(cli::warning_about_key_file(file).empty() != warned);
    }
    BOOST_TEST(cli::warning_about_key_file("").empty());
    BOOST_TEST(cli::warning_about_key_file(folder.path("missing")).empty());
    BOOST_TEST(cli::warning_about_key_file("/dev/null").empty());
}

BOOST_AUTO_TEST_SUITE_END()
