#include "program/audited_platform.hpp"
#include "program/echoed_secret.hpp"
#include "program/plain_server.hpp"

#include "emulator/tls_server_context.hpp"
#include "emulator/transport.hpp"

#include <boost/asio/write.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <sstream>

#include <sys/stat.h>

using namespace jobaudit::test;

namespace {

const std::string key = "Sk-7f3A9c21/e84B5d60+917cA2fE38b4=Qz";
const std::string password = "Pw/93bC47dE+aa01fF66=8c5b9d4e7Yx1234";

asio::awaitable<bool> takes_a_request(jobaudit::emulator::transport& from)
{
    std::string received;
    std::array<char, 4096> part{};
    while (!contains(received, "\r\n\r\n")) {
        const auto got = co_await from.read_some(part);
        if (got == 0)
            co_return false;
        received.append(part.data(), got);
    }
    co_return true;
}

/// A server, in TLS, that gives one of these answers after the other.
class replaying_server {
public:
    explicit replaying_server(std::vector<std::string> replies) : replies_{std::move(replies)} {}

    [[nodiscard]] std::string url() const { return "https" + server_.url().substr(4); }
    [[nodiscard]] std::string certificate() const { return own_.certificate_pem; }
    [[nodiscard]] std::size_t answered() const { return answered_; }

private:
    asio::awaitable<void> serve(tcp::socket socket)
    {
        jobaudit::emulator::transport peer{std::move(socket), context_.get()};
        bool goes_on = co_await peer.handshake();
        while (goes_on) {
            goes_on = co_await takes_a_request(peer);
            if (goes_on)
                goes_on = co_await peer.write(replies_[answered_++ % replies_.size()]);
        }
    }

