#include "cli/parsed_arguments.hpp"
#include "scratch_folder.hpp"

namespace {

using namespace jobaudit;
using namespace jobaudit::test;
using cli::parse_audit;
using namespace std::chrono_literals;

// Arguments that name a configuration file, and that file.
struct configured {
    explicit configured(std::string_view text) : file{folder.write("config", text)} {}

    [[nodiscard]] auto read(const words& more = {}) const
    {
        return parse_audit(words{"--config", file, some_job} + more, false);
    }

    scratch_folder folder;
    std::string file;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(configuration_files)

BOOST_AUTO_TEST_CASE(hold_options_by_their_long_names)
{
    const configured by{"# pace\nconcurrency = 32\nrate=12.5\nadaptive = true\n\ntimeout = 10s\nmax-body = 1MiB\n"
                        "output = \"the results.ndjson\"\nresume = true\nauth = bearer\nlog-level = debug\n"};
    const auto read = taken(by.read());
    BOOST_TEST(read.limits.concurrency == 32U);
    BOOST_TEST(read.limits.rate == 12.5);
    BOOST_TEST(read.limits.adaptive);
    BOOST_TEST((read.limits.timeout == 10s));
    BOOST_TEST(read.connection.max_body == 1048576U);
    BOOST_TEST(read.output == "the results.ndjson");
    BOOST_TEST(read.resume);
    BOOST_TEST((read.connection.scheme == authentication::bearer));
    BOOST_TEST((read.level == cli::log_level::debug));
    BOOST_TEST(read.limits.attempts == 5U);
}

BOOST_AUTO_TEST_CASE(may_begin_with_a_byte_order_mark)
{
    BOOST_TEST(taken(configured{"\xEF\xBB\xBF"
                                "concurrency = 32\n"}
                         .read())
                   .limits.concurrency == 32U);
}

BOOST_AUTO_TEST_CASE(end_a_value_at_a_comment_but_not_within_quotes)
{
    const auto output = [](std::string_view value) {
        return taken(configured{"output = " + std::string{value} + "\n"}.read()).output;
    };
    BOOST_TEST(output("\"run#3.ndjson\"") == "run#3.ndjson");
    BOOST_TEST(output("'run #3.ndjson'  # the third") == "run #3.ndjson");
    BOOST_TEST(output("run.ndjson # not 'quoted'") == "run.ndjson");
    BOOST_TEST(taken(configured{"# rate = 3 \"x\n  # y\nconcurrency = 32#\n"}.read()).limits.concurrency == 32U);
}

BOOST_AUTO_TEST_CASE(give_way_to_the_command_line)
{
    const configured by{"concurrency = 32\ntimeout = 10s\n"};
    const auto read = taken(by.read({"--concurrency", "8"}));
    BOOST_TEST(read.limits.concurrency == 8U);
    BOOST_TEST((read.limits.timeout == 10s));
}

BOOST_AUTO_TEST_CASE(may_name_several_files_of_jobs)
{
    const configured by{"jobs = a\nrate = 5\njobs = \"b, c\"\n"};
    BOOST_TEST(taken(by.read()).jobs_files == (words{"a", "b, c"}), boost::test_tools::per_element());
    BOOST_TEST(taken(by.read({"--jobs", "d"})).jobs_files == words{"d"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(are_held_to_the_same_bounds)
{
    const configured by{"concurrency = 0\n"};
    BOOST_TEST(refused(by.read()) == "jobaudit audit: --concurrency: 0 is out of range: give a number from 1 to 10000");
}

BOOST_AUTO_TEST_CASE(may_not_set_what_is_no_option)
{
    BOOST_TEST(refused(configured{"cocurrency = 32\n"}.read()) ==
               "jobaudit audit: the configuration file sets \"cocurrency\", which is no option here: did you mean "
               "concurrency? It takes the names of the long options, without the dashes");
}

BOOST_AUTO_TEST_CASE(have_no_sections)
{
    BOOST_TEST(refused(configured{"[audit]\nconcurrency = 32\n"}.read()) ==
               "jobaudit audit: the configuration file has a section (\"audit\"), but there are none here: leave its "
               "heading out");
}

BOOST_AUTO_TEST_CASE(hold_whole_values_with_or_without_quotes)
{
    for (const std::string text : {"the results, all [of them].ndjson", "[1].ndjson", "a,b", "plain"})
        for (const std::string quote : {"", "\"", "'"})
            BOOST_TEST(taken(configured{"output = " + quote + text + quote + "\n"}.read()).output == text);
    BOOST_TEST(refused(configured{"concurrency = 1 2\n"}.read()) ==
               "jobaudit audit: --concurrency: \"1 2\" is no whole number");
}

BOOST_AUTO_TEST_CASE(that_are_missing_are_named)
{
    const scratch_folder folder;
    const auto missing = folder.path("missing");
    BOOST_TEST(contains(refused(parse_audit(words{"--config", missing, some_job}, false)),
                        "--config: \"" + missing + "\" cannot be read: No such file or directory"));
}

BOOST_AUTO_TEST_CASE(serve_a_fetch_too)
{
    const configured by{"timeout = 10s\n"};
    BOOST_TEST((taken(cli::parse_fetch(words{"--config", by.file, some_job})).limits.timeout == 10s));
}

BOOST_AUTO_TEST_SUITE_END()
