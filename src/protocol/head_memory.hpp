#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jobaudit::protocol {

/// Remembers the head of a response, to know the next one that says the same without reading it field by field.
///
/// The heads of a server's answers differ in Date, in Content-Length, in fields that nobody here reads, and in
/// Keep-Alive, which counts down the requests that the connection still takes; its timeout is that of the head that was
/// read. Any other difference, also in the order of the fields or in the spelling of their names, makes a head unknown.
class head_memory {
public:
    head_memory() = default;
    head_memory(const head_memory&) = delete;
    head_memory& operator=(const head_memory&) = delete;

    struct known_head {
        std::size_t size = 0;  ///< in bytes, the empty line included
        std::uint64_t content_length = 0;
        std::string_view date;  ///< empty without one; valid until the next call
    };

    /// Remembers `head`, which was found right and ends with its empty line, in place of the last one. Nothing is
    /// remembered of a head without a Content-Length, with two of them or two Dates, or of more than `largest` bytes.
    void remember(std::string_view head);

    void forget() noexcept { knows_one_ = false; }

    /// Looks whether `bytes` begin with a complete head that says the same; what may differ is as in `bytes`.
    [[nodiscard]] std::optional<known_head> recognise(std::string_view bytes);

    static constexpr std::size_t largest = 4096;

private:
    // Of a read field the value decides where the response ends, or what is made of it.
    enum class kind : std::uint8_t { no_field, read_field, unread_field, date, content_length };

    struct head_line {
        kind what = kind::no_field;
        std::size_t name_size = 0;  // of a field, with its colon
        std::string text;           // with its CRLF
    };

    [[nodiscard]] static kind kind_of(std::string_view field) noexcept;
    void keep(std::size_t number, std::string_view text);
    [[nodiscard]] std::size_t count(kind what) const noexcept;
    [[nodiscard]] bool renew(head_line& line, std::string_view bytes);

    bool knows_one_ = false;
    std::vector<head_line> lines_;  // whose memory the next head's will use
    std::uint64_t content_length_ = 0;
    std::string whole_;      // the head that was recognised last, or empty: mostly the next one is the same
    std::string_view date_;  // in lines_, of whole_
};

}  // namespace jobaudit::protocol
