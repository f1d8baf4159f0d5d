#include "report/failure_sample.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace {

using namespace jobaudit;
using report::failure_sample;

void pass(failure_sample::tap& tap, const std::string& document, const std::string& error, std::size_t times = 1)
{
    const std::vector<failed_file_view> records(times, {document, error});
    tap.pass(records);
}

double share_of(const report::estimated_reasons& found, const std::string& text)
{
    for (const auto& each : found.reasons)
        if (each.text == text)
            return static_cast<double>(each.failed_files) / static_cast<double>(found.sampled);
    return 0;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(failure_samples)

BOOST_AUTO_TEST_CASE(hold_all_failed_files_as_long_as_there_are_few)
{
    failure_sample sample;
    failure_sample::tap tap{sample};
    pass(tap, "a.pdf", "PDF is encrypted", 600);
    tap.commit();
    pass(tap, "b.pdf", "Bucket was not found", 400);
    tap.commit();

    const auto found = sample.find();
    BOOST_TEST(found.is_all);
    BOOST_TEST(found.sampled == 1000U);
    BOOST_TEST_REQUIRE(found.reasons.size() == 2U);
    BOOST_TEST(found.reasons[0].failed_files == 600U);
}

BOOST_AUTO_TEST_CASE(leave_out_what_was_discarded)
{
    failure_sample sample;
    failure_sample::tap tap{sample};
    pass(tap, "a.pdf", "lost", 10);
    tap.discard();
    pass(tap, "b.pdf", "kept", 10);
    tap.commit();
    tap.commit();

    const auto found = sample.find();
    BOOST_TEST(found.sampled == 10U);
    BOOST_TEST(share_of(found, "kept") == 1.0);
}

BOOST_AUTO_TEST_CASE(stay_small_and_near_the_truth_however_much_passes_in_whatever_pieces)
{
    failure_sample sample;
    std::vector<failure_sample::tap> taps(8, failure_sample::tap{sample});
    for (std::size_t job = 0; job < 20'000; ++job) {
        auto& tap = taps[job % taps.size()];
        pass(tap, "a.pdf", "PDF is encrypted", 3);
        pass(tap, "b.pdf", "Bucket was not found", 1 + job % 2);
        tap.commit();
    }
    // The last of 90,000 is as likely to be kept as the first.
    pass(taps[0], "c.pdf", "one huge job", 30'000);
    taps[0].commit();

    const auto found = sample.find();
    BOOST_TEST(!found.is_all);
    BOOST_TEST(found.sampled <= failure_sample::most_kept);
    BOOST_TEST(found.sampled >= failure_sample::most_kept / 4);
    BOOST_TEST(share_of(found, "PDF is encrypted") > 0.4);
    BOOST_TEST(share_of(found, "PDF is encrypted") < 0.6);
    BOOST_TEST(share_of(found, "one huge job") > 0.18);
    BOOST_TEST(share_of(found, "one huge job") < 0.32);
}

BOOST_AUTO_TEST_CASE(keep_the_beginning_and_the_end_of_a_long_error)
{
    failure_sample sample;
    failure_sample::tap tap{sample};
    pass(tap, std::string(100'000, 'd'),
         "Traceback (most recent call last):\n" + std::string(100'000, ' ') + "\nValueError: bad page");
    tap.commit();

    const auto found = sample.find();
    BOOST_TEST_REQUIRE(found.reasons.size() == 1U);
    BOOST_TEST(found.reasons[0].text == "ValueError: bad page");
}

BOOST_AUTO_TEST_SUITE_END()
