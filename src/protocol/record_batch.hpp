#pragma once

#include <jobaudit/failed_file.hpp>

#include <array>
#include <cstddef>
#include <string_view>
#include <vector>

namespace jobaudit::protocol {

class record_consumer;

/// Gathers records until they are passed on together. A string that stands in the input as it is is referred to, any
/// other is kept here; what is kept is bounded by `kept_limit` and the strings of one record.
class record_batch {
public:
    static constexpr std::size_t max_records = 64;
    static constexpr std::size_t kept_limit = 64 * 1024;

    enum class field { document, error };

    record_batch() = default;
    record_batch(const record_batch&) = delete;
    record_batch& operator=(const record_batch&) = delete;

    /// Forgets everything.
    void clear() noexcept;

    /// Appends a part to a field of the record that is being read.
    void append(field which, std::string_view part);

    /// Sets a field of the record that is being read to a string that must stay valid until flush().
    void refer(field which, std::string_view whole) noexcept { text_of(which) = whole; }

    /// Sets all of the record that is being read; its texts must stay valid until flush().
    void refer(const failed_file_view& record) noexcept { records_[complete_] = record; }

    /// Sets failed_file_view::json of the record that is being read; it must stay valid until flush().
    void refer_whole(std::string_view json) noexcept { records_[complete_].json = json; }

    /// The record that is being read is complete.
    void finish_record() noexcept { records_[++complete_] = {}; }

    [[nodiscard]] bool is_full() const noexcept { return complete_ == max_records || kept_.size() >= kept_limit; }

    /// Passes the complete records on; keeps the one that is being read. Nothing refers to the input afterwards.
    void flush(record_consumer& consumer);

private:
    [[nodiscard]] std::string_view& text_of(field which) noexcept
    {
        auto& record = records_[complete_];
        return which == field::document ? record.document : record.error;
    }
    [[nodiscard]] bool is_kept(std::string_view text) const noexcept;
    void make_room(std::size_t size);
    void keep_current();

    std::array<failed_file_view, max_records + 1> records_{};  // the last is being read
    std::size_t complete_ = 0;
    std::vector<char> kept_;  // what is being appended to ends at its end
    std::vector<char> spare_;
};

}  // namespace jobaudit::protocol
