#include "protocol/failed_files_reader.hpp"

#include "protocol/json_problem.hpp"
#include "protocol/parser_feed.hpp"
#include "protocol/record_handler.hpp"
#include "protocol/surrogate_repair.hpp"

#include <boost/json/basic_parser_impl.hpp>

#include <utility>

namespace jobaudit::protocol {

namespace json = boost::json;

class failed_files_reader::implementation {
public:
    explicit implementation(limits bounds)
        : max_depth_{bounds.depth}
        , max_string_{bounds.string}
        , parser_{parse_options_for(bounds.depth), bounds.string, bounds.depth}
    {}

    void begin(record_consumer& consumer)
    {
        parser_.reset();
        parser_.handler().begin(consumer);
        surrogates_.reset();
        error_.clear();
        problem_.clear();
        has_begun_ = false;
        is_whole_ = false;
    }

    error_code write(std::string_view bytes)
    {
        if (error_ || bytes.empty())
            return error_;
        error_ = errc::sink_failed;  // stands if the consumer throws
        error_ = parse(bytes);
        return error_;
    }

    error_code finish()
    {
        if (error_)
            return error_;
        if (!has_begun_)
            return fail("the body is empty");
        if (is_whole_)
            return {};
        error_code error;
        surrogates_.finish([&](std::string_view part) { return feed_parser(parser_, part, error); });
        if (!error)
            parser_.write_some(false, "", 0, error);
        if (error)
            return refuse(error);
        if (!parser_.handler().has_failed_files())
            return fail("'failed_files' is missing");
        return {};
    }

    void forget() noexcept { parser_.handler().forget(); }
    [[nodiscard]] std::size_t memory() const noexcept { return parser_.handler().memory(); }
    [[nodiscard]] std::uint64_t records() const noexcept { return parser_.handler().records(); }
    [[nodiscard]] const std::string& problem() const noexcept { return problem_; }

private:
    // The parser is given the bytes in pieces that end where a record may end: the plain records behind it need no
    // parser.
    error_code parse(std::string_view bytes)
    {
        auto& handler = parser_.handler();
        handler.set_input(bytes);
        error_code error;
        std::size_t consumed = 0;
        if (!std::exchange(has_begun_, true))
            consumed = take_plain_front(bytes, error);
        else if (std::exchange(is_whole_, false))
            tell_parser_of(closing, error);
        for (unsigned cuts = 0; consumed < bytes.size() && !error; ++cuts) {
            const auto piece = cuts < most_cuts_in_vain ? next_piece(bytes.substr(consumed)) : bytes.substr(consumed);
            const auto taken =
                surrogates_.put(piece, [&](std::string_view part) { return feed_parser(parser_, part, error); });
            consumed += taken;
            if (taken < piece.size())
                break;
            if (error)
                break;
            if (const auto skipped = take_plain_records(piece.back(), bytes.substr(consumed), error); skipped != 0) {
                consumed += skipped;
                cuts = 0;
            }
        }
        // Complete records before an error are passed on too: what the consumer sees does not depend on how the bytes
        // were cut.
        handler.flush();
        if (error)
            return refuse(error);
        if (consumed < bytes.size())
            return fail("more stands behind the JSON object");
        return {};
    }

    // A body whose records need no parser needs none at all when it comes in one piece. The limits hold for the names
    // in its opening too.
    std::size_t take_plain_front(std::string_view bytes, error_code& error)
    {
        const auto opening = scan_list_opening(bytes);
        if (opening == 0 || max_depth_ < record_handler::record_level || max_string_ < list_name_size)
            return 0;
        const auto taken = opening + parser_.handler().take_plain_records(bytes.substr(opening), true);
        is_whole_ = is_list_closing(bytes.substr(taken));
        if (is_whole_)
            return bytes.size();
        tell_parser_of({}, error);
        return taken;
    }

    // Of what was taken without it: the opening of the list, the records and `end`.
    void tell_parser_of(std::string_view end, error_code& error)
    {
        (void)feed_parser(parser_, R"({"failed_files":[)", error);
        if (records() != 0)
            stand_in_for_records(error);
        (void)feed_parser(parser_, end, error);
    }

    // Records need no parser where it has just taken the end of one, or the beginning of the list.
    std::size_t take_plain_records(char just_taken, std::string_view bytes, error_code& error)
    {
        auto& handler = parser_.handler();
        const bool is_list_begin = just_taken == '[' && max_depth_ >= record_handler::record_level;
        if ((!is_list_begin && just_taken != '}') || !handler.is_between_records())
            return 0;
        const auto taken = handler.take_plain_records(bytes, is_list_begin);
        if (is_list_begin && taken != 0)
            stand_in_for_records(error);
        return taken;
    }

    // For the parser, what comes behind these records must stand behind an element of the list.
    void stand_in_for_records(error_code& error)
    {
        static constexpr std::string_view element = "{}";
        parser_.handler().stand_in(true);
        (void)feed_parser(parser_, element, error);
        parser_.handler().stand_in(false);
    }

    // Up to where a record may end, or the list may begin.
    [[nodiscard]] std::string_view next_piece(std::string_view bytes) const noexcept
    {
        const auto& handler = parser_.handler();
        if (handler.in_failed_files())
            return bytes.substr(0, end_of(bytes, bytes.find('}')));
        if (handler.has_failed_files())
            return bytes;
        const auto name = bytes.find("failed_files");
        return name == std::string_view::npos ? bytes : bytes.substr(0, end_of(bytes, bytes.find('[', name)));
    }

    [[nodiscard]] static std::size_t end_of(std::string_view bytes, std::size_t last) noexcept
    {
        return last == std::string_view::npos ? bytes.size() : last + 1;
    }

    // The handler's error, or else the parser's own.
    error_code refuse(const error_code& error)
    {
        const auto& problem = parser_.handler().problem();
        return fail(problem.empty() ? json_problem(error, max_depth_, "object") : problem);
    }

    error_code fail(std::string problem)
    {
        problem_ = std::move(problem);
        return error_ = errc::malformed_body;
    }

    static constexpr std::string_view closing = "]}";
    static constexpr std::size_t list_name_size = std::string_view{"failed_files"}.size();
    // Where records are of another form, each cut costs time and gains none.
    static constexpr unsigned most_cuts_in_vain = 16;

    std::size_t max_depth_;
    std::size_t max_string_;
    surrogate_repair surrogates_;
    json::basic_parser<record_handler> parser_;
    error_code error_;
    std::string problem_;
    bool has_begun_ = false;
    bool is_whole_ = false;  // and the parser has seen nothing of it
};

failed_files_reader::failed_files_reader() : failed_files_reader{limits{}} {}
failed_files_reader::failed_files_reader(limits bounds) : implementation_{std::make_unique<implementation>(bounds)} {}
failed_files_reader::failed_files_reader(failed_files_reader&&) noexcept = default;
failed_files_reader& failed_files_reader::operator=(failed_files_reader&&) noexcept = default;
failed_files_reader::~failed_files_reader() = default;

void failed_files_reader::begin(record_consumer& consumer) { implementation_->begin(consumer); }

error_code failed_files_reader::write(std::string_view bytes) { return implementation_->write(bytes); }

error_code failed_files_reader::finish() { return implementation_->finish(); }

void failed_files_reader::forget() noexcept { implementation_->forget(); }

std::size_t failed_files_reader::memory() const noexcept { return implementation_->memory(); }

std::uint64_t failed_files_reader::records() const noexcept { return implementation_->records(); }

const std::string& failed_files_reader::problem() const noexcept { return implementation_->problem(); }

}  // namespace jobaudit::protocol
