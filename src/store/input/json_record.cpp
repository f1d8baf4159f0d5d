#include "store/input/json_record.hpp"

#include "protocol/parser_feed.hpp"
#include "store/input/written_id.hpp"

#include <boost/json/basic_parser_impl.hpp>

#include <array>
#include <cstdint>
#include <utility>

namespace jobaudit::store {

namespace {

using boost::system::error_code;
namespace json = boost::json;

constexpr std::size_t deepest = 256;
constexpr std::size_t longest_list_of_names = 200;

json::parse_options options_of_records()
{
    json::parse_options options;
    options.max_depth = deepest;
    return options;
}

}  // namespace

/// The handler of Boost.JSON's push parser: keeps the strings in those fields of the outermost object that may be the
/// ID.
class json_record::id_handler {
public:
    static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);

    explicit id_handler(const id_column& column) : column_{column} {}

    void clear() noexcept
    {
        key_.clear();
        for (auto& each : values_)
            each.clear();
        value_ = nullptr;
        depth_ = 0;
    }

    /// That of the best name.
    [[nodiscard]] const capped_text& value() const noexcept
    {
        std::size_t best = 0;
        while (best + 1 < values_.size() && values_[best].empty())
            ++best;
        return values_[best];
    }

    [[nodiscard]] std::string other_fields() const { return has_met_column_ ? std::string{} : names_.printed(); }

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
        choose_value();
        key_.clear();
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
        is_first_record_ = is_first_record_ && depth_ > 0;
        return true;
    }

    void choose_value()
    {
        const auto rank = key_.is_whole() ? column_.rank(key_.front()) : std::nullopt;
        value_ = rank ? &values_[*rank] : nullptr;
        if (value_ != nullptr)
            value_->clear();
        has_met_column_ = has_met_column_ || value_ != nullptr;
        if (is_first_record_ && !has_met_column_)
            add_name();
    }

    void add_name()
    {
        if (names_.front().size() > longest_list_of_names)
            return;
        if (!names_.empty())
            names_.append(", ");
        names_.append(key_.front());
    }

    id_column column_;
    capped_text key_;
    std::array<capped_text, id_column::names> values_;
    capped_text* value_ = nullptr;
    std::size_t depth_ = 0;
    capped_text names_;
    bool is_first_record_ = true;
    bool has_met_column_ = false;
};

struct json_record::parser : json::basic_parser<id_handler> {
    explicit parser(const id_column& column) : json::basic_parser<id_handler>{options_of_records(), column} {}
};

json_record::json_record(const id_column& column) : parser_{std::make_unique<parser>(column)} {}

json_record::~json_record() = default;

void json_record::feed(std::string_view piece)
{
    text_.append(piece);
    if (is_broken_ || text_.empty())
        return;
    error_code ec;
    is_broken_ = protocol::feed_parser(*parser_, piece, ec) != piece.size() || ec.failed();
}

void json_record::feed_line_break()
{
    text_.append(" ");
    error_code ec;
    is_broken_ = is_broken_ || protocol::feed_parser(*parser_, "\n", ec) != 1 || ec.failed();
}

void json_record::clear() noexcept
{
    text_.clear();
    parser_->reset();
    parser_->handler().clear();
    is_broken_ = false;
}

void json_record::take(job_entry& out) const
{
    const bool is_object = !is_broken_ && parser_->done();
    const capped_text& value = parser_->handler().value();
    const capped_text& id = is_object && !value.empty() ? value : text_;
    out.job = id.is_whole() ? written_id(id.front()) : std::nullopt;
    if (!out.job)
        out.invalid = id.printed();
}

std::string json_record::other_fields() const { return parser_->handler().other_fields(); }

}  // namespace jobaudit::store
