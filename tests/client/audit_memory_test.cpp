#include "client/batch_checks.hpp"
#include "client/live_client.hpp"

#include <algorithm>
#include <memory>

namespace {

using namespace jobaudit;
using namespace jobaudit::test;

constexpr std::size_t mebibyte = 1024 * 1024;

/// Keeps the records of each job until it is committed, and tells how much all held at most. For one thread.
class hoarding_sink final : public streaming_sink {
public:
    std::unique_ptr<job_writer> make_writer() override { return std::make_unique<writer>(*this); }

    [[nodiscard]] std::size_t most_held() const { return most_held_; }
    [[nodiscard]] std::size_t committed() const { return committed_; }

private:
    class writer final : public job_writer {
    public:
        explicit writer(hoarding_sink& sink) : sink_{sink} {}

        void begin(const job_id&) override {}

        void append(std::span<const failed_file_view> records) override
        {
            for (const auto& each : records)
                add(each.document.size() + each.error.size());
        }

        void commit(outcome&&) override
        {
            ++sink_.committed_;
            discard();
        }

        void discard() override
        {
            sink_.held_ -= held_;
            held_ = 0;
        }

        [[nodiscard]] std::size_t held() const noexcept override { return held_; }

    private:
        void add(std::size_t bytes)
        {
            held_ += bytes;
            sink_.held_ += bytes;
            sink_.most_held_ = std::max(sink_.most_held_, sink_.held_);
        }

        hoarding_sink& sink_;
        std::size_t held_ = 0;
    };

    std::size_t held_ = 0;
    std::size_t most_held_ = 0;
    std::size_t committed_ = 0;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(audit_memory)

BOOST_AUTO_TEST_CASE(holds_answers_back_while_all_hold_too_much)
{
    const std::size_t of_a_job = 4 * mebibyte;
    live_client at{scripted({{.records = 40'000}}, {.jobs = 24}), {.max_memory = 2 * mebibyte}};
    hoarding_sink sink;
    const auto [error, totals] = at.audit_into(sink, at.jobs(), brisk_audit(24));

    BOOST_TEST(!error);
    BOOST_TEST(totals.count(outcome_kind::ok) == 24U);
    BOOST_TEST(totals.requests == 24U);
    BOOST_TEST(sink.committed() == 24U);
    // One answer, a quarter of the memory, and what each may hold freely.
    BOOST_TEST(sink.most_held() < of_a_job + mebibyte + 24 * 256 * 1024);
}

BOOST_AUTO_TEST_CASE(reads_strings_that_are_longer_than_its_memory)
{
    const std::string text(6 * mebibyte, 'x');
    const std::string body = R"({"failed_files":[{"document":")" + text + R"(","error":")" + text + R"("}]})";
    const auto head = "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n";
    live_client at{scripted({{.raw = head + body, .keep_open = true}}, {.jobs = 8}), {.max_memory = mebibyte}};
    const auto result = at.audit(at.jobs(), brisk_audit(8));

    BOOST_TEST(!result.error);
    BOOST_TEST(result.totals.requests == 8U);
    for (const auto& each : result.outcomes) {
        BOOST_TEST_REQUIRE(each.failed_files.size() == 1U);
        BOOST_TEST((each.failed_files.front().document == text && each.failed_files.front().error == text));
    }
}

BOOST_AUTO_TEST_CASE(lets_others_go_on_when_one_that_was_read_is_canceled)
{
    live_client at{scripted({{.records = 40'000}}, {.jobs = 24}), {.max_memory = mebibyte}};
    operation_probe<summary> canceled;
    operation_probe<summary> goes_on;
    hoarding_sink first;
    hoarding_sink second;
    at.client->async_audit(at.jobs(), first, brisk_audit(24), canceled.token());
    at.client->async_audit(at.jobs(), second, brisk_audit(24), goes_on.token());
    at.await_requests(24);
    canceled.cancel();
    at.finish(canceled);
    at.finish(goes_on);

    BOOST_TEST(!goes_on.error());
    BOOST_TEST(goes_on.result().count(outcome_kind::ok) == 24U);
}

BOOST_AUTO_TEST_SUITE_END()
