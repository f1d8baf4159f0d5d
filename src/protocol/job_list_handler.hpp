#pragma once

#include "protocol/job_list_reader.hpp"

#include <boost/json/string_view.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace jobaudit::protocol {

/// Turns the events of the JSON parser into jobs. A false return stops the parser; problem() then says why.
class job_list_handler {
public:
    // Boost.JSON's own bounds are constants: ours are checked at run time.
    static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);

    explicit job_list_handler(std::size_t max_string) noexcept : max_string_{max_string} {}

    void begin(job_list_consumer& consumer) noexcept
    {
        consumer_ = &consumer;
        problem_.clear();
        nameless_problem_.clear();
        jobs_ = elements_ = 0;
        depth_ = 0;
        key_size_ = 0;
        kept_ = nullptr;
    }

    [[nodiscard]] std::uint64_t jobs() const noexcept { return jobs_; }
    [[nodiscard]] const std::string& problem() const noexcept { return problem_; }
    /// Why elements of a list that is sound otherwise are no jobs; empty: all are.
    [[nodiscard]] std::string nameless_problem() const
    {
        const auto others = elements_ - jobs_ - 1;
        return nameless_problem_.empty() || others == 0
                   ? nameless_problem_
                   : nameless_problem_ + ", and so it is with " + std::to_string(others) + " more";
    }

    bool on_document_begin(error_code&) { return true; }
    bool on_document_end(error_code&) { return true; }

    bool on_object_begin(error_code& error)
    {
        if (!check_value(value_kind::object, error))
            return false;
        if (++depth_ == job_level)
            begin_job();
        return true;
    }

    bool on_object_end(std::size_t, error_code&)
    {
        if (depth_-- == job_level)
            finish_job();
        return true;
    }

    bool on_array_begin(error_code& error)
    {
        if (!check_value(value_kind::array, error))
            return false;
        ++depth_;
        return true;
    }

    bool on_array_end(std::size_t, error_code&)
    {
        --depth_;
        return true;
    }

    bool on_key_part(boost::json::string_view part, std::size_t, error_code&)
    {
        append_to_key({part.data(), part.size()});
        return true;
    }

    bool on_key(boost::json::string_view part, std::size_t, error_code& error)
    {
        append_to_key({part.data(), part.size()});
        const std::string_view key{key_.data(), std::exchange(key_size_, 0)};
        return depth_ != job_level || select_field(key, error);
    }

    bool on_string_part(boost::json::string_view part, std::size_t, error_code& error)
    {
        if (depth_ == job_level && kept_ != nullptr)
            return keep({part.data(), part.size()}, error);
        return depth_ >= job_level || check_value(value_kind::other, error);
    }

    bool on_string(boost::json::string_view part, std::size_t size, error_code& error)
    {
        return on_string_part(part, size, error);
    }

    bool on_number_part(boost::json::string_view, error_code&) { return true; }
    bool on_int64(std::int64_t, boost::json::string_view, error_code& error)
    {
        return check_value(value_kind::other, error);
    }
    bool on_uint64(std::uint64_t, boost::json::string_view, error_code& error)
    {
        return check_value(value_kind::other, error);
    }
    bool on_double(double, boost::json::string_view, error_code& error)
    {
        return check_value(value_kind::other, error);
    }
    bool on_bool(bool, error_code& error) { return check_value(value_kind::other, error); }
    bool on_null(error_code& error) { return check_value(value_kind::other, error); }
    bool on_comment_part(boost::json::string_view, error_code&) { return true; }
    bool on_comment(boost::json::string_view, error_code&) { return true; }

private:
    enum class value_kind { object, array, other };

    // Of `[{…}]`.
    static constexpr std::size_t list_level = 1;
    static constexpr std::size_t job_level = 2;

    bool fail(error_code& error, std::string problem)
    {
        problem_ = std::move(problem);
        error = errc::malformed_body;
        return false;
    }

    [[nodiscard]] std::string job_name() const { return "job " + std::to_string(elements_ + 1); }

    /// Whether a value of that kind may stand where the parser is.
    bool check_value(value_kind kind, error_code& error)
    {
        if (depth_ == 0)
            return kind == value_kind::array || fail(error, "the body is not a JSON array");
        if (depth_ == list_level)
            return kind == value_kind::object || fail(error, job_name() + " is not an object");
        return true;
    }

    // Only as much as tells the known keys from all others.
    void append_to_key(std::string_view part) noexcept
    {
        key_size_ += part.copy(key_.data() + key_size_, key_.size() - key_size_);
    }

    [[nodiscard]] std::string* field_of(std::string_view key) noexcept
    {
        if (key == "id")
            return &id_;
        if (key == "workflow_id")
            return &job_.workflow_id;
        if (key == "workflow_name")
            return &job_.workflow_name;
        if (key == "status")
            return &job_.status;
        if (key == "created_at")
            return &job_.created_at;
        return key == "runtime" ? &job_.runtime : nullptr;
    }

    bool select_field(std::string_view key, error_code& error)
    {
        kept_ = field_of(key);
        if (kept_ == &id_ && std::exchange(has_id_, true))
            return fail(error, job_name() + ": 'id' stands twice");
        if (kept_ != nullptr)
            kept_->clear();
        return true;
    }

    bool keep(std::string_view part, error_code& error)
    {
        if (part.size() > max_string_ - kept_->size())
            return fail(error, job_name() + ": a field is longer than " + std::to_string(max_string_) + " bytes");
        kept_->append(part);
        return true;
    }

    void begin_job() noexcept
    {
        for (auto* each : {&id_, &job_.workflow_id, &job_.workflow_name, &job_.status, &job_.created_at, &job_.runtime})
            each->clear();
        has_id_ = false;
        kept_ = nullptr;
    }

    // One that cannot be asked for keeps nobody from those behind it.
    void finish_job()
    {
        const auto id = job_id::parse(id_);
        if (!id && nameless_problem_.empty())
            nameless_problem_ = job_name() + (has_id_ ? ": 'id' is not a UUID" : ": 'id' is missing");
        ++elements_;
        if (!id)
            return;
        job_.job = *id;
        ++jobs_;
        consumer_->on_job(job_);
    }

    std::size_t max_string_;
    job_list_consumer* consumer_ = nullptr;
    job_information job_;
    std::string id_;
    std::string* kept_ = nullptr;  // the field that the parser is at, where it is one that is kept
    std::string problem_;
    std::string nameless_problem_;  // of the first element that names no job
    std::uint64_t jobs_ = 0;
    std::uint64_t elements_ = 0;  // jobs and those
    std::size_t depth_ = 0;
    bool has_id_ = false;
    std::array<char, 16> key_{};
    std::size_t key_size_ = 0;
};

}  // namespace jobaudit::protocol
