#pragma once

#include "client/reading_pool.hpp"

#include <jobaudit/error.hpp>

#include <string>
#include <string_view>

namespace jobaudit::client_detail {

/// What is asked for in place of a job's failed files, and who takes the answer: a 200's body of any length, for which
/// an attempt's limit of time is one of silence. Lives on one executor.
class other_request {
public:
    /// `text`: the whole request.
    other_request(std::string text, protocol::response_reader::limits bounds)
        : text_{std::move(text)}, readings_{bounds}
    {}
    other_request(const other_request&) = delete;
    other_request& operator=(const other_request&) = delete;
    virtual ~other_request() = default;

    [[nodiscard]] const std::string& text() const noexcept { return text_; }
    [[nodiscard]] reading_pool& readings() noexcept { return readings_; }

    /// The head of a 200 has come.
    virtual void begin() = 0;
    /// Takes the next bytes of its body. After an error no more of it is read.
    [[nodiscard]] virtual error_code write(std::string_view bytes) = 0;
    [[nodiscard]] virtual error_code finish() = 0;
    /// What is wrong with the body, for a person.
    [[nodiscard]] virtual const std::string& problem() const noexcept = 0;

    /// Whether it takes more of the body now; otherwise job_request::go_on_reading() is to be called once it does.
    [[nodiscard]] virtual bool has_room() const noexcept = 0;

private:
    const std::string text_;
    reading_pool readings_;
};

}  // namespace jobaudit::client_detail
