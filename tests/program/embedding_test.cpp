#include "program/audited_platform.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

using namespace jobaudit::test;
using jobaudit::emulator::step;

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;

std::string program_named_by(const char* variable)
{
    const char* program = std::getenv(variable);
    BOOST_REQUIRE_MESSAGE(program != nullptr, variable << " must name the program: run the tests through ctest");
    return program;
}

/// A blocking HTTP/1.1 client of the service.
class web_client {
public:
    explicit web_client(std::uint16_t port) { socket_.connect({asio::ip::address_v4::loopback(), port}); }

    http::response<http::string_body> get(const std::string& target)
    {
        http::request<http::empty_body> asked{http::verb::get, target, 11};
        asked.set(http::field::host, "localhost");
        http::write(socket_, asked);
        http::response<http::string_body> answer;
        http::read(socket_, buffer_, answer);
        return answer;
    }

private:
    asio::io_context context_;
    asio::ip::tcp::socket socket_{context_};
    boost::beast::flat_buffer buffer_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(embedding)

BOOST_AUTO_TEST_CASE(a_web_service_answers_by_asking_the_client)
{
    audited_platform known{{.jobs = 3}};
    const auto failing = known.server.job(2);
    audited_platform platform{{.jobs = 3, .script = {.jobs = {{failing, {step{.status = 503}}}}}}};
    process_run service{
        {program_named_by("FAILED_FILES_SERVICE"), platform.server.url(), platform.folder.path("ca.pem"), "0"}};
    BOOST_TEST_REQUIRE(service.wait_until_said("listening on http://127.0.0.1:"));
    const auto said = service.out();
    web_client web{static_cast<std::uint16_t>(std::stoul(said.substr(said.rfind(':') + 1)))};

    for (std::uint64_t i = 0; i < 2; ++i) {
        const auto answer = web.get("/jobs/" + platform.server.job(i).to_string());
        BOOST_TEST(answer.result_int() == 200U);
        const auto files = boost::json::parse(answer.body()).at("failed_files").as_array();
        BOOST_TEST(files.size() == platform.server.truth(platform.server.job(i)).failed_files.size());
    }
    BOOST_TEST(web.get("/jobs/5e0c0000-0000-4000-8000-000000000000").result_int() == 404U);
    BOOST_TEST(web.get("/jobs/x").result_int() == 400U);
    BOOST_TEST(platform.server.stats().connections == 1U);
    BOOST_TEST(web.get("/jobs/" + failing.to_string()).result_int() == 503U);

    service.send(SIGTERM);
    BOOST_TEST(service.wait() == 0);
}

BOOST_AUTO_TEST_CASE(the_example_of_the_readme_fetches_and_audits)
{
    audited_platform platform{{.jobs = 5, .records_per_job = 2}};
    std::vector<std::string> command{program_named_by("FETCH_AND_AUDIT")};
    for (std::uint64_t i = 0; i < 5; ++i)
        command.push_back(platform.server.job(i).to_string());
    process_run example{command,
                        {.environment = {{"UNSTRUCTURED_API_URL", platform.server.url()},
                                         {"SSL_CERT_FILE", platform.folder.path("ca.pem")}}}};

    BOOST_TEST(example.wait() == 0);
    BOOST_TEST(contains(example.out(), command[1] + ": ok, 2 failed files"));
    BOOST_TEST(contains(example.out(), "5 of 5 jobs fetched"));
}

BOOST_AUTO_TEST_SUITE_END()
