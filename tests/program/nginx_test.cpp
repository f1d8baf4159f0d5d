#include "program/nginx_server.hpp"

#include "program/large_batch.hpp"

using namespace jobaudit::test;

namespace {

constexpr auto many = large_batch::jobs;

struct nginx_audit : large_batch {
    nginx_server nginx;

    [[nodiscard]] std::vector<std::string> command(const std::vector<std::string>& further) const
    {
        return audit_of(nginx.url(), further);
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(nginx)

BOOST_FIXTURE_TEST_CASE(is_audited_over_verified_tls, nginx_audit)
{
    process_run audit{command({"--ca-file", nginx.ca_file(), "-o", folder.path("results.ndjson")})};

    BOOST_TEST(audit.wait() == 0);
    check_that_all_is_right(nginx_server::document_of);
    BOOST_TEST(audit.out().empty());
    BOOST_TEST(contains(audit.error_out(), "20,000"));
}

BOOST_FIXTURE_TEST_CASE(is_sent_no_request_while_its_certificate_does_not_verify, nginx_audit)
{
    process_run audit{command({"-o", folder.path("results.ndjson"), "--summary-json", folder.path("summary.json")})};

    BOOST_TEST(audit.wait() == 3);
    BOOST_TEST(contains(audit.error_out(), "self-signed certificate"));
    BOOST_TEST(contains(audit.error_out(), "--ca-file"));
    BOOST_TEST(nginx.requests() == 0U);
    const auto summary = summary_of(folder.read("summary.json"));
    BOOST_TEST(summary.at("requests").to_number<int>() == 0);
    BOOST_TEST(summary.at("jobs").to_number<std::size_t>() == many);
}

BOOST_FIXTURE_TEST_CASE(may_be_away_for_fifteen_seconds_in_the_middle, nginx_audit)
{
    process_run audit{command({"--ca-file", nginx.ca_file(), "-o", folder.path("results.ndjson"), "--rate", "4000",
                               "--log-level", "debug", "--summary-json", folder.path("summary.json")})};
    BOOST_TEST_REQUIRE(audit.wait_until([this] { return nginx.requests() > many / 4; }));
    nginx.stop();
    BOOST_TEST_REQUIRE(audit.wait_until([outage_ends = std::chrono::steady_clock::now() + std::chrono::seconds{15}] {
        return std::chrono::steady_clock::now() > outage_ends;
    }));
    nginx.start();

    BOOST_TEST(audit.wait() == 0);
    check_that_all_is_right(nginx_server::document_of);
    const auto said = audit.error_out();
    std::size_t refused = 0;
    for (auto at = said.find("Connection refused"); at != std::string::npos;
         at = said.find("Connection refused", at + 1))
        ++refused;
    BOOST_TEST(refused > 0U);
    BOOST_TEST(refused < 120U);
    const auto summary = summary_of(folder.read("summary.json"));
    BOOST_TEST(summary.at("waited_for_server_s").to_number<double>() > 10);
}

BOOST_AUTO_TEST_SUITE_END()
