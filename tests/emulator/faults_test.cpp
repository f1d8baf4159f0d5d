#include "emulator/reply.hpp"
#include "emulator/wire.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

namespace emulator = jobaudit::emulator;
namespace json = boost::json;
using emulator::emulator_options;
using emulator::fault;
using wire::ending;
using namespace std::chrono_literals;

namespace {

// A server that answers every request for failed files with one step, over TLS or in clear.
class faulty_server {
public:
    explicit faulty_server(emulator::step step, bool tls = true)
        : server_{options(std::move(step), tls)}
        , tls_{tls ? std::make_unique<wire::tls_client>(wire::client_tls{.trusted = server_.certificate_pem()})
                   : nullptr}
    {}
    explicit faulty_server(fault kind, bool tls = true) : faulty_server{emulator::step{.fault = kind}, tls} {}

    [[nodiscard]] wire::connection connect() const { return wire::connection{server_.port(), tls_.get()}; }
    [[nodiscard]] std::string path() const { return wire::failed_files_path(server_.job(0)); }
    [[nodiscard]] const emulator::emulator& server() const { return server_; }

    /// What one request brings until the connection ends.
    [[nodiscard]] std::pair<std::string, ending> all() const
    {
        auto client = connect();
        client.get(path());
        auto bytes = client.receive_all();
        return {std::move(bytes), client.how()};
    }

    [[nodiscard]] wire::response ask() const { return connect().ask(path()); }

private:
    static emulator_options options(emulator::step step, bool tls)
    {
        emulator_options result{.tls = tls, .jobs = 10, .records_per_job = 20};
        result.script.every_job.push_back(std::move(step));
        return result;
    }

    emulator::emulator server_;
    std::unique_ptr<wire::tls_client> tls_;
};

std::size_t announced_length(const std::string& bytes)
{
    const auto at = bytes.find("Content-Length: ");
    BOOST_REQUIRE(at != std::string::npos);
    return std::stoul(bytes.substr(at + 16));
}

std::size_t body_size(const std::string& bytes) { return bytes.size() - (bytes.find("\r\n\r\n") + 4); }

bool has_whole_head(const std::string& bytes) { return bytes.find("\r\n\r\n") != std::string::npos; }

}  // namespace

BOOST_AUTO_TEST_SUITE(faults)

BOOST_AUTO_TEST_CASE(reset_before_head_sends_nothing_but_a_reset)
{
    for (const bool tls : {true, false}) {
        const auto [bytes, how] = faulty_server{fault::reset_before_head, tls}.all();
        BOOST_TEST(bytes.empty());
        BOOST_TEST(how == ending::reset);
    }
}

BOOST_AUTO_TEST_CASE(reset_in_head_cuts_the_head)
{
    const auto [bytes, how] = faulty_server{fault::reset_in_head}.all();
    BOOST_TEST(bytes.starts_with("HTTP/1.1 200"));
    BOOST_TEST(!has_whole_head(bytes));
    BOOST_TEST(how == ending::reset);
}

BOOST_AUTO_TEST_CASE(reset_in_body_cuts_the_body)
{
    const auto [bytes, how] = faulty_server{fault::reset_in_body}.all();
    BOOST_TEST(has_whole_head(bytes));
    BOOST_TEST(body_size(bytes) > 0U);
    BOOST_TEST(body_size(bytes) < announced_length(bytes));
    BOOST_TEST(how == ending::reset);
}

BOOST_AUTO_TEST_CASE(close_before_response_says_goodbye_and_nothing_else)
{
    for (const bool tls : {true, false}) {
        const auto [bytes, how] = faulty_server{fault::close_before_response, tls}.all();
        BOOST_TEST(bytes.empty());
        BOOST_TEST(how == ending::closed);
    }
}

BOOST_AUTO_TEST_CASE(truncated_body_closes_in_order_before_the_length_is_reached)
{
    const auto [bytes, how] = faulty_server{fault::truncated_body}.all();
    BOOST_TEST(body_size(bytes) > 0U);
    BOOST_TEST(body_size(bytes) < announced_length(bytes));
    BOOST_TEST(how == ending::closed);
}

BOOST_AUTO_TEST_CASE(truncated_chunked_closes_before_the_last_chunk)
{
    const auto [bytes, how] = faulty_server{fault::truncated_chunked}.all();
    BOOST_TEST(bytes.find("Transfer-Encoding: chunked") != std::string::npos);
    BOOST_TEST(bytes.find("\r\n0\r\n") == std::string::npos);
    BOOST_TEST(how == ending::closed);
}

BOOST_AUTO_TEST_CASE(eof_without_close_notify_ends_tcp_but_not_tls)
{
    const auto [bytes, how] = faulty_server{fault::eof_without_close_notify}.all();
    BOOST_TEST(body_size(bytes) < announced_length(bytes));
    BOOST_TEST(how == ending::cut);
}

