#pragma once

#include <cstddef>
#include <map>
#include <stdexcept>
#include <string>

namespace jobaudit::test {

/// A tool that measures is not installed, or may not be used here.
class tool_missing : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Figures by their names in the baseline: what one request takes.
using work_figures = std::map<std::string, double>;

/// What one request of an audit takes whose answers all have `body`: the difference between a run with twice `jobs` and
/// one with `jobs`, so that what is done once a run does not count.
///
/// Of instructions, only those count that are the same on every processor: the program's own, Boost.JSON's and
/// libstdc++'s. libc and libcrypto choose their code by what the processor can do. One connection makes the order of
/// events the same in every run. Allocations made by OpenSSL are a figure of their own.
[[nodiscard]] work_figures count_under_callgrind(const std::string& body, std::size_t jobs);

/// The same for system calls, over 64 connections, of which some wait with an answer when others are served.
[[nodiscard]] double count_system_calls(const std::string& body, std::size_t jobs);

}  // namespace jobaudit::test
