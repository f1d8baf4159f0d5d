#include "store/output/outcome_line_reader.hpp"

#include "protocol/parser_feed.hpp"

#include <jobaudit/job_id.hpp>

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/error.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>
#include <optional>
#include <utility>

namespace jobaudit::store {

namespace {

using boost::system::error_code;
namespace json = boost::json;

// In the order in which they stand in a line.
enum class field : std::uint8_t {
    none,
    job,
    outcome,
    http_status,
    attempts,
    elapsed,
    failed_files,
    message,
    validation,
    workflow_id,
    workflow_name,
    job_status,
    created_at,
    runtime
};
constexpr std::size_t field_count = 14;

constexpr std::array<std::string_view, field_count> field_names{
    "",        "job_id",     "outcome",     "http_status",   "attempts",   "elapsed_ms", "failed_files",
    "message", "validation", "workflow_id", "workflow_name", "job_status", "created_at", "runtime"};

enum class value_type : std::uint8_t { string, number, array, null, other };

constexpr std::string_view beginning = R"({"job_id":")";

// Printed texts of invalid lines are far below.
constexpr std::size_t longest_kept_string = 4096;
// A text for a person is cut there.
constexpr std::size_t longest_kept_text = 4096;

field parse_field(std::string_view name) noexcept
{
    for (std::size_t i = 1; i < field_count; ++i)
        if (field_names[i] == name)
            return static_cast<field>(i);
    return field::none;
}

value_type type_of(field which) noexcept
{
    switch (which) {
    case field::job:
    case field::outcome:
    case field::message:
    case field::workflow_id:
    case field::workflow_name:
    case field::job_status:
    case field::created_at:
    case field::runtime:
        return value_type::string;
    case field::http_status:
    case field::attempts:
    case field::elapsed:
        return value_type::number;
    case field::failed_files:
    case field::validation:
        return value_type::array;
    case field::none:
        break;
    }
    return value_type::other;
}

// A number of a file that is not ours may be anything.
template <class Integer>
Integer within(double value) noexcept
{
    return static_cast<Integer>(std::clamp<double>(value, 0, std::numeric_limits<Integer>::max()));
}

// Whether `null` says that a line has nothing there.
bool may_be_null(field which) noexcept
{
    return which == field::http_status || which == field::failed_files || which >= field::validation;
}

}  // namespace

// The handler of Boost.JSON's push parser. Depth 1 is inside the line's object, 2 inside failed_files or
// validation, 3 inside their elements.
class outcome_line_handler {
public:
    static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);

    /// `visitor` hears of all that a line holds; null where only outcome_line's first fields are wanted.
    explicit outcome_line_handler(outcome_line_visitor* visitor = nullptr) : visitor_{visitor} {}

    [[nodiscard]] const outcome_line& line() const noexcept { return line_; }
    [[nodiscard]] const std::string& problem() const noexcept { return problem_; }
    void set_problem(std::string text) { problem_ = std::move(text); }

    bool on_document_begin(error_code&) { return true; }
    bool on_document_end(error_code&) { return true; }

    bool on_object_begin(error_code& ec)
    {
        if (depth_ == 1 || (in_failed_files() && depth_ != 2))
            return refuse_type(ec);
        ++depth_;
        record_fields_ = 0;
        document_.clear();
        error_.clear();
        return true;
    }

    bool on_object_end(std::size_t, error_code& ec)
    {
        --depth_;
        if (depth_ == 0)
            return check_line(ec);
        if (!in_failed_files())
            return true;
        ++line_.failed_files;
        if (record_fields_ != 2)
            return refuse(ec, "a record in failed_files lacks a field");
        if (visitor_ != nullptr)
            visitor_->on_failed_file(document_, error_);
        return true;
    }

    bool on_array_begin(error_code& ec)
    {
        if (depth_ == 0)
            return refuse(ec, "it is no JSON object");
        if ((depth_ == 1 && type_of(field_) != value_type::array) || (depth_ > 1 && in_failed_files()))
            return refuse_type(ec);
        ++depth_;
        return true;
    }

    bool on_array_end(std::size_t, error_code&)
    {
        --depth_;
        return true;
    }

    bool on_key_part(json::string_view part, std::size_t, error_code& ec) { return keep(key_, part, ec); }

    bool on_key(json::string_view part, std::size_t, error_code& ec)
    {
        if (!keep(key_, part, ec))
            return false;
        const std::string key = std::exchange(key_, {});
        if (depth_ == 1)
            return enter_field(key, ec);
        if (!in_failed_files())
            return true;
        const bool expected = (record_fields_ == 0 && key == "document") || (record_fields_ == 1 && key == "error");
        ++record_fields_;
        return expected || refuse(ec, "a record in failed_files has an unknown field");
    }

    bool on_string_part(json::string_view part, std::size_t, error_code& ec) { return keep_string(part, ec); }

    bool on_string(json::string_view part, std::size_t, error_code& ec)
    {
        if (!accept(value_type::string, ec) || !keep_string(part, ec))
            return false;
        return depth_ != 1 || field_ != field::outcome || take_outcome(ec);
    }

    bool on_number_part(json::string_view, error_code&) { return true; }
    bool on_int64(std::int64_t value, json::string_view, error_code& ec)
    {
        return take_number(static_cast<double>(value), ec);
    }
    bool on_uint64(std::uint64_t value, json::string_view, error_code& ec)
    {
        return take_number(static_cast<double>(value), ec);
    }
    bool on_double(double value, json::string_view, error_code& ec) { return take_number(value, ec); }
    bool on_bool(bool, error_code& ec) { return accept(value_type::other, ec); }
    bool on_null(error_code& ec)
    {
        if (depth_ != 1 || !may_be_null(field_))
            return accept(value_type::null, ec);
        given_[static_cast<std::size_t>(field_)] = false;
        return true;
    }
    bool on_comment_part(json::string_view, error_code&) { return true; }
    bool on_comment(json::string_view, error_code&) { return true; }