BOOST_AUTO_TEST_CASE(stale_keep_alive_closes_a_reused_connection_and_answers_on_a_fresh_one)
{
    const faulty_server server{fault::stale_keep_alive};
    auto client = server.connect();

    BOOST_TEST(client.ask(server.path()).status == 200);
    client.get(server.path());
    BOOST_TEST(client.receive_all().empty());
    BOOST_TEST(client.how() == ending::closed);
    BOOST_TEST(server.ask().status == 200);
}

BOOST_AUTO_TEST_CASE(spoiled_bodies_keep_status_and_framing)
{
    for (const auto kind :
         {fault::empty_body, fault::detail_body, fault::cut_json, fault::invalid_utf8, fault::corrupted_gzip}) {
        BOOST_TEST_CONTEXT(kind)
        {
            const faulty_server server{kind};
            auto client = server.connect();
            const auto answer = client.ask(server.path());
            boost::system::error_code malformed;
            const auto body = json::parse(answer.body, malformed);
            BOOST_TEST(answer.status == 200);
            BOOST_TEST((malformed || !body.as_object().contains("failed_files")));
            BOOST_TEST((std::string_view{answer.fields["Content-Encoding"]} == "gzip") ==
                       (kind == fault::corrupted_gzip));
            BOOST_TEST(client.ask("/__jobs").status == 200);
        }
    }
}

BOOST_AUTO_TEST_CASE(garbage_is_no_http)
{
    const auto [bytes, how] = faulty_server{fault::garbage}.all();
    BOOST_TEST(!bytes.empty());
    BOOST_TEST(!bytes.starts_with("HTTP"));
    BOOST_TEST(how == ending::closed);
}

