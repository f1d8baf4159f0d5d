#include "protocol/job_list_reader.hpp"

#include "protocol/job_list_handler.hpp"
#include "protocol/json_problem.hpp"
#include "protocol/parser_feed.hpp"
#include "protocol/surrogate_repair.hpp"

#include <boost/json/basic_parser_impl.hpp>

#include <utility>

namespace jobaudit::protocol {

namespace json = boost::json;

class job_list_reader::implementation {
public:
    explicit implementation(limits bounds)
        : max_depth_{bounds.depth}, parser_{parse_options_for(bounds.depth), bounds.string}
    {}

    void begin(job_list_consumer& consumer)
    {
        parser_.reset();
        parser_.handler().begin(consumer);
        surrogates_.reset();
        error_.clear();
        problem_.clear();
        has_begun_ = false;
    }

    error_code write(std::string_view bytes)
    {
        if (error_ || bytes.empty())
            return error_;
        has_begun_ = true;
        error_ = errc::sink_failed;  // stands if the consumer throws
        error_code error;
        const auto taken =
            surrogates_.put(bytes, [&](std::string_view part) { return feed_parser(parser_, part, error); });
        error_.clear();
        if (error)
            return refuse(error);
        return taken < bytes.size() ? fail("more stands behind the JSON array") : error_code{};
    }

    error_code finish()
    {
        if (error_)
            return error_;
        if (!has_begun_)
            return fail("the body is empty");
        error_code error;
        surrogates_.finish([&](std::string_view part) { return feed_parser(parser_, part, error); });
        if (!error)
            parser_.write_some(false, "", 0, error);
        if (error)
            return refuse(error);
        auto problem = parser_.handler().nameless_problem();
        return problem.empty() ? error_code{} : fail(std::move(problem));
    }

    [[nodiscard]] std::uint64_t jobs() const noexcept { return parser_.handler().jobs(); }
    [[nodiscard]] const std::string& problem() const noexcept { return problem_; }

private:
    // The handler's error, or else the parser's own.
    error_code refuse(const error_code& error)
    {
        const auto& problem = parser_.handler().problem();
        return fail(problem.empty() ? json_problem(error, max_depth_, "array") : problem);
    }

    error_code fail(std::string problem)
    {
        problem_ = std::move(problem);
        return error_ = errc::malformed_body;
    }

    std::size_t max_depth_;
    surrogate_repair surrogates_;
    json::basic_parser<job_list_handler> parser_;
    error_code error_;
    std::string problem_;
    bool has_begun_ = false;
};

job_list_reader::job_list_reader() : job_list_reader{limits{}} {}
job_list_reader::job_list_reader(limits bounds) : implementation_{std::make_unique<implementation>(bounds)} {}
job_list_reader::job_list_reader(job_list_reader&&) noexcept = default;
job_list_reader& job_list_reader::operator=(job_list_reader&&) noexcept = default;
job_list_reader::~job_list_reader() = default;

void job_list_reader::begin(job_list_consumer& consumer) { implementation_->begin(consumer); }

error_code job_list_reader::write(std::string_view bytes) { return implementation_->write(bytes); }

error_code job_list_reader::finish() { return implementation_->finish(); }

std::uint64_t job_list_reader::jobs() const noexcept { return implementation_->jobs(); }

const std::string& job_list_reader::problem() const noexcept { return implementation_->problem(); }

}  // namespace jobaudit::protocol