private:
    [[nodiscard]] bool in_failed_files() const noexcept { return depth_ > 0 && field_ == field::failed_files; }
    [[nodiscard]] bool has(field which) const noexcept { return given_[static_cast<std::size_t>(which)]; }

    bool refuse(error_code& ec, std::string problem)
    {
        problem_ = std::move(problem);
        ec = json::error::syntax;
        return false;
    }

    bool refuse_type(error_code& ec)
    {
        if (depth_ == 0)
            return refuse(ec, "it is no JSON object");
        return refuse(ec, "its field " + std::string{field_names[static_cast<std::size_t>(field_)]} +
                              " holds a value of the wrong type");
    }

    bool accept(value_type type, error_code& ec)
    {
        if (depth_ == 1)
            return type_of(field_) == type || refuse_type(ec);
        if (depth_ == 0 || (in_failed_files() && (depth_ != 3 || type != value_type::string)))
            return refuse_type(ec);
        return true;
    }

    bool keep(std::string& into, json::string_view part, error_code& ec)
    {
        if (into.size() + part.size() > longest_kept_string)
            return refuse(ec, "a name in it is too long");
        into.append(part.data(), part.size());
        return true;
    }

    bool keep_string(json::string_view part, error_code& ec)
    {
        if (depth_ == 1 && field_ == field::job)
            return keep(line_.job, part, ec);
        if (depth_ == 1 && field_ == field::outcome)
            return keep(outcome_name_, part, ec);
        if (depth_ == 1 && field_ == field::message)
            has_message_ = has_message_ || !part.empty();
        if (visitor_ != nullptr)
            keep_text(part);
        return true;
    }

    void keep_text(json::string_view part)
    {
        if (in_failed_files()) {
            (record_fields_ == 1 ? document_ : error_).append(part.data(), part.size());
        } else if (std::string* const text = depth_ == 1 ? text_of(field_) : nullptr) {
            text->append(part.data(), std::min(part.size(), longest_kept_text - text->size()));
        }
    }

    [[nodiscard]] std::string* text_of(field which) noexcept
    {
        switch (which) {
        case field::message:
            return &line_.message;
        case field::workflow_id:
            return &line_.workflow_id;
        case field::workflow_name:
            return &line_.workflow_name;
        case field::job_status:
            return &line_.job_status;
        case field::created_at:
            return &line_.created_at;
        case field::runtime:
            return &line_.runtime;
        default:
            return nullptr;
        }
    }

    bool take_number(double value, error_code& ec)
    {
        if (!accept(value_type::number, ec))
            return false;
        if (depth_ == 1 && field_ == field::http_status)
            line_.http_status = within<int>(value);
        else if (depth_ == 1 && field_ == field::attempts)
            line_.attempts = within<unsigned>(value);
        else if (depth_ == 1 && field_ == field::elapsed)
            line_.elapsed_ms = value;
        return true;
    }

    bool enter_field(const std::string& key, error_code& ec)
    {
        const field next = parse_field(key);
        if (next == field::none)
            return refuse(ec, "it has an unknown field");
        if (next <= field_)
            return refuse(ec, "its field " + key + " is out of order");
        field_ = next;
        given_[static_cast<std::size_t>(next)] = true;
        return true;
    }

    bool take_outcome(error_code& ec)
    {
        const auto kind = parse_outcome_kind(outcome_name_);
        if (!kind)
            return refuse(ec, "its outcome is unknown");
        line_.kind = *kind;
        return true;
    }

    bool check_line(error_code& ec)
    {
        const bool ok = line_.kind == outcome_kind::ok;
        for (const field needed :
             {field::job, field::outcome, field::attempts, field::elapsed, ok ? field::failed_files : field::message})
            if (!has(needed))
                return refuse(ec, "it has no field " + std::string{field_names[static_cast<std::size_t>(needed)]});
        const bool foreign_field = ok ? has_message_ || has(field::validation) : has(field::failed_files);
        if (foreign_field || (has(field::validation) && line_.kind != outcome_kind::validation))
            return refuse(ec, "it has a field that does not go with its outcome");
        if (line_.kind != outcome_kind::invalid_job_id && !job_id::parse(line_.job))
            return refuse(ec, "its job_id is no UUID");
        return true;
    }

    outcome_line_visitor* visitor_;
    outcome_line line_;
    std::string problem_;
    std::string key_;
    std::string outcome_name_;
    std::string document_;
    std::string error_;
    std::array<bool, field_count> given_{};  // a value other than null
    bool has_message_ = false;
    field field_ = field::none;
    unsigned depth_ = 0;
    unsigned record_fields_ = 0;
};