BOOST_AUTO_TEST_CASE(length_and_chunked_come_in_one_head)
{
    const faulty_server server{{.headers = {{"Connection", "close"}}, .fault = fault::length_and_chunked}};
    auto client = server.connect();
    client.set_patience(200);
    client.get(server.path());
    const auto bytes = client.receive_all();

    BOOST_TEST(bytes.find("Content-Length: ") != std::string::npos);
    BOOST_TEST(bytes.find("Transfer-Encoding: chunked") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(wrong_content_length_leaves_the_rest_on_the_connection)
{
    const faulty_server server{fault::wrong_content_length};
    auto client = server.connect();
    const auto answer = client.ask(server.path());

    BOOST_TEST(answer.status == 200);
    BOOST_TEST(!client.rest().empty());
    BOOST_TEST(json::parse(answer.body + client.rest()).at("failed_files").as_array().size() == 20U);
}

BOOST_AUTO_TEST_CASE(oversized_head_is_a_mebibyte_long)
{
    const faulty_server server{{.framing = emulator::framing::close, .fault = fault::oversized_head}};
    const auto [bytes, how] = server.all();
    BOOST_TEST(bytes.find("\r\n\r\n") > 1024U * 1024U);
    BOOST_TEST(body_size(bytes) > 0U);
    BOOST_TEST(how == ending::closed);
}

BOOST_AUTO_TEST_CASE(huge_chunk_extension_makes_a_chunk_line_of_a_mebibyte)
{
    const auto answer = faulty_server{fault::huge_chunk_extension}.connect();
    const faulty_server server{fault::huge_chunk_extension};
    auto client = server.connect();
    client.set_patience(500);
    client.get(server.path());
    const auto bytes = client.receive_all();

    BOOST_TEST(bytes.find(";padding=xxx") != std::string::npos);
    BOOST_TEST(bytes.size() > 1024U * 1024U);
    BOOST_TEST(bytes.ends_with("\r\n\r\n"));
}

BOOST_AUTO_TEST_CASE(interim_responses_come_before_the_right_answer)
{
    const auto first = faulty_server{fault::continue_first}.ask();
    BOOST_TEST((first.interim == std::vector<int>{100}));
    BOOST_TEST(first.status == 200);

    const auto hints = faulty_server{fault::early_hints}.ask();
    BOOST_TEST((hints.interim == std::vector<int>{103}));
    BOOST_TEST(hints.status == 200);
}

BOOST_AUTO_TEST_CASE(slow_answers_are_right_in_the_end)
{
    for (const auto kind : {fault::slow_head, fault::dribble}) {
        const faulty_server server{{.fault = kind, .duration = 20ms}};
        auto client = server.connect();
        BOOST_TEST(json::parse(client.ask(server.path()).body).at("failed_files").as_array().size() == 20U);
        BOOST_TEST(client.ask(server.path()).status == 200);
    }
}

BOOST_AUTO_TEST_CASE(close_after_response_announces_it_and_does_it)
{
    const faulty_server server{fault::close_after_response};
    auto client = server.connect();
    const auto answer = client.ask(server.path());

    BOOST_TEST(answer.status == 200);
    BOOST_TEST(std::string_view{answer.fields["Connection"]} == "close");
    BOOST_TEST(client.receive_all().empty());
    BOOST_TEST(client.how() == ending::closed);
}

BOOST_AUTO_TEST_CASE(unsolicited_bytes_follow_a_right_answer)
{
    const faulty_server server{fault::unsolicited_bytes};
    auto client = server.connect();

    BOOST_TEST(client.ask(server.path()).status == 200);
    BOOST_TEST(client.receive_all().starts_with("HTTP/1.1 408"));
}

BOOST_AUTO_TEST_CASE(stall_answers_after_its_time_or_never)
{
    BOOST_TEST((faulty_server{{.fault = fault::stall, .duration = 10ms}}.ask().status == 200));

    const faulty_server server{fault::stall};
    auto client = server.connect();
    client.set_patience(100);
    client.get(server.path());
    BOOST_TEST(client.receive_all().empty());
    BOOST_TEST(client.how() == ending::silent);
}

BOOST_AUTO_TEST_CASE(redirect_leads_into_clear_text)
{
    const faulty_server server{fault::redirect};
    const auto answer = server.ask();
    BOOST_TEST(answer.status == 307);
    BOOST_TEST(std::string_view{answer.fields["Location"]} == "http://localhost" + server.path());
}

BOOST_AUTO_TEST_CASE(statuses_bring_the_bodies_they_usually_have)
{
    BOOST_TEST((faulty_server{emulator::step{.status = 503}}.ask().body == "no healthy upstream"));
    BOOST_TEST(
        (faulty_server{emulator::step{.status = 502}}.ask().body.find("<center>nginx</center>") != std::string::npos));
    const auto refused = faulty_server{{.status = 429, .body = "later", .retry_after = "7"}}.ask();
    BOOST_TEST(refused.status == 429);
    BOOST_TEST(refused.body == "later");
    BOOST_TEST(std::string_view{refused.fields["Retry-After"]} == "7");
}

BOOST_AUTO_TEST_CASE(a_date_in_retry_after_has_the_form_of_rfc_9110)
{
    const auto date = emulator::http_date(std::chrono::system_clock::time_point{784111777s});
    BOOST_TEST(date == "Sun, 06 Nov 1994 08:49:37 GMT");

    const auto refused = faulty_server{{.status = 429, .retry_after_date = 5}}.ask();
    BOOST_TEST(std::string_view{refused.fields["Retry-After"]}.ends_with(" GMT"));
}

BOOST_AUTO_TEST_CASE(raw_bytes_go_out_as_they_are)
{
    const std::string raw{"HTTP/1.1 299 Odd\r\nA: \0\x01\r\n\r\n", 28};
    const faulty_server server{emulator::step{.raw = raw}};
    const auto [bytes, how] = server.all();

    BOOST_TEST(bytes == raw);
    BOOST_TEST(how == ending::closed);
    BOOST_TEST(server.server().stats().responses.at(299) == 1U);
}

BOOST_AUTO_TEST_CASE(a_generated_body_has_as_many_records_as_asked_for)
{
    const auto answer = faulty_server{emulator::step{.records = 30'000}}.ask();
    BOOST_TEST(json::parse(answer.body).at("failed_files").as_array().size() == 30'000U);
}

BOOST_AUTO_TEST_CASE(a_generated_body_can_break_in_its_middle)
{
    const faulty_server server{{.records = 30'000, .fault = fault::truncated_chunked}};
    const auto [bytes, how] = server.all();
    BOOST_TEST(bytes.size() > 100'000U);
    BOOST_TEST(bytes.find("\r\n0\r\n") == std::string::npos);
    BOOST_TEST(how == ending::closed);
}

BOOST_AUTO_TEST_CASE(an_old_client_gets_a_body_that_ends_with_the_connection)
{
    const faulty_server server{fault::none};
    auto client = server.connect();
    client.send("GET " + server.path() + " HTTP/1.0\r\nunstructured-api-key: k\r\n\r\n");
    const auto bytes = client.receive_all();

    BOOST_TEST(bytes.starts_with("HTTP/1.0 200"));
    BOOST_TEST(bytes.find("Content-Length") == std::string::npos);
    BOOST_TEST(client.how() == ending::closed);
}

BOOST_AUTO_TEST_CASE(statistics_count_what_was_answered_and_what_was_not)
{
    emulator_options options{.tls = false, .jobs = 1};
    options.script = emulator::parse_script(R"({"*": ["503", "close_before_response", "ok"]})");
    const emulator::emulator server{options};
    for (int i = 0; i < 3; ++i) {
        wire::connection client{server.port()};
        client.get(wire::failed_files_path(server.job(0)), "unstructured-api-key: k\r\nConnection: close\r\n");
        (void)client.receive_all();
    }
    const auto stats = server.stats();

    BOOST_TEST(stats.requests == 3U);
    BOOST_TEST(stats.connections == 3U);
    BOOST_TEST((stats.responses == std::map<int, std::uint64_t>{{0, 1}, {200, 1}, {503, 1}}));
    BOOST_TEST(stats.max_requests_of_a_job == 3U);
}

BOOST_AUTO_TEST_SUITE_END()
