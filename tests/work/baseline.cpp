#include "work/baseline.hpp"

#include <boost/json.hpp>

#include <array>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <utility>

namespace jobaudit::test {

namespace {

constexpr double tolerance = 0.05;

// What happens once in a while, such as the growth of a table, is no part of a request.
constexpr double once_in_a_while = 0.1;

std::string shown(double figure)
{
    std::array<char, 32> text{};
    const double unsigned_zero = std::abs(figure) < 0.005 ? 0 : figure;
    std::snprintf(text.data(), text.size(), figure < 100 ? "%.2f" : "%.0f", unsigned_zero);
    return text.data();
}

}  // namespace

baseline read_baseline(const std::string& path)
{
    std::ifstream file{path};
    const std::string text{std::istreambuf_iterator<char>{file}, {}};
    const auto read = boost::json::parse(text).as_object();
    baseline result;
    result.build = read.at("build").as_string();
    for (const auto& [name, figure] : read.at("a_request").as_object())
        result.figures[name] = figure.to_number<double>();
    return result;
}

void write_baseline(const std::string& path, const baseline& what)
{
    std::ofstream file{path};
    file << "{\n  \"build\": " << boost::json::serialize(boost::json::string{what.build}) << ",\n  \"a_request\": {";
    const char* separator = "\n";
    for (const auto& [name, figure] : what.figures) {
        file << std::exchange(separator, ",\n") << "    \"" << name << "\": " << shown(figure);
    }
    file << "\n  }\n}\n";
}

remark compare(const std::string& name, double measured, double expected)
{
    const auto text = name + ": " + shown(measured) + " a request, " + shown(expected) + " in the baseline";
    if (measured > expected * (1 + tolerance) + once_in_a_while)
        return {true, text};
    if (measured < expected * (1 - tolerance) - once_in_a_while)
        return {false, text + ": better"};
    return {};
}

}  // namespace jobaudit::test