class outcome_line_reader::parser {
public:
    explicit parser(outcome_line_visitor* visitor) : visitor_{visitor}, parser_{json::parse_options{}, visitor} {}

    void start()
    {
        parser_.reset();
        parser_.handler() = outcome_line_handler{visitor_};
        fed_ = 0;
    }

    [[nodiscard]] bool feed(std::string_view piece)
    {
        if (piece.empty())
            return true;
        if (!continues_beginning(piece)) {
            parser_.handler().set_problem("it does not begin with " + std::string{beginning});
            return false;
        }
        fed_ += piece.size();

        error_code ec;
        const std::size_t taken = protocol::feed_parser(parser_, piece, ec);
        if (!ec && taken == piece.size())
            return true;
        if (parser_.handler().problem().empty())
            parser_.handler().set_problem(ec ? "it is not JSON" : "something follows its JSON object");
        return false;
    }

    [[nodiscard]] bool complete() const noexcept { return parser_.done(); }
    [[nodiscard]] const outcome_line_handler& handler() const noexcept { return parser_.handler(); }

private:
    // JSON alone would let the front of many a foreign file pass for a torn line.
    [[nodiscard]] bool continues_beginning(std::string_view piece) const noexcept
    {
        const std::string_view expected = beginning.substr(std::min(fed_, beginning.size()));
        const std::size_t size = std::min(expected.size(), piece.size());
        return piece.substr(0, size) == expected.substr(0, size);
    }

    outcome_line_visitor* visitor_;
    json::basic_parser<outcome_line_handler> parser_;
    std::size_t fed_ = 0;
};

outcome_line_reader::outcome_line_reader(outcome_line_visitor* visitor) : parser_{std::make_unique<parser>(visitor)} {}

outcome_line_reader::~outcome_line_reader() = default;

void outcome_line_reader::start() { parser_->start(); }

bool outcome_line_reader::feed(std::string_view piece) { return parser_->feed(piece); }

bool outcome_line_reader::complete() const noexcept { return parser_->complete(); }

const outcome_line& outcome_line_reader::line() const noexcept { return parser_->handler().line(); }

const std::string& outcome_line_reader::problem() const noexcept { return parser_->handler().problem(); }

}  // namespace jobaudit::store
