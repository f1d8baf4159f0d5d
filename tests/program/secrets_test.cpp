#include "program/audited_platform.hpp"
#include "program/plain_server.hpp"

#include <boost/asio/write.hpp>

#include <algorithm>
#include <atomic>
#include <cctype>
#include <cstdio>
#include <fstream>
#include <iterator>

#include <sys/stat.h>

using namespace jobaudit::test;

namespace {

const std::string key = "Sk-7f3A9c21/e84B5d60+917cA2fE38b4=Qz";

std::string each_as(std::string_view text, const char* format)
{
    std::string all;
    for (const char c : text) {
        char spelt[16];
        std::snprintf(spelt, sizeof spelt, format, static_cast<unsigned>(c));
        all += spelt;
    }
    return all;
}

std::string in_case(std::string text, int (*to)(int))
{
    std::ranges::transform(text, text.begin(), [to](unsigned char c) { return static_cast<char>(to(c)); });
    return text;
}

std::string with_escaped_slash(const std::string& text)
{
    auto escaped = text;
    escaped.insert(escaped.find('/'), "\\");
    return escaped;
}

/// The spellings in which an answer may repeat the key, each within JSON.
std::vector<std::string> spellings()
{
    return {key,
            in_case(key, std::tolower),
            in_case(key, std::toupper),
            with_escaped_slash(key),
            each_as(key, "\\u%04x"),
            each_as(key, "\\u%04X"),
            each_as(key, "%%%02x"),
            each_as(key, "&#%u;"),
            each_as(key, "\\\\u%04x")};
}

/// Bodies that hold the key where its text ends up in an outcome, near the places at which texts are cut.
std::vector<std::string> replies()
{
    std::vector<std::string> all;
    const auto add = [&all](const std::string& status, const std::string& type, const std::string& body) {
        all.push_back("HTTP/1.1 " + status + "\r\nContent-Type: " + type +
                      "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
    };
    for (const auto& spelt : spellings()) {
        add("422 Unprocessable Entity", "application/json",
            R"({"detail":[{"loc":["header",")" + spelt + R"("],"msg":"not )" + spelt + R"(","type":")" + spelt +
                R"("}]})");
        add("422 Unprocessable Entity", "application/json", R"({"detail":"no key )" + spelt + R"( here"})");
        add("403 Forbidden", "application/json", R"({"detail":")" + std::string(480, 'x') + ' ' + spelt + R"("})");
        add("500 Oops " + key, "text/html", "<p>" + std::string(270, 'x') + ' ' + spelt);
        add("200 OK", "application/json", R"({"wrong":")" + spelt + R"("})");
        add("404 Not Found", "application/json", R"({"detail":{"key":")" + spelt + R"("}})");
    }
    all.push_back("HTTP/1.1 302 Found\r\nLocation: https://" + key + "@elsewhere.example/" + key +
                  "\r\nContent-Length: 0\r\n\r\n");
    return all;
}

class echo_of_the_key {
public:
    asio::awaitable<void> serve(tcp::socket socket)
    {
        std::string received;
        while (!(co_await next_head(socket, received)).empty()) {
            const auto& reply = replies_[next_++ % replies_.size()];
            (void)co_await asio::async_write(socket, asio::buffer(reply), as_values);
        }
    }

    [[nodiscard]] std::size_t count() const noexcept { return replies_.size(); }

private:
    const std::vector<std::string> replies_ = replies();
    std::atomic<std::size_t> next_{0};
};

/// Whether a text holds more than eight letters of the key's beginning, in any case.
bool gives_it_away(const std::string& text)
{
    return contains(in_case(text, std::tolower), in_case(key.substr(0, 9), std::tolower));
}

