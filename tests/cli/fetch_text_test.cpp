#include "cli/fetch/fetch_text.hpp"

#include "store/numbered_job.hpp"

#include <boost/test/unit_test.hpp>

namespace {

using namespace jobaudit;
using namespace std::chrono_literals;
using cli::fetch_text;

const std::string job = "00000000-0000-4000-8000-000000000007";

outcome with_failed_files(std::vector<failed_file> files)
{
    outcome result;
    result.job = test::numbered_job(7);
    result.kind = outcome_kind::ok;
    result.http_status = 200;
    result.attempts = 1;
    result.elapsed = 12ms;
    result.failed_file_count = files.size();
    result.failed_files = std::move(files);
    return result;
}

outcome that_failed(outcome_kind kind, int http_status, std::string message)
{
    outcome result;
    result.job = test::numbered_job(7);
    result.kind = kind;
    result.http_status = http_status;
    result.attempts = 5;
    result.elapsed = 2400ms;
    result.message = std::move(message);
    return result;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(fetch_texts)

BOOST_AUTO_TEST_CASE(count_the_failed_files_and_list_them)
{
    BOOST_TEST(fetch_text(with_failed_files({})) == job + ": ok, no failed files (HTTP 200, 1 attempt, 12 ms)\n");
    BOOST_TEST(fetch_text(with_failed_files({{"a.pdf", "broken"}})) ==
               job + ": ok, 1 failed file (HTTP 200, 1 attempt, 12 ms)\n"
                     "\n"
                     "document  error\n"
                     "a.pdf     broken\n");
    BOOST_TEST(fetch_text(with_failed_files({{"", "nameless"}, {"annual report.pdf", "too large"}})) ==
               job + ": ok, 2 failed files (HTTP 200, 1 attempt, 12 ms)\n"
                     "\n"
                     "document           error\n"
                     "                   nameless\n"
                     "annual report.pdf  too large\n");
}

BOOST_AUTO_TEST_CASE(align_the_errors_behind_characters_of_any_width)
{
    const auto text = fetch_text(with_failed_files({{"\xe6\x96\x87\xe4\xbb\xb6\xe6\x96\x87\xe4\xbb\xb6.pdf", "one"},
                                                    {"re\xcc\x81sume\xcc\x81.pdf", "two"},
                                                    {"caf\xc3\xa9.pdf", "three"}}));
    BOOST_TEST(text.substr(text.find("\n\n") + 2) == "document      error\n"
                                                     "\xe6\x96\x87\xe4\xbb\xb6\xe6\x96\x87\xe4\xbb\xb6.pdf  one\n"
                                                     "re\xcc\x81sume\xcc\x81.pdf    two\n"
                                                     "caf\xc3\xa9.pdf      three\n");
}

BOOST_AUTO_TEST_CASE(let_one_long_name_push_aside_its_own_error_alone)
{
    const std::string long_name(70, 'x');
    const auto text = fetch_text(with_failed_files({{long_name, "one"}, {"b", "two"}}));
    BOOST_TEST(text.substr(text.find("\n\n") + 2) ==
               "document" + std::string(54, ' ') + "error\n" + long_name + "  one\nb" + std::string(61, ' ') + "two\n");
}

BOOST_AUTO_TEST_CASE(break_between_words_where_there_is_little_room)
{
    const auto text =
        fetch_text(with_failed_files({{"annual report.pdf", "PermissionError: the file is locked by another"},
                                      {"an/even/longer/name/of/a/report.pdf", "too large"}}),
                   48);
    BOOST_TEST(text.substr(text.find("\n\n") + 2) == "document\n"
                                                     "      error\n"
                                                     "annual report.pdf\n"
                                                     "      PermissionError: the file is locked by\n"
                                                     "      another\n"
                                                     "an/even/longer/name/of/a/report.pdf\n"
                                                     "      too large\n");
    const auto wide = fetch_text(with_failed_files({{"a.pdf", "PermissionError: the file is locked by another"}}), 40);
    BOOST_TEST(wide.substr(wide.find("\n\n") + 2) == "document  error\n"
                                                     "a.pdf     PermissionError: the file is\n"
                                                     "          locked by another\n");
}

BOOST_AUTO_TEST_CASE(say_why_a_job_could_not_be_fetched)
{
    BOOST_TEST(fetch_text(that_failed(outcome_kind::not_found, 404, "Job not found")) ==
               job + ": not_found (HTTP 404, 5 attempts, 2.4 s)\nJob not found\n");
    BOOST_TEST(fetch_text(that_failed(outcome_kind::connect, 0, "connection refused")) ==
               job + ": connect (5 attempts, 2.4 s)\nconnection refused\n");
    BOOST_TEST(fetch_text(that_failed(outcome_kind::timeout, 0, "")) == job + ": timeout (5 attempts, 2.4 s)\n");
}

BOOST_AUTO_TEST_CASE(list_what_the_server_found_invalid)
{
    auto result = that_failed(outcome_kind::validation, 422, "invalid");
    result.validation = {{{std::string{"path"}, std::int64_t{3}, std::string{"job_id"}}, "no UUID", "uuid_parsing"},
                         {{}, "nowhere", "missing"}};
    BOOST_TEST(fetch_text(result) == job + ": validation (HTTP 422, 5 attempts, 2.4 s)\n"
                                           "invalid\n"
                                           "  path.3.job_id: no UUID\n"
                                           "  : nowhere\n");
}

BOOST_AUTO_TEST_CASE(let_no_control_character_reach_the_terminal)
{
    const std::string trick = "\x1b[2J\r\n\xc2\x9b"
                              "1A\x9b\x07";
    auto result = with_failed_files({{"d" + trick, "e" + trick}});
    result.message = "m" + trick;
    result.validation = {{{"l" + trick}, "v" + trick, "t" + trick}};
    auto text = fetch_text(result);
    BOOST_TEST(std::erase(text, '\n') == 6U);
    for (const char c : text)
        BOOST_TEST((static_cast<unsigned char>(c) >= 0x20 && c != 0x7f));
    BOOST_TEST(text.find("\xc2\x9b") == std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
