#include "work/callgrind_profile.hpp"

#include <algorithm>
#include <array>
#include <istream>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace jobaudit::test {

namespace {

constexpr std::array<std::string_view, 6> allocators{"malloc",   "calloc",        "realloc",
                                                     "memalign", "aligned_alloc", "posix_memalign"};

// "(7) name" defines a name, "(7)" refers to it.
class name_table {
public:
    std::string read(std::string_view text)
    {
        const auto close = text.find(')');
        if (!text.starts_with('(') || close == std::string_view::npos)
            return std::string{text};
        const std::string id{text.substr(0, close + 1)};
        if (close + 2 < text.size())
            names_[id] = std::string{text.substr(close + 2)};
        return names_[id];
    }

private:
    std::map<std::string, std::string> names_;
};

std::uint64_t number(std::string_view text) { return std::stoull(std::string{text}); }

std::string_view after_blank(std::string_view line) { return line.substr(line.find(' ') + 1); }

std::optional<std::string_view> value_of(std::string_view line, std::string_view key)
{
    return line.starts_with(key) ? std::optional{line.substr(key.size())} : std::nullopt;
}

bool is_cost(std::string_view line)
{
    return !line.empty() && std::string_view{"0123456789+-*"}.find(line.front()) != std::string_view::npos;
}

std::string file_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

class reader {
public:
    void take(std::string_view line)
    {
        if (const auto object = value_of(line, "ob="))
            object_ = file_name(objects_.read(*object));
        else if (const auto callee_object = value_of(line, "cob="))
            (void)objects_.read(*callee_object);
        else if (const auto function = value_of(line, "fn="))
            (void)functions_.read(*function);
        else if (const auto callee = value_of(line, "cfn="))
            callee_ = functions_.read(*callee);
        else if (const auto calls = value_of(line, "calls="))
            count_calls(number(*calls));
        else if (const auto total = value_of(line, "summary: "))
            total_ = number(*total);
        else if (is_cost(line) && !std::exchange(cost_is_callees_, false))
            profile_.instructions[object_] += number(after_blank(line));
    }

    callgrind_profile finish()
    {
        std::uint64_t sum = 0;
        for (const auto& [object, instructions] : profile_.instructions)
            sum += instructions;
        if (sum == 0 || sum != total_)
            throw std::runtime_error{"callgrind's file says " + std::to_string(total_) +
                                     " instructions, its lines add up to " + std::to_string(sum)};
        return std::move(profile_);
    }

private:
    void count_calls(std::uint64_t calls)
    {
        cost_is_callees_ = true;
        if (std::find(allocators.begin(), allocators.end(), callee_) != allocators.end() &&
            !object_.starts_with("libc.so"))
            profile_.allocations[object_] += calls;
    }

    callgrind_profile profile_;
    name_table objects_;
    name_table functions_;
    std::string object_;
    std::string callee_;
    bool cost_is_callees_ = false;
    std::uint64_t total_ = 0;
};

}  // namespace

callgrind_profile read_callgrind(std::istream& file)
{
    reader result;
    for (std::string line; std::getline(file, line);)
        result.take(line);
    return result.finish();
}

}  // namespace jobaudit::test