std::string content_of(const std::string& path)
{
    std::ifstream file{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(secrets)

BOOST_AUTO_TEST_CASE(stand_nowhere_though_the_server_repeats_them)
{
    echo_of_the_key echo;
    const plain_server server{[&echo](tcp::socket socket) { return echo.serve(std::move(socket)); }};
    const scratch_folder folder;
    folder.write("jobs.txt", job_lines(static_cast<unsigned>(echo.count())));
    process_run audit{jobaudit::test::jobaudit({"audit", "--url", server.url(), "--jobs", folder.path("jobs.txt"), "-o",
                                                folder.path("out"), "--attempts", "1", "--concurrency", "1",
                                                "--summary-json", folder.path("summary"), "--log-level", "debug"}),
                      {.environment = {{"UNSTRUCTURED_API_KEY", key}}}};
    audit.wait_until_said("requests");
    const auto command_line = content_of("/proc/" + std::to_string(audit.pid()) + "/cmdline");

    BOOST_TEST(audit.wait() == 6, audit.error_out());
    BOOST_TEST(lines_of(folder.read("out")).size() == echo.count());
    BOOST_TEST(contains(folder.read("out"), "[the API key]"));
    for (const auto& text : {audit.out(), audit.error_out(), folder.read("out"), folder.read("out.sums"),
                             folder.read("summary"), command_line})
        BOOST_TEST(!gives_it_away(text), text);

    for (std::size_t i = 0; i < echo.count(); ++i) {
        process_run fetch{jobaudit::test::jobaudit({"fetch", "--url", server.url(), "--attempts", "1", "--log-level",
                                                    "debug", "5e0c0000-0000-4000-8000-000000000000"}),
                          {.environment = {{"UNSTRUCTURED_API_KEY", key}}}};
        (void)fetch.wait();
        BOOST_TEST(!gives_it_away(fetch.out() + fetch.error_out()), fetch.out());
    }
}

BOOST_AUTO_TEST_CASE(are_not_repeated_where_they_stand_in_the_place_of_something_else)
{
    const scratch_folder folder;
    folder.write("bad.ini", key + "\n");
    folder.write("worse.ini", "api-key-file = " + key + " = x\n[" + key + "]\n");
    const std::string id = "5e0c0000-0000-4000-8000-000000000000";
    const std::string spoken = "0123456789abcdefghijklmnopqrstuvwxyz";
    for (const auto& arguments : std::vector<std::vector<std::string>>{
             {"audit", id, "--auth", key},
             {"audit", id, "--api-key-file", spoken},
             {"fetch", id, "--api-key-file", spoken},
             {"audit", id, "--config", folder.path("bad.ini")},
             {"audit", id, "--config", folder.path("worse.ini")},
             {"audit", id, "--proxy", "http://user:" + key + "@:1"},
         }) {
        process_run misused{jobaudit::test::jobaudit(arguments)};
        BOOST_TEST(misused.wait() == 2);
        BOOST_TEST(!gives_it_away(misused.error_out()), misused.error_out());
        BOOST_TEST(!contains(misused.error_out(), spoken.substr(0, 9)), misused.error_out());
    }
}

BOOST_AUTO_TEST_CASE(in_a_file_that_all_may_read_are_warned_about)
{
    audited_platform platform{{.jobs = 1, .api_key = key}};
    platform.folder.write("key", key);
    for (const mode_t mode : {0600U, 0644U}) {
        BOOST_REQUIRE(::chmod(platform.folder.path("key").c_str(), mode) == 0);
        process_run audit{
            platform.audit({"--jobs", platform.jobs_file(), "--api-key-file", platform.folder.path("key")})};
        BOOST_TEST(audit.wait() == 0);
        BOOST_TEST(contains(audit.error_out(), "chmod 600") == (mode == 0644U), audit.error_out());
    }
}

BOOST_AUTO_TEST_CASE(leave_for_no_proxy_in_clear_unless_that_is_allowed)
{
    const plain_server server{[](tcp::socket socket) -> asio::awaitable<void> {
        std::string received;
        (void)co_await next_head(socket, received);
    }};
    const std::string id = "5e0c0000-0000-4000-8000-000000000000";
    process_run refused{
        jobaudit::test::jobaudit({"audit", id, "--url", server.url(), "--proxy", "http://proxy.invalid:3128"})};
    BOOST_TEST(refused.wait() == 2);
    BOOST_TEST(contains(refused.error_out(), "--proxy"), refused.error_out());
    BOOST_TEST(contains(refused.error_out(), "--allow-plain-http"), refused.error_out());
    BOOST_TEST(server.connections() == 0U);

    process_run misread{jobaudit::test::jobaudit(
        {"audit", id, "--url", "https://127.0.0.1:1", "--proxy", "http://127.0.0.1:9/pw@host:1"})};
    BOOST_TEST(misread.wait() == 2);
    BOOST_TEST(!contains(misread.error_out(), "pw"), misread.error_out());
}

BOOST_AUTO_TEST_SUITE_END()
