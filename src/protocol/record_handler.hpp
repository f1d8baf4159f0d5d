#pragma once

#include "protocol/failed_files_reader.hpp"
#include "protocol/record_batch.hpp"
#include "protocol/record_scan.hpp"

#include <boost/json/string_view.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace jobaudit::protocol {

/// Turns the events of the JSON parser into records. A false return stops the parser; problem() then says why.
class record_handler {
public:
    // Boost.JSON's own bounds are constants: ours are checked at run time.
    static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);

    // Of `{"failed_files":[{…}]}`.
    static constexpr std::size_t top_level = 1;
    static constexpr std::size_t list_level = 2;
    static constexpr std::size_t record_level = 3;

    record_handler(std::size_t max_string, std::size_t max_depth) noexcept
        : max_string_{max_string}, scan_bounds_{max_string, max_depth - std::min(max_depth, record_level)}
    {}

    void begin(record_consumer& consumer) noexcept
    {
        consumer_ = &consumer;
        needs_texts_ = consumer.needs_texts();
        batch_.clear();
        problem_.clear();
        records_ = 0;
        depth_ = 0;
        key_size_ = 0;
        string_size_ = 0;
        top_ = top_field::other;
        has_failed_files_ = false;
        in_failed_files_ = false;
        stands_in_ = false;
    }

    /// The input is what the next events may refer to.
    void set_input(std::string_view input) noexcept { input_ = input; }

    /// Passes on what is complete; to be called before the input goes away.
    void flush() { batch_.flush(*consumer_); }

    /// Forgets what was not passed on, and gives the memory of long strings back.
    void forget() noexcept { batch_.clear(); }

    /// Bytes in use for what is to be passed on.
    [[nodiscard]] std::size_t memory() const noexcept { return batch_.memory(); }

    [[nodiscard]] std::uint64_t records() const noexcept { return records_; }
    [[nodiscard]] bool has_failed_files() const noexcept { return has_failed_files_; }
    [[nodiscard]] bool in_failed_files() const noexcept { return in_failed_files_; }
    /// Given that the parser has just taken a `}` or a `[`: whether that ended a record, or began the list.
    [[nodiscard]] bool is_between_records() const noexcept { return in_failed_files_ && depth_ == list_level; }

    /// Takes the records from the front of `bytes`, which are part of the input, that need no parser; the parser must
    /// be behind the opening of the list, if `from_first`, or behind a record. Gives the bytes taken.
    std::size_t take_plain_records(std::string_view bytes, bool from_first)
    {
        scanned_record record;
        std::size_t taken = 0;
        auto size =
            from_first ? scan_first_record(bytes, scan_bounds_, record) : scan_next_record(bytes, scan_bounds_, record);
        while (size != 0) {
            taken += size;
            take(record);
            size = scan_next_record(bytes.substr(taken), scan_bounds_, record);
        }
        return taken;
    }

    /// `does`: the parser is given an empty object next, in place of records that were taken without it.
    void stand_in(bool does) noexcept { stands_in_ = does; }

    [[nodiscard]] const std::string& problem() const noexcept { return problem_; }

    bool on_document_begin(error_code&) { return true; }
    bool on_document_end(error_code&) { return true; }

    bool on_object_begin(error_code& error)
    {
        if (stands_in_)
            return true;
        if (depth_ != 0 && !check_value(value_kind::object, error))
            return false;
        ++depth_;
        if (in_record())
            has_document_ = has_error_ = false;
        return true;
    }

    bool on_object_end(std::size_t, error_code& error)
    {
        if (stands_in_)
            return true;
        if (in_record() && !finish_record(error))
            return false;
        --depth_;
        return true;
    }

    bool on_array_begin(error_code& error)
    {
        if (!check_value(value_kind::array, error))
            return false;
        ++depth_;
        in_failed_files_ = in_failed_files_ || is_failed_files_value(depth_ - 1);
        return true;
    }

    bool on_array_end(std::size_t, error_code&)
    {
        --depth_;
        if (depth_ == top_level)
            in_failed_files_ = false;
        return true;
    }

    bool on_key_part(boost::json::string_view part, std::size_t, error_code& error)
    {
        append_to_key({part.data(), part.size()});
        return count(part.size(), error);
    }

    bool on_key(boost::json::string_view part, std::size_t, error_code& error)
    {
        const bool is_whole = string_size_ == 0;
        if (!count(part.size(), error))
            return false;
        string_size_ = 0;
        std::string_view key{part.data(), part.size()};
        if (!is_whole) {
            append_to_key(key);
            key = {key_.data(), key_size_};
        }
        key_size_ = 0;
        if (depth_ == top_level)
            return select_top_field(key, error);
        if (in_record())
            return select_record_field(key, error);
        return true;
    }

    bool on_string_part(boost::json::string_view part, std::size_t, error_code& error)
    {
        if (!take_string_part(part.size(), error))
            return false;
        if (is_wanted_string())
            batch_.append(wanted_, {part.data(), part.size()});
        return true;
    }

    bool on_string(boost::json::string_view part, std::size_t, error_code& error)
    {
        const bool is_whole = string_size_ == 0;
        if (!take_string_part(part.size(), error))
            return false;
        string_size_ = 0;
        if (!is_wanted_string())
            return true;
        // A part may also lie in the parser's own buffer, which it does where there are escapes.
        if (is_whole && lies_in_input(part.data()))
            batch_.refer(wanted_, {part.data(), part.size()});
        else
            batch_.append(wanted_, {part.data(), part.size()});
        return true;
    }

    bool on_number_part(boost::json::string_view, error_code&) { return true; }
    bool on_int64(std::int64_t, boost::json::string_view, error_code& error)
    {
        return check_value(value_kind::number, error);
    }
    bool on_uint64(std::uint64_t, boost::json::string_view, error_code& error)
    {
        return check_value(value_kind::number, error);
    }
    bool on_double(double, boost::json::string_view, error_code& error)
    {
        return check_value(value_kind::number, error);
    }
    bool on_bool(bool, error_code& error) { return check_value(value_kind::boolean, error); }
    bool on_null(error_code& error) { return check_value(value_kind::null, error); }
    bool on_comment_part(boost::json::string_view, error_code&) { return true; }
    bool on_comment(boost::json::string_view, error_code&) { return true; }

