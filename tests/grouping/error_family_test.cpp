#include "grouping/error_family.hpp"

#include <boost/test/unit_test.hpp>

#include <ostream>
#include <string_view>
#include <vector>

using namespace jobaudit::grouping;

namespace jobaudit::grouping {

std::ostream& operator<<(std::ostream& out, error_family family) { return out << to_string(family); }

}  // namespace jobaudit::grouping

namespace {

struct family_case {
    std::string_view error;
    error_family family;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(families_of_errors)

BOOST_AUTO_TEST_CASE(are_told_by_the_most_specific_phrase)
{
    using enum error_family;
    const std::vector<family_case> cases{
        {"TooManyPageFailuresException: 3 of 4 pages", document},
        {"ControllerException: 512: could not process", document},
        {"FATAL: password authentication failed for user \"x\"", authorization},
        {"PDF needs a password", document},
        {"500: Error in uploader - [NoCredentialsError] Unable to locate credentials", authorization},
        {"An error occurred (AccessDenied) when calling GetObject", authorization},
        {"FileNotFoundError: [Errno 2] No such file or directory: 'in.pdf'", configuration},
        {"FileNotFoundError: '/app/staged/7.json'", internal},
        {"NotFoundException: s3://x/element_dicts/7.json", internal},
        {"botocore.exceptions.ParamValidationError: Parameter validation failed", configuration},
        {"ValidationError: 2 validation errors for Element", schema},
        {"PineconeApiException: (400) Vector dimension mismatch", schema},
        {"PineconeApiException: (403) index limit", quota},
        {"ClientResponseError: 422, message='x'", schema},
        {"ClientResponseError: 429, message='x'", quota},
        {"ReadTimeout: timed out", network},
        {"503: upstream", network},
        {"took 1503 rows", unknown},
        {"AttributeError: 'x'", internal},
        {"Error code: 500 - None", internal},
        {"something else", unknown},
        {"", unknown},
    };
    for (const auto& each : cases)
        BOOST_TEST(family_of(each.error) == each.family, each.error << ": " << family_of(each.error));
}

BOOST_AUTO_TEST_CASE(are_not_told_by_the_call_stack)
{
    BOOST_TEST(family_of("Traceback (most recent call last):\n"
                         "  File \"/app/httpx/timeout.py\", line 429, in run\n"
                         "AttributeError: no name") == error_family::internal);
}

BOOST_AUTO_TEST_CASE(but_the_unknown_have_advice)
{
    for (std::size_t i = 0; i < error_families; ++i) {
        const auto family = static_cast<error_family>(i);
        BOOST_TEST(!to_string(family).empty());
        BOOST_TEST(usual_help(family).empty() == (family == error_family::unknown));
    }
}

BOOST_AUTO_TEST_SUITE_END()
