#include "grouping/error_mask.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <string_view>
#include <vector>

using namespace jobaudit::grouping;

namespace {

std::string masked(std::string_view error, std::string_view document = {})
{
    std::string out;
    mask_error(error, document, out);
    return shown(out);
}

struct masked_case {
    std::string_view error;
    std::string_view shown;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(error_mask)

BOOST_AUTO_TEST_CASE(hides_what_differs_from_file_to_file)
{
    const std::vector<masked_case> cases{
        {"3 of 12 pages failed after 2.5 seconds", "<*> of <*> pages failed after <*>"},
        {"cannot read s3://acme-raw/in/a.pdf: gone", "cannot read <*>: gone"},
        {"No such file or directory: '/data/in/a b.pdf'", "No such file or directory: '<*>'"},
        {"no file C:\\scans\\7.tif there", "no file <*> there"},
        {"job 6f1c2d3e-0001-4000-8000-00000000abcd stopped", "job <*> stopped"},
        {"connect to db.acme.example:5432 from 10.0.3.7:49152", "connect to <*> from <*>"},
        {"sent to jo@acme.example on 2026-03-01T12:30:00Z", "sent to <*> on <*>"},
        {"column \"price\" of `orders`", "column '<*>' of `<*>`"},
        {"die Datei „Bericht 7.pdf“ fehlt", "die Datei „<*>“ fehlt"},
    };
    for (const auto& each : cases)
        BOOST_TEST(masked(each.error) == each.shown);
}

BOOST_AUTO_TEST_CASE(keeps_what_tells_reasons_apart)
{
    const std::vector<masked_case> cases{
        {"502 Bad Gateway", "502 Bad Gateway"},
        {"HTTPError: 404 Client Error", "HTTPError: 404 Client Error"},
        {"ClientAuthenticationError: AADSTS7000222: expired", "ClientAuthenticationError: AADSTS7000222: expired"},
        {"PermissionError: [Errno 13] Permission denied", "PermissionError: [Errno 13] Permission denied"},
        {"Error code: 401 - {'error': {'code': 'invalid_api_key', 'id': 'x7'}}",
         "Error code: 401 - {'error': {'code': 'invalid_api_key', 'id': '<*>'}}"},
        {"('Connection aborted.', 'Connection reset by peer')", "('<*>', 'Connection reset by peer')"},
        {"the user's S3 bucket", "the user's S3 bucket"},
    };
    for (const auto& each : cases)
        BOOST_TEST(masked(each.error) == each.shown);
}

BOOST_AUTO_TEST_CASE(hides_the_document_wherever_it_stands)
{
    BOOST_TEST(masked("could not open it's a \"draft\".pdf here", "in/it's a \"draft\".pdf") ==
               "could not open <*> here");
    BOOST_TEST(masked("500: in/a b.pdf is empty", "in/a b.pdf") == "500: <*> is empty");
}

BOOST_AUTO_TEST_CASE(keeps_the_last_exception_of_a_traceback)
{
    const std::string_view error = "Traceback (most recent call last):\n"
                                   "  File \"/app/a.py\", line 7, in run\n"
                                   "    read(path)\n"
                                   "OSError: first\n\n"
                                   "During handling of the above exception, another exception occurred:\n\n"
                                   "Traceback (most recent call last):\n"
                                   "  File \"/app/b.py\", line 9, in go\n"
                                   "acme.ReadError: page 12 is torn";

    BOOST_TEST(masked(error) == "acme.ReadError: page <*> is torn");
}

BOOST_AUTO_TEST_CASE(is_of_bounded_length_and_the_same_each_time)
{
    std::string error;
    while (error.size() < 100'000)
        error += "word and 'another' ";

    std::string first;
    mask_error(error, "word and", first);
    std::string second = "left over";
    mask_error(error, "word and", second);

    BOOST_TEST(first.size() <= masked_limit);
    BOOST_TEST(first == second);
}

BOOST_AUTO_TEST_CASE(takes_any_bytes)
{
    for (const std::string_view error :
         {"", " ", "'", "\"\xff", "{{{'a':", "\xe2\x80", "://", "....", "-", "「", "\x01"})
        BOOST_CHECK_NO_THROW(masked(error, "\xff"));
}

BOOST_AUTO_TEST_SUITE_END()
