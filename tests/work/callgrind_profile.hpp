#pragma once

#include <cstdint>
#include <iosfwd>
#include <map>
#include <string>

namespace jobaudit::test {

/// What one run did, from the file that `valgrind --tool=callgrind` writes.
struct callgrind_profile {
    /// Instructions executed in each object (program or shared library), by its file's name without the folder.
    std::map<std::string, std::uint64_t> instructions;
    /// Calls of malloc and its kin, by the object that called; those inside libc itself are left out.
    std::map<std::string, std::uint64_t> allocations;
};

/// Throws std::runtime_error when the file is none of callgrind's, or sums up to another total than it says.
/// https://valgrind.org/docs/manual/cl-format.html
[[nodiscard]] callgrind_profile read_callgrind(std::istream& file);

}  // namespace jobaudit::test
