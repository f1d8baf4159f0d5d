#pragma once

#include "protocol/every_split.hpp"

#include <string>
#include <string_view>

namespace jobaudit::fuzz {

/// A text under a path, in memory alone.
class text_source {
public:
    /// As a file, that can be read again and again.
    explicit text_source(std::string_view text);
    /// As a pipe, of which each read gives one piece (of many, those that come last together); to be read once.
    explicit text_source(const protocol::pieces& text);
    text_source(const text_source&) = delete;
    text_source& operator=(const text_source&) = delete;
    ~text_source();

    [[nodiscard]] std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

private:
    int descriptor_ = -1;
};

}  // namespace jobaudit::fuzz
