#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace jobaudit::store {

/// Follows the brackets of JSON, which comes in pieces, without a look at the values between them.
class json_outline {
public:
    /// Begins within so many brackets.
    void start(std::size_t depth) noexcept;

    /// Moves `at` behind the next bracket, comma or colon that stands in no string, and gives that; 0 where the piece
    /// ends before.
    [[nodiscard]] char advance(std::string_view piece, std::size_t& at);

    /// Brackets that are open. One that closes none is passed over.
    [[nodiscard]] std::size_t depth() const noexcept { return depth_; }

    /// The name of the field of the outermost object whose value comes next or is being read: its first field_limit
    /// bytes, escapes left as they are; empty where there is none.
    [[nodiscard]] const std::string& field() const noexcept { return field_; }
    static constexpr std::size_t field_limit = 16;

private:
    void skip_string(std::string_view piece, std::size_t& at);
    void note(char found);

    std::size_t depth_ = 0;
    bool in_string_ = false;
    bool is_escaped_ = false;
    std::string string_;  // the front of the last one
    std::string field_;
};

}  // namespace jobaudit::store