private:
    enum class value_kind { object, array, string, number, boolean, null };
    enum class top_field { failed_files, other };
    enum class record_field { document, error, other };

    [[nodiscard]] bool in_record() const noexcept { return in_failed_files_ && depth_ == record_level; }
    [[nodiscard]] bool is_failed_files_value(std::size_t depth) const noexcept
    {
        return depth == top_level && top_ == top_field::failed_files;
    }
    [[nodiscard]] bool is_wanted_string() const noexcept { return in_record() && record_ != record_field::other; }

    [[nodiscard]] bool lies_in_input(const char* at) const noexcept
    {
        const std::less<> before;
        return !before(at, input_.data()) && before(at, input_.data() + input_.size());
    }

    bool fail(error_code& error, std::string problem)
    {
        problem_ = std::move(problem);
        error = errc::malformed_body;
        return false;
    }

    [[nodiscard]] std::string record_name() const { return "record " + std::to_string(records_ + 1); }

    /// Whether a value of that kind may stand where the parser is.
    bool check_value(value_kind kind, error_code& error)
    {
        if (depth_ == 0)
            return kind == value_kind::object || fail(error, "the body is not a JSON object");
        if (is_failed_files_value(depth_))
            return kind == value_kind::array || fail(error, "'failed_files' is not an array");
        if (in_failed_files_ && depth_ == list_level)
            return kind == value_kind::object || fail(error, record_name() + " is not an object");
        if (is_wanted_string() && kind != value_kind::string)
            return fail(error, record_name() + ": '" + (record_ == record_field::document ? "document" : "error") +
                                   "' is not a string");
        return true;
    }

    // Of a string or a key that comes in parts. The total that the parser tells is no measure: from Boost 1.86 on it
    // leaves out a character of several bytes that was split over two calls of write_some (seen with 1.88).
    bool count(std::size_t part, error_code& error)
    {
        string_size_ += part;
        return string_size_ <= max_string_ ||
               fail(error, "a string is longer than " + std::to_string(max_string_) + " bytes");
    }

    // The first part decides whether a string may stand here; an empty one decides nothing that the next would not.
    bool take_string_part(std::size_t size, error_code& error)
    {
        if (string_size_ == 0 && !check_value(value_kind::string, error))
            return false;
        return count(size, error);
    }

    // Only as much as tells the known keys from all others.
    void append_to_key(std::string_view part) noexcept
    {
        const auto room = key_.size() - key_size_;
        key_size_ += part.copy(key_.data() + key_size_, room);
    }

    bool select_top_field(std::string_view key, error_code& error)
    {
        top_ = key == "failed_files" ? top_field::failed_files : top_field::other;
        if (top_ == top_field::other)
            return true;
        return !std::exchange(has_failed_files_, true) || fail(error, "'failed_files' stands twice");
    }

    bool select_record_field(std::string_view key, error_code& error)
    {
        if (key == "document") {
            record_ = record_field::document;
            wanted_ = record_batch::field::document;
            return !std::exchange(has_document_, true) || fail(error, record_name() + ": 'document' stands twice");
        }
        if (key == "error") {
            record_ = record_field::error;
            wanted_ = record_batch::field::error;
            return !std::exchange(has_error_, true) || fail(error, record_name() + ": 'error' stands twice");
        }
        record_ = record_field::other;
        return true;
    }

    bool finish_record(error_code& error)
    {
        if (!has_document_)
            return fail(error, record_name() + ": 'document' is missing");
        if (!has_error_)
            return fail(error, record_name() + ": 'error' is missing");
        add_record();
        return true;
    }

    void take(const scanned_record& record)
    {
        auto& view = batch_.current();
        view.json = record.json;
        view.document_json = take(record_batch::field::document, record.document);
        view.error_json = take(record_batch::field::error, record.error);
        add_record();
    }

    // Gives what of it may be copied.
    std::string_view take(record_batch::field which, const scanned_string& string)
    {
        if (!string.has_escapes)
            batch_.refer(which, string.text);
        else if (needs_texts_ || !string.may_stay)
            batch_.keep_unescaped(which, string.text);
        return string.may_stay ? string.text : std::string_view{};
    }

    void add_record()
    {
        ++records_;
        batch_.finish_record();
        if (batch_.is_full())
            flush();
    }

    std::size_t max_string_;
    scan_bounds scan_bounds_;
    record_consumer* consumer_ = nullptr;
    record_batch batch_;
    std::string_view input_;
    std::string problem_;
    std::uint64_t records_ = 0;
    std::size_t depth_ = 0;
    top_field top_ = top_field::other;
    record_field record_ = record_field::other;
    record_batch::field wanted_ = record_batch::field::document;
    bool has_failed_files_ = false;
    bool in_failed_files_ = false;
    bool stands_in_ = false;
    bool needs_texts_ = true;
    bool has_document_ = false;
    bool has_error_ = false;
    std::array<char, 16> key_{};
    std::size_t key_size_ = 0;
    std::size_t string_size_ = 0;  // of the parts that the parser has told of the string or key that it is in
};

}  // namespace jobaudit::protocol
