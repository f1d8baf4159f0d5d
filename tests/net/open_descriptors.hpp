#pragma once

#include <boost/test/unit_test.hpp>

#include <cstddef>
#include <filesystem>
#include <iterator>
#include <sys/resource.h>
#include <unistd.h>
#include <vector>

namespace jobaudit::test {

/// How many file descriptors this process has open.
inline std::size_t open_descriptors()
{
    const std::filesystem::directory_iterator all{"/proc/self/fd"};
    return static_cast<std::size_t>(std::distance(begin(all), end(all))) - 1;  // but the iterator's own
}

/// Allows this process no further descriptor, but for `spare` ones, as long as it lives.
class no_more_descriptors {
public:
    explicit no_more_descriptors(unsigned spare = 0)
    {
        ::getrlimit(RLIMIT_NOFILE, &before_);
        std::vector<int> lowest_free(spare + 1);
        for (int& each : lowest_free)
            each = ::dup(STDIN_FILENO);
        for (const int each : lowest_free)
            ::close(each);
        const rlimit lowered{static_cast<rlim_t>(lowest_free.back()), before_.rlim_max};
        ::setrlimit(RLIMIT_NOFILE, &lowered);
    }
    no_more_descriptors(const no_more_descriptors&) = delete;
    no_more_descriptors& operator=(const no_more_descriptors&) = delete;
    ~no_more_descriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }

private:
    rlimit before_{};
};

/// For a test that leaves no descriptor: the sanitizer for undefined behaviour looks at an exception by way of a pipe.
inline boost::test_tools::assertion_result without_address_sanitizer(boost::unit_test::test_unit_id)
{
#ifdef __SANITIZE_ADDRESS__
    boost::test_tools::assertion_result no{false};
    no.message() << "a sanitizer needs descriptors itself";
    return no;
#else
    return true;
#endif
}

}  // namespace jobaudit::test
