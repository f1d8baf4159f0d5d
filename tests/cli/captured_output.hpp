#pragma once

#include <boost/test/unit_test.hpp>

#include <string>

#include <sys/mman.h>
#include <unistd.h>

namespace jobaudit::test {

/// Takes what is written to a file descriptor, stderr say, as long as it lives.
class captured_output {
public:
    explicit captured_output(int descriptor)
        : descriptor_{descriptor}, before_{::dup(descriptor)}, file_{::memfd_create("jobaudit-test", MFD_CLOEXEC)}
    {
        BOOST_REQUIRE(before_ >= 0 && file_ >= 0);
        BOOST_REQUIRE(::dup2(file_, descriptor_) == descriptor_);
    }
    captured_output(const captured_output&) = delete;
    captured_output& operator=(const captured_output&) = delete;
    ~captured_output()
    {
        (void)::dup2(before_, descriptor_);
        (void)::close(before_);
        (void)::close(file_);
    }

    /// All that was written so far.
    [[nodiscard]] std::string text() const
    {
        std::string all(static_cast<std::size_t>(::lseek(file_, 0, SEEK_END)), '\0');
        BOOST_REQUIRE(::pread(file_, all.data(), all.size(), 0) == static_cast<ssize_t>(all.size()));
        return all;
    }

private:
    int descriptor_;
    int before_;
    int file_;
};

/// What `action` writes to the descriptor.
template <class Action>
std::string output_of(int descriptor, Action&& action)
{
    const captured_output captured{descriptor};
    action();
    return captured.text();
}

}  // namespace jobaudit::test
