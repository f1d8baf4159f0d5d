#include "fuzz/text_source.hpp"

#include "fuzz/require.hpp"

#include <array>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

namespace jobaudit::fuzz {
namespace {

// As far as anybody may let a pipe grow. Each piece takes a page of it.
constexpr int pipe_size = 1024 * 1024;
constexpr std::size_t most_pieces = 200;

void write_all(int descriptor, std::string_view text)
{
    require(text.empty() || ::write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size()),
            "the source has room for its text");
}

}  // namespace

text_source::text_source(std::string_view text) : descriptor_{::memfd_create("text", MFD_CLOEXEC)}
{
    require(descriptor_ >= 0, "the system gives a file in memory");
    write_all(descriptor_, text);
}

text_source::text_source(const protocol::pieces& text)
{
    std::array<int, 2> ends{};
    // What one call writes, one call reads.
    require(::pipe2(ends.data(), O_DIRECT | O_NONBLOCK | O_CLOEXEC) == 0, "the system gives a pipe");
    descriptor_ = ends[0];
    require(::fcntl(ends[1], F_SETPIPE_SZ, pipe_size) >= 0, "the system lets the pipe grow");
    std::string rest;
    for (std::size_t i = 0; i < text.size(); ++i)
        if (i < most_pieces)
            write_all(ends[1], text[i]);
        else
            rest += text[i];
    write_all(ends[1], rest);
    ::close(ends[1]);
}

text_source::~text_source() { ::close(descriptor_); }

}  // namespace jobaudit::fuzz
