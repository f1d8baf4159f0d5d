#include "cli/audit/counting_sink.hpp"

#include "store/numbered_job.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace {

using namespace jobaudit;

// Writes down what it is told.
class recording_sink final : public streaming_sink {
public:
    [[nodiscard]] std::unique_ptr<job_writer> make_writer() override { return std::make_unique<writer>(*this); }

    std::string calls;

private:
    class writer final : public job_writer {
    public:
        explicit writer(recording_sink& owner) : owner_{owner} {}

        void begin(const job_id&) override { owner_.calls += "begin "; }
        void append(std::span<const failed_file_view> records) override
        {
            owner_.calls += "append(" + std::to_string(records.size()) + ") ";
        }
        void commit(outcome&& result) override
        {
            const auto taken = std::move(result);
            owner_.calls += "commit(" + std::string{to_string(taken.kind)} + ") ";
        }
        void discard() override { owner_.calls += "discard "; }

    private:
        recording_sink& owner_;
    };
};

outcome of(outcome_kind kind, std::uint64_t failed_files)
{
    outcome result;
    result.kind = kind;
    result.failed_file_count = failed_files;
    return result;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(counting_sinks)

BOOST_AUTO_TEST_CASE(pass_everything_on_and_count_what_is_committed)
{
    recording_sink to;
    cli::counting_sink sink{to};
    const auto one = sink.make_writer();
    const auto other = sink.make_writer();
    const failed_file_view records[] = {{"a", "b"}, {"c", "d"}};

    one->begin(test::numbered_job(1));
    one->append(records);
    one->discard();
    BOOST_TEST(sink.jobs() == 0U);
    one->begin(test::numbered_job(1));
    one->append(records);
    one->commit(of(outcome_kind::ok, 2));
    other->commit(of(outcome_kind::not_found, 0));
    other->commit(of(outcome_kind::ok, 40));

    BOOST_TEST(to.calls == "begin append(2) discard begin append(2) commit(ok) commit(not_found) commit(ok) ");
    BOOST_TEST(sink.jobs() == 3U);
    BOOST_TEST(sink.failures() == 1U);
    BOOST_TEST(sink.failed_files() == 42U);
}

BOOST_AUTO_TEST_SUITE_END()
