#pragma once

#include <jobaudit/failed_file.hpp>

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace jobaudit::protocol {

class record_consumer;

/// Gathers records until they are passed on together. A string that stands in the input as it is is referred to, any
/// other is kept here; what is kept is bounded by `kept_limit` and the strings of one record.
///
/// A string that comes in parts is copied at most twice, however many parts and flushes there are.
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

    /// Sets a field of the record that is being read to what a JSON string stands for, of which `spelled` holds whole
    /// escapes.
    void keep_unescaped(field which, std::string_view spelled);

    /// Sets a field of the record that is being read to a string that must stay valid until flush().
    void refer(field which, std::string_view whole) noexcept { text_of(which) = whole; }

    /// The record that is being read; what is set there must stay valid until flush().
    [[nodiscard]] failed_file_view& current() noexcept { return records_[complete_]; }

    /// The record that is being read is complete.
    void finish_record()
    {
        if (is_growing_)
            finish_growing();
        records_[++complete_] = {};
    }

    /// flush() must follow.
    [[nodiscard]] bool is_full() const noexcept
    {
        return complete_ == max_records || kept_.size() >= kept_limit || has_long_record_;
    }

    /// Passes the complete records on; keeps the one that is being read. Nothing refers to the input afterwards.
    void flush(record_consumer& consumer);

    /// Bytes of memory in use.
    [[nodiscard]] std::size_t memory() const noexcept
    {
        return kept_.capacity() + growing_[0].capacity() + growing_[1].capacity();
    }

private:
    [[nodiscard]] std::string_view& text_of(field which) noexcept
    {
        auto& record = records_[complete_];
        return which == field::document ? record.document : record.error;
    }
    [[nodiscard]] std::string& growing(field which) noexcept { return growing_[static_cast<std::size_t>(which)]; }
    [[nodiscard]] bool is_growing(field which) noexcept;
    void finish_growing();
    void keep(field which, std::string_view whole);
    [[nodiscard]] bool is_kept(std::string_view text) const noexcept;
    void make_room(std::size_t size);
    void keep_current();
    void give_back_long_ones() noexcept;

    std::array<failed_file_view, max_records + 1> records_{};  // the last is being read
    std::size_t complete_ = 0;
    std::vector<char> kept_;              // of complete records, and whole strings of the one that is being read
    std::array<std::string, 2> growing_;  // by field: what came in parts of the one that is being read
    bool is_growing_ = false;             // the record that is being read has something there
    bool has_long_record_ = false;        // the last complete one is still in growing_
};

}  // namespace jobaudit::protocol
