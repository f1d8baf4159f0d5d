#pragma once

#include <jobaudit/failed_file.hpp>

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace jobaudit::protocol {

class record_consumer;

/// Gathers records until they are passed on together. A string that stands in the input as it is is referred to, any
/// other is kept here; what is kept is bounded by `kept_limit` and the strings of one record.
class record_batch {
public:
    static constexpr std::size_t max_records = 64;
    static constexpr std::size_t kept_limit = 64 * 1024;

    enum class field { document, error };

    /// Forgets everything.
    void clear() noexcept;

    /// Appends a part to a field of the record that is being read.
    void append(field which, std::string_view part);

    /// Sets a field of the record that is being read to a string that must stay valid until flush().
    void refer(field which, std::string_view whole) noexcept;

    /// Sets failed_file_view::json of the record that is being read; it must stay valid until flush().
    void refer_whole(std::string_view json) noexcept { records_[complete_].json = json; }

    /// The record that is being read is complete.
    void finish_record() noexcept;

    [[nodiscard]] bool is_full() const noexcept { return complete_ == max_records || kept_.size() >= kept_limit; }

    /// Passes the complete records on; keeps the one that is being read. Nothing refers to the input afterwards.
    void flush(record_consumer& consumer);

private:
    // A string in the input, or in `kept_` from `at` on: that moves when it grows.
    struct text {
        const char* input = nullptr;
        std::size_t at = 0;
        std::size_t size = 0;
    };
    struct record {
        text document;
        text error;
        std::string_view json;
    };

    [[nodiscard]] std::string_view view(const text& of) const noexcept;
    void keep_current();
    void move_to_spare(text& of);

    std::array<record, max_records + 1> records_{};
    std::size_t complete_ = 0;
    std::string kept_;
    std::string spare_;
    std::array<failed_file_view, max_records> views_{};
};

}  // namespace jobaudit::protocol
