#pragma once

#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <string>

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

namespace jobaudit::test {

/// The text that `action` gives in a process without root's rights, whom no permission stops.
template <class Action>
std::string as_ordinary_user(Action&& action)
{
    constexpr uid_t nobody = 65534;
    const int file = ::memfd_create("jobaudit-test", MFD_CLOEXEC);
    BOOST_REQUIRE(file >= 0);
    const auto child = ::fork();
    BOOST_REQUIRE(child >= 0);
    if (child == 0) {
        if (::geteuid() == 0 && ::setuid(nobody) != 0)
            std::_Exit(1);
        const std::string text = action();
        std::_Exit(::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) ? 0 : 1);
    }

    int status = 0;
    BOOST_REQUIRE(::waitpid(child, &status, 0) == child);
    BOOST_REQUIRE(status == 0);
    std::string text(static_cast<std::size_t>(::lseek(file, 0, SEEK_END)), '\0');
    BOOST_REQUIRE(::pread(file, text.data(), text.size(), 0) == static_cast<ssize_t>(text.size()));
    (void)::close(file);
    return text;
}

}  // namespace jobaudit::test