    const std::vector<std::string> replies_;
    std::atomic<std::size_t> answered_{0};
    const jobaudit::emulator::certificate own_ = jobaudit::emulator::make_certificate();
    const jobaudit::emulator::tls_server_context context_ = jobaudit::emulator::make_tls_server_context(own_, "");
    const plain_server server_{[this](tcp::socket socket) { return serve(std::move(socket)); }};
};

std::string content_of(const std::filesystem::path& path)
{
    std::ifstream file{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
}

/// Looks for a secret in what a run leaves behind, and counts where it looked.
class secret_search {
public:
    explicit secret_search(std::string secret) : secret_{std::move(secret)} {}

    void look_at(const std::string& text)
    {
        bytes_ += text.size();
        const bool is_found = gives_away(text, secret_);
        found_ += is_found ? 1 : 0;
        BOOST_TEST(!is_found, text);
    }
    void look_at(const process_run& run)
    {
        look_at(run.out());
        look_at(run.error_out());
    }
    void look_into(const scratch_folder& folder)
    {
        for (const auto& entry : std::filesystem::recursive_directory_iterator{folder.path("")})
            if (entry.is_regular_file()) {
                ++files_;
                look_at(content_of(entry.path()));
            }
    }

    void tell(std::string_view name, std::size_t echoes) const
    {
        std::cout << name << ", echoed " << echoes << " times: more than 8 of its " << secret_.size()
                  << " characters stand in " << found_ << " texts, in " << bytes_ << " bytes of stdout, stderr, "
                  << files_ << " files and the command line" << std::endl;
    }

private:
    const std::string secret_;
    std::size_t bytes_ = 0;
    std::size_t files_ = 0;
    std::size_t found_ = 0;
};

/// What the program is told to do with such a server.
struct echoed_key {
    explicit echoed_key(std::vector<std::string> replies) : jobs{replies.size()}, server{std::move(replies)}
    {
        inputs.write("ca.pem", server.certificate());
        inputs.write("jobs.txt", job_lines(jobs));
        inputs.write("settings.ini", "attempts = 1\nlog-level = debug\n");
        inputs.write(".env", "UNSTRUCTURED_API_KEY=\"" + key + "\"\n");
    }

    [[nodiscard]] std::vector<std::string> command(std::string name, const std::vector<std::string>& further) const
    {
        std::vector<std::string> arguments{std::move(name),
                                           "--url",
                                           server.url(),
                                           "--ca-file",
                                           inputs.path("ca.pem"),
                                           "--config",
                                           inputs.path("settings.ini")};
        arguments.insert(arguments.end(), further.begin(), further.end());
        return jobaudit::test::jobaudit(arguments);
    }
    [[nodiscard]] std::vector<std::string> audit(const std::vector<std::string>& further) const
    {
        std::vector<std::string> arguments{
            "--jobs",         inputs.path("jobs.txt"), "-o", outputs.path("out"), "--concurrency", "1",
            "--summary-json", outputs.path("summary")};
        arguments.insert(arguments.end(), further.begin(), further.end());
        return command("audit", arguments);
    }

    std::size_t jobs;
    replaying_server server;
    const scratch_folder inputs;
    const scratch_folder outputs;
};

const start_options with_key{.environment = {{"UNSTRUCTURED_API_KEY", key}}};

}  // namespace

BOOST_AUTO_TEST_SUITE(secrets)

BOOST_AUTO_TEST_CASE(stand_nowhere_though_the_server_repeats_them)
{
    BOOST_TEST(key.size() == 36U);
    const echoed_key echo{echoed_secret{key}.replies()};
    secret_search search{key};
    process_run audit{echo.audit({}), with_key};
    audit.wait_until([&] { return echo.server.answered() > 0; });
    const auto command_line = content_of("/proc/" + std::to_string(audit.pid()) + "/cmdline");
    BOOST_TEST(contains(command_line, "--jobs"));
    search.look_at(command_line);
    BOOST_TEST(audit.wait() == 6, audit.error_out());
    BOOST_TEST(echo.server.answered() >= echo.jobs);
    BOOST_TEST(contains(echo.outputs.read("out"), "[the API key]"));
    search.look_at(audit);

    process_run resumed{echo.audit({"--resume", "--auth", "bearer", "--api-key-file", echo.inputs.path(".env")}),
                        {.environment = {{"UNSTRUCTURED_API_KEY", ""}}}};
    BOOST_TEST(resumed.wait() == 6, resumed.error_out());
    search.look_at(resumed);

    for (const char* form : {"--json", "--log-level=info"}) {
        std::vector<std::string> arguments{form};
        std::istringstream jobs{echo.inputs.read("jobs.txt")};
        std::copy(std::istream_iterator<std::string>{jobs}, {}, std::back_inserter(arguments));
        process_run fetch{echo.command("fetch", arguments), with_key};
        BOOST_TEST(fetch.wait() == 6, fetch.error_out());
        search.look_at(fetch);
    }
    search.look_into(echo.outputs);
    search.tell("the key", echo.server.answered());
}

BOOST_AUTO_TEST_CASE(stand_nowhere_though_a_refusal_that_ends_all_repeats_them)
{
    secret_search search{key};
    const auto refusals = echoed_secret{key}.last_words();
    for (const auto& each : refusals) {
        const echoed_key echo{{each}};
        process_run audit{echo.audit({}), with_key};
        BOOST_TEST(audit.wait() == 3, audit.error_out());
        search.look_at(audit);
        search.look_into(echo.outputs);
    }
    search.tell("the key", refusals.size());
}

BOOST_AUTO_TEST_CASE(stand_nowhere_though_the_list_of_jobs_repeats_them)
{
    std::string list;
    for (const auto& spelt : encodings_of(key))
        for (const auto* field : {"workflow_id", "workflow_name", "status", "created_at", "runtime"}) {
            char id[40];
            std::snprintf(id, sizeof id, "5e0c0000-0000-4000-8000-%012zx", list.size());
            list += (list.empty() ? '[' : ',');
            list += std::string{R"({"id":")"} + id + R"(",")" + field + R"(":"x)" + spelt + R"("})";
        }
    list += ']';
    const auto reply = [](const std::string& body) {
        return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
               "\r\n\r\n" + body;
    };
    secret_search search{key};
    for (const std::vector<std::string>& form : {std::vector<std::string>{}, {"--json"}}) {
        const echoed_key echo{{reply(list)}};
        process_run jobs{echo.command("jobs", form), with_key};
        BOOST_TEST(jobs.wait() == 0, jobs.error_out());
        BOOST_TEST(contains(jobs.out(), "[the API key]"), jobs.out());
        search.look_at(jobs);
    }
    for (const char* name : {"out.ndjson", "out.csv", "out.db"}) {
        std::vector<std::string> replies(encodings_of(key).size() * 5, reply(R"({"failed_files":[]})"));
        replies.insert(replies.begin(), reply(list));
        const echoed_key echo{replies};
        process_run audit{echo.command("audit", {"--all", "--concurrency", "1", "-o", echo.outputs.path(name),
                                                 "--summary-json", echo.outputs.path("summary")}),
                          with_key};
        BOOST_TEST(audit.wait() == 0, audit.error_out());
        search.look_at(audit);
        search.look_into(echo.outputs);
    }
    search.tell("the key", encodings_of(key).size() * 5);
}

BOOST_AUTO_TEST_CASE(of_the_proxy_stand_nowhere_though_it_repeats_them)
{
    const auto login = jobaudit::net::base64("somebody:" + password);
    std::vector<std::string> answers;
    for (const auto& secret : {password, login, "Basic " + login}) {
        // The login is in base64 already.
        for (const auto& spelt : secret == password ? encodings_of(secret) : spellings_of(secret))
            for (const char* status : {"403 No ", "407 No ", "502 No ", "503 No ", "999 No "})
                answers.push_back("HTTP/1.1 " + (status + spelt) + "\r\nVia: " + secret +
                                  "\r\nContent-Length: " + std::to_string(spelt.size()) + "\r\n\r\n" + spelt);
        answers.push_back(secret + "\r\n\r\n");
        answers.push_back("HTTP/1.1 200 OK\r\n\r\n" + secret + "\r\n\r\n");
        answers.push_back("HTTP/1.1 502 " + std::string(90, 'x') + ' ' + secret + "\r\n\r\n");
    }
    std::atomic<std::size_t> answered{0};
    const plain_server proxy{[&](tcp::socket socket) -> asio::awaitable<void> {
        std::string received;
        const auto head = co_await next_head(socket, received);
        if (!head.empty())
            (void)co_await asio::async_write(socket, asio::buffer(answers[answered++ % answers.size()]), as_values);
    }};
    auto address = proxy.url();
    address.insert(address.find("//") + 2, "somebody:" + std::string{password}.replace(2, 1, "%2F") + '@');

    const scratch_folder outputs;
    secret_search search{password};
    secret_search search_for_login{login};
    while (answered < answers.size()) {
        process_run audit{
            jobaudit::test::jobaudit({"audit", "--url", "https://platform.invalid", "--attempts", "1", "--log-level",
                                      "debug", "--overwrite", "-o", outputs.path("out"), "--summary-json",
                                      outputs.path("summary"), "5e0c0000-0000-4000-8000-000000000000"}),
            {.environment = {{"UNSTRUCTURED_API_KEY", key}, {"HTTPS_PROXY", address}}}};
        BOOST_TEST(audit.wait() != 0, audit.error_out());
        for (auto* each : {&search, &search_for_login}) {
            each->look_at(audit);
            each->look_into(outputs);
        }
    }
    search.tell("the proxy's password", answered);
}

BOOST_AUTO_TEST_CASE(are_not_repeated_where_they_stand_in_the_place_of_something_else)
{
    const scratch_folder folder;
    folder.write("bad.ini", key + "\n");
    folder.write("worse.ini", "api-key-file = " + key + " = x\n[" + key + "]\n");
    const std::string id = "5e0c0000-0000-4000-8000-000000000000";
    const std::string spoken = "0123456789abcdefghijklmnopqrstuvwxyz";
    const std::string token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl/x";
    for (const auto& arguments : std::vector<std::vector<std::string>>{
             {"audit", id, "--auth", key},
             {"audit", id, "--api-key-file", spoken},
             {"fetch", id, "--api-key-file", spoken},
             {"audit", id, "--api-key-file", token},
             {"audit", id, "--config", folder.path("bad.ini")},
             {"audit", id, "--config", folder.path("worse.ini")},
             {"audit", id, "--proxy", "http://user:" + key + "@:1"},
         }) {
        process_run misused{jobaudit::test::jobaudit(arguments)};
        BOOST_TEST(misused.wait() == 2);
        BOOST_TEST(!gives_away(misused.error_out(), key), misused.error_out());
        for (const auto& given : {spoken, token})
            BOOST_TEST(!contains(misused.error_out(), given.substr(0, 9)), misused.error_out());
    }
}

BOOST_AUTO_TEST_CASE(of_the_environment_are_repeated_by_no_message_on_misuse)
{
    const scratch_folder folder;
    const auto settings = folder.write("settings.ini", "timeout = " + key + "\n");
    const auto no_jobs = folder.write("jobs.txt", "UNSTRUCTURED_API_KEY=" + key + "\n");
    const std::string id = "5e0c0000-0000-4000-8000-000000000000";
    for (const auto& arguments : std::vector<std::vector<std::string>>{{key},
                                                                       {"help", key},
                                                                       {"--" + key},
                                                                       {"audit", id, "--" + key},
                                                                       {"audit", id, "--rate", key},
                                                                       {"audit", id, "--timeout", key},
                                                                       {"audit", id, "--config", key},
                                                                       {"audit", id, "--config", settings},
                                                                       {"audit", "--jobs", no_jobs},
                                                                       {"audit", "--jobs", key},
                                                                       {"audit", id, "--api-key-file", key},
                                                                       {"report", key},
                                                                       {"jobs", "--since", key}}) {
        process_run misused{jobaudit::test::jobaudit(arguments), with_key};
        BOOST_TEST(misused.wait() == 2, misused.error_out());
        BOOST_TEST(!gives_away(misused.error_out(), key), misused.error_out());
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
