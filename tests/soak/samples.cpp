#include "soak/samples.hpp"

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

#include <unistd.h>

namespace jobaudit::test {

std::int64_t resident_kib()
{
    std::ifstream statm{"/proc/self/statm"};
    std::int64_t all_pages = 0;
    std::int64_t resident_pages = 0;
    statm >> all_pages >> resident_pages;
    return resident_pages * ::sysconf(_SC_PAGESIZE) / 1024;
}

std::int64_t open_descriptors()
{
    // One of them is the folder that is being read.
    const std::filesystem::directory_iterator entries{"/proc/self/fd"};
    return std::distance(begin(entries), end(entries)) - 1;
}

namespace {

double fitted_growth(const std::vector<std::pair<double, double>>& points)
{
    double seconds = 0;
    double values = 0;
    for (const auto& [second, value] : points) {
        seconds += second;
        values += value;
    }
    const auto count = static_cast<double>(points.size());
    double covariance = 0;
    double variance = 0;
    for (const auto& [second, value] : points) {
        covariance += (second - seconds / count) * (value - values / count);
        variance += (second - seconds / count) * (second - seconds / count);
    }
    const double duration = points.back().first - points.front().first;
    return variance > 0 ? covariance / variance * duration : 0;
}

}  // namespace

course course_of(const std::vector<sample>& samples, std::int64_t sample::*figure, std::string name, double skipped,
                 double allowed)
{
    course result{.name = std::move(name), .allowed = allowed};
    const auto start = static_cast<std::size_t>(static_cast<double>(samples.size()) * skipped);
    std::vector<std::pair<double, double>> points;
    std::vector<std::int64_t> values;
    for (std::size_t i = start; i < samples.size(); ++i) {
        values.push_back(samples[i].*figure);
        points.emplace_back(samples[i].second, static_cast<double>(values.back()));
    }
    if (values.empty())
        return result;
    result.first = values.front();
    result.last = values.back();
    result.growth = fitted_growth(points);
    std::sort(values.begin(), values.end());
    result.median = values[values.size() / 2];
    result.most = values.back();
    return result;
}

}  // namespace jobaudit::test
