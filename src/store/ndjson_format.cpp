#include "protocol/parser_feed.hpp"
#include "store/capped_text.hpp"
#include "store/entry_format.hpp"

#include <jobaudit/job_id.hpp>

#include <boost/json/basic_parser_impl.hpp>

#include <cstddef>
#include <cstdint>
#include <utility>

namespace jobaudit::store {

namespace {

using boost::system::error_code;
namespace json = boost::json;

constexpr std::size_t deepest = 256;

/// The handler of Boost.JSON's push parser: keeps the strings in the fields `job_id` and `id` of the
/// outermost object.
class id_handler {
public:
    static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);

    void clear() noexcept
    {
        key_.clear();
        job_id_.clear();
        id_.clear();
        value_ = nullptr;
        depth_ = 0;
    }

    [[nodiscard]] const capped_text& value() const noexcept { return job_id_.empty() ? id_ : job_id_; }

    bool on_document_begin(error_code&) { return true; }
    bool on_document_end(error_code&) { return true; }
    bool on_object_begin(error_code&) { return enter(); }
    bool on_object_end(std::size_t, error_code&) { return leave(); }
    bool on_array_begin(error_code&) { return enter(); }
    bool on_array_end(std::size_t, error_code&) { return leave(); }

    bool on_key_part(json::string_view part, std::size_t, error_code&)
    {
        if (depth_ == 1)
            key_.append({part.data(), part.size()});
        return true;
    }

    bool on_key(json::string_view part, std::size_t size, error_code& ec)
    {
        if (depth_ != 1)
            return true;
        (void)on_key_part(part, size, ec);
        value_ = key_.front() == "job_id" ? &job_id_ : key_.front() == "id" ? &id_ : nullptr;
        key_.clear();
        if (value_ != nullptr)
            value_->clear();
        return true;
    }

    bool on_string_part(json::string_view part, std::size_t, error_code&)
    {
        if (depth_ == 1 && value_ != nullptr)
            value_->append({part.data(), part.size()});
        return true;
    }

    bool on_string(json::string_view part, std::size_t size, error_code& ec) { return on_string_part(part, size, ec); }
    bool on_number_part(json::string_view, error_code&) { return true; }
    bool on_int64(std::int64_t, json::string_view, error_code&) { return true; }
    bool on_uint64(std::uint64_t, json::string_view, error_code&) { return true; }
    bool on_double(double, json::string_view, error_code&) { return true; }
    bool on_bool(bool, error_code&) { return true; }
    bool on_null(error_code&) { return true; }
    bool on_comment_part(json::string_view, error_code&) { return true; }
    bool on_comment(json::string_view, error_code&) { return true; }

private:
    bool enter() noexcept
    {
        ++depth_;
        return true;
    }

    bool leave() noexcept
    {
        --depth_;
        return true;
    }

    capped_text key_;
    capped_text job_id_;
    capped_text id_;
    capped_text* value_ = nullptr;
    std::size_t depth_ = 0;
};

json::parse_options options_of_lines()
{
    json::parse_options options;
    options.max_depth = deepest;
    return options;
}

class ndjson_format final : public entry_format {
public:
    ndjson_format() : parser_{options_of_lines()} {}

    void feed(std::string_view piece) override
    {
        line_.append(piece);
        if (broken_ || line_.empty() || is_comment())
            return;
        error_code ec;
        broken_ = protocol::feed_parser(parser_, piece, ec) != piece.size() || ec.failed();
    }

    found end_line(job_entry& out) override
    {
        const found result = take(out);
        line_.clear();
        parser_.reset();
        parser_.handler().clear();
        broken_ = false;
        return result;
    }

private:
    [[nodiscard]] bool is_comment() const noexcept { return line_.front().front() == '#'; }

    found take(job_entry& out) const
    {
        if (line_.empty() || is_comment())
            return found::nothing;
        const bool usable = !broken_ && parser_.done();
        const capped_text& value = parser_.handler().value();
        out.job = usable && value.is_whole() ? job_id::parse(value.front()) : std::nullopt;
        if (!out.job)
            out.invalid = usable && !value.empty() ? value.printed() : line_.printed();
        return found::entry;
    }

    capped_text line_;
    json::basic_parser<id_handler> parser_;
    bool broken_ = false;
};

}  // namespace

std::unique_ptr<entry_format> make_ndjson_format() { return std::make_unique<ndjson_format>(); }

}  // namespace jobaudit::store
